import type { Duration } from '@uno-cache/core';

/**
 * What a rule looks at. Shares are 0..1, times milliseconds.
 *
 * - `hitRate`; `errorRate`, of all commands to a tier, those that failed; `fencedRate`, of loads; `evictedBeforeExpiry`, of
 *   the entries that a tier let go as expired or for want of room, those still fresh: shares within the rule's window.
 * - `p50`, `p95`, `p99`: of a tier's reads within the window.
 * - `down`: 1 while the component is down, else 0. `degraded`: 1 while it is degraded or down.
 * - `busLag`: milliseconds; `Infinity`, which JSON writes as `null`, while the bus vouches for nothing.
 * - `undelivered`: invalidations that wait for a tier.
 * - `memory`: how full a tier is, of whichever bound is nearer.
 */
export type AlertMetric =
  | 'hitRate'
  | 'p50'
  | 'p95'
  | 'p99'
  | 'errorRate'
  | 'down'
  | 'degraded'
  | 'busLag'
  | 'undelivered'
  | 'evictedBeforeExpiry'
  | 'fencedRate'
  | 'memory';

export type AlertSeverity = 'info' | 'warning' | 'critical';

/** A rule, as data. Exactly one of `above` and `below`. */
export interface AlertRule {
  /** Unique among the rules. */
  readonly name: string;
  readonly metric: AlertMetric;
  /** The label of a tier or, for `down`, `degraded` and `busLag`, the name of a bus. @defaultValue each by itself */
  readonly tier?: string;
  /** The name of a region. @defaultValue the whole cache */
  readonly region?: string;
  readonly above?: number;
  readonly below?: number;
  /** How long it must hold before it fires. @defaultValue it fires at once */
  readonly for?: Duration;
  /** The time that shares and percentiles are taken over: at most the monitor's `history`. @defaultValue '1m' */
  readonly window?: Duration;
  /** Shares and percentiles of fewer operations than this say nothing. @defaultValue 100 */
  readonly minCount?: number;
  /** @defaultValue 'warning' */
  readonly severity?: AlertSeverity;
}

/** `pending`: it holds, but not yet for as long as the rule wants. */
export type AlertState = 'pending' | 'firing' | 'resolved';

/** A rule that holds for something, or did. */
export interface Alert {
  /** The rule's. */
  readonly name: string;
  readonly severity: AlertSeverity;
  readonly state: AlertState;
  readonly metric: AlertMetric;
  /** The cache's name. */
  readonly cache: string;
  readonly tier: string | undefined;
  readonly region: string | undefined;
  /** What was measured last; for one that is resolved, what ended it (`undefined` when nothing can be measured any more). */
  readonly value: number | undefined;
  readonly threshold: number;
  /** A sentence. */
  readonly text: string;
  /** Epoch milliseconds: since when it holds, when it fired, when it ended. */
  readonly since: number;
  readonly firedAt: number | undefined;
  readonly resolvedAt: number | undefined;
}
