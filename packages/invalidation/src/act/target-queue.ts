import type { InvalidationResult } from '@uno-cache/core';
import type { Target } from '../strategy.ts';
import type { TargetOutcome } from './report.ts';

/** The part of a cache that is needed here. */
export interface InvalidatedCache {
  invalidateTags(tags: readonly string[]): Promise<InvalidationResult>;
  invalidatePattern(pattern: string): Promise<InvalidationResult>;
}

/** How many calls of the cache are under way at once: a pattern is a sweep through all keys. */
const CONCURRENCY = 8;

/** What one call of the cache does: a pattern, or tags of a region. */
interface Step {
  readonly targets: readonly Target[];
  readonly run: () => Promise<InvalidationResult>;
}

interface WaitingStep extends Step {
  readonly ended: PromiseWithResolvers<InvalidationResult>;
}

/** Invalidations on their way to a cache: few at once, whoever asks for them. One that has not begun serves all who ask. */
export class TargetQueue {
  readonly #cacheOf: (region: string | undefined) => InvalidatedCache;
  /** By what they do, in the order of asking. */
  readonly #waiting = new Map<string, WaitingStep>();
  #running = 0;

  /** @param cacheOf - throws for a region that is not there. */
  constructor(cacheOf: (region: string | undefined) => InvalidatedCache) {
    this.#cacheOf = cacheOf;
  }

  /**
   * Invalidates each target: the tags of a region in one call, patterns one by one.
   *
   * @throws What the cache throws, first of all, when nothing of these is under way any more; for an unknown region
   * before anything is done.
   */
  async invalidate(targets: readonly Target[]): Promise<TargetOutcome[]> {
    const steps = this.#stepsOf(targets);
    const ended = await Promise.allSettled(steps.map((step) => this.#enter(step)));
    const outcomes = new Map<Target, TargetOutcome>();
    for (const [index, end] of ended.entries()) {
      if (end.status === 'rejected') throw end.reason;
      const { done, deferred } = end.value;
      for (const target of steps[index]!.targets) outcomes.set(target, { ...target, done, deferred });
    }
    return targets.map((target) => outcomes.get(target)!);
  }

  #stepsOf(targets: readonly Target[]): Step[] {
    const tags = Map.groupBy(
      targets.filter(({ kind }) => kind === 'tag'),
      ({ region }) => region,
    );
    const tagSteps = [...tags].map(([region, group]): Step => {
      const cache = this.#cacheOf(region);
      return { targets: group, run: () => cache.invalidateTags(group.map(({ target }) => target)) };
    });
    const patterns = targets.filter(({ kind }) => kind === 'pattern');
    const patternSteps = patterns.map((each): Step => {
      const cache = this.#cacheOf(each.region);
      return { targets: [each], run: () => cache.invalidatePattern(each.target) };
    });
    return [...tagSteps, ...patternSteps];
  }

  #enter(step: Step): Promise<InvalidationResult> {
    const name = JSON.stringify(step.targets.map(({ kind, target, region }) => [kind, target, region]));
    const waiting = this.#waiting.get(name);
    if (waiting !== undefined) return waiting.ended.promise;
    const entered = { ...step, ended: Promise.withResolvers<InvalidationResult>() };
    this.#waiting.set(name, entered);
    this.#begin();
    return entered.ended.promise;
  }

  #begin(): void {
    for (const [name, step] of this.#waiting) {
      if (this.#running >= CONCURRENCY) return;
      this.#waiting.delete(name);
      this.#running++;
      void this.#run(step);
    }
  }

  async #run({ run, ended }: WaitingStep): Promise<void> {
    try {
      ended.resolve(await run());
    } catch (error) {
      ended.reject(error);
    }
    this.#running--;
    this.#begin();
  }
}
