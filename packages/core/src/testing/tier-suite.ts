import type { Clock } from '../ports/clock.ts';
import type { Tier } from '../ports/tier.ts';
import type { TestRunner } from './suite.ts';
import { register } from './suite.ts';
import { tierGroups } from './tier-suite/groups.ts';
import { tierStage } from './tier-suite/stage.ts';

/** How bytes in a tier may have gone bad. */
export type Corruption =
  /** The end is missing. */
  | 'truncated'
  /** Another program's bytes, or another type of the server's. */
  | 'foreign'
  /** A bit of the payload is another. */
  | 'flipped'
  /** Nothing at all. */
  | 'empty';

export interface TierContext {
  /** The clock that the tier is to use, where it does not have a server's. */
  readonly clock: Clock;
  /** Of this case alone, and the same for every `create` of the case: a fit name for a directory or a prefix. */
  readonly namespace: string;
  /** Lets time pass: moves a manual clock, else really waits. */
  wait(ms: number): Promise<void>;
  /** How many timers of a manual clock are set; 0 with the machine's. */
  pendingTimers(): number;
}

export interface TierSuiteOptions {
  /**
   * A new tier. Called again within a case, with the same context, it gives another instance in the same place, as
   * another process of its users has it (tiers that are shared), or as the next process has it (persistent tiers).
   */
  create(context: TierContext): Tier | Promise<Tier>;
  /**
   * `manual`: the cases move a manual clock. `real`: the tier has a clock of its own (a server's), and the cases wait
   * for fractions of a second. Default `manual`.
   */
  readonly time?: 'manual' | 'real';
  /** Whether a tier that keeps no bytes gives out copies, or frozen values, instead of what it was given. */
  readonly isolates?: boolean;
  /** A value that the tier refuses for its size. Left out, refusals are not tested. */
  tooLarge?(): unknown;
  /**
   * Spoils the bytes of a key in place; `false` when the tier knows no such corruption. Left out, it is not tested.
   */
  corrupt?(target: CorruptTarget): boolean | Promise<boolean>;
  /** Cleans up after a case, when its tiers have been closed. */
  cleanUp?(context: TierContext): void | Promise<void>;
}

export interface CorruptTarget {
  readonly tier: Tier;
  readonly namespace: string;
  readonly region: string;
  readonly key: string;
  readonly kind: Corruption;
}

/**
 * The contract of `Tier`, as tests. Reads from the tier what it says it can: what it claims is tested, what it does not
 * claim has to be absent, and is listed as skipped with the reason. The sync view, where there is one, is held to the
 * same.
 *
 * @example
 * ```ts
 * import { describe, it } from 'node:test';
 * import { tierSuite } from '@uno-cache/core/testing';
 * import { memory } from '@uno-cache/memory';
 *
 * tierSuite({ describe, it }, { create: () => memory() });
 * ```
 */
export function tierSuite(runner: TestRunner, options: TierSuiteOptions): void {
  register(runner, tierGroups(options), tierStage(options, 'async'));
}
