import type { Target } from '../strategy.ts';

/** What became of one target. */
export interface TargetOutcome extends Target {
  /** Tiers that have confirmed. */
  readonly done: readonly string[];
  /** Tiers that could not be reached; the cache keeps the invalidation for them, and delivers it when they are back. */
  readonly deferred: readonly string[];
}

/** What became of an event, or of several. */
export interface InvalidationReport {
  /** Each target once. */
  readonly targets: readonly TargetOutcome[];
  /** Tiers that have confirmed all that was asked of them. */
  readonly done: readonly string[];
  /** Tiers that have something to be delivered yet. */
  readonly deferred: readonly string[];
}

export function reportOf(targets: readonly TargetOutcome[]): InvalidationReport {
  const deferred = new Set(targets.flatMap((target) => target.deferred));
  const done = new Set(targets.flatMap((target) => target.done).filter((tier) => !deferred.has(tier)));
  return { targets, done: [...done], deferred: [...deferred] };
}
