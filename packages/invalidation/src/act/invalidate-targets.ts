import type { InvalidationResult } from '@uno-cache/core';
import type { Target } from '../strategy.ts';
import type { TargetOutcome } from './report.ts';

/** The part of a cache that is needed here. */
export interface InvalidatedCache {
  invalidateTags(tags: readonly string[]): Promise<InvalidationResult>;
  invalidatePattern(pattern: string): Promise<InvalidationResult>;
}

/** How many patterns are swept at once. */
const CONCURRENCY = 8;

/** What is done by one call of the cache. */
interface Step {
  readonly targets: readonly Target[];
  run(): Promise<InvalidationResult>;
}

/**
 * Invalidates each target, in the order given: the tags of a region in one call, patterns one by one.
 *
 * @throws What the cache throws, first of all; when it does, nothing is under way any more.
 */
export async function invalidateTargets(
  targets: readonly Target[],
  cacheOf: (region: string | undefined) => InvalidatedCache,
): Promise<TargetOutcome[]> {
  const outcomes = new Map<Target, TargetOutcome>();
  const waiting = stepsOf(targets, cacheOf);
  const worker = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const { done, deferred } = await step.run();
      for (const target of step.targets) outcomes.set(target, { ...target, done, deferred });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: CONCURRENCY }, worker));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
  return targets.map((target) => outcomes.get(target)!);
}

function stepsOf(targets: readonly Target[], cacheOf: (region: string | undefined) => InvalidatedCache): Step[] {
  const tags = Map.groupBy(
    targets.filter(({ kind }) => kind === 'tag'),
    ({ region }) => region,
  );
  // Asked for now: an unknown region is refused before anything is done.
  const tagSteps = [...tags].map(([region, group]): Step => {
    const cache = cacheOf(region);
    return { targets: group, run: () => cache.invalidateTags(group.map(({ target }) => target)) };
  });
  const patterns = targets.filter(({ kind }) => kind === 'pattern');
  const patternSteps = patterns.map((each): Step => {
    const cache = cacheOf(each.region);
    return { targets: [each], run: () => cache.invalidatePattern(each.target) };
  });
  return [...tagSteps, ...patternSteps];
}
