import type { HitRates } from '../stats/monitor-stats.ts';

/** Durations in milliseconds, within 2 % of what was measured; all 0 when nothing was. */
export interface Percentiles {
  /** How many operations this stands for: a sampled one counts for those between it and the next. */
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Of one tier: all of its reads, and each kind of command by itself. */
export interface TierLatency extends Percentiles {
  /** By name: `get`, `getMany`, `set`, `delete`, `lease`, `fill`, `probe` ... */
  readonly operations: Readonly<Record<string, Percentiles>>;
}

/** The time that an analysis is about. */
export interface AnalysisWindow {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Whether less than what was asked for is there: the monitor is younger, or keeps less (`history`). */
  readonly isClipped: boolean;
}

/** A key that is looked up often. */
export interface KeyTraffic {
  readonly region: string;
  readonly key: string;
  /** An estimate from samples, in which older lookups count for less: half after ten minutes. */
  readonly lookups: number;
}

/** A key whose loads take long, all together. */
export interface KeyCost {
  readonly region: string;
  readonly key: string;
  /** How often it was loaded; older loads count for less. */
  readonly loads: number;
  /** Milliseconds of its loads, added up; older ones count for less. */
  readonly costMs: number;
}

/** A value that takes much room. Its key is named, the value never. */
export interface LargeValue {
  readonly region: string;
  readonly key: string;
  readonly bytes: number;
}

/** What becomes of entries, from a sample of keys, since the monitor was created. Shares are 0..1, and 0 where nothing was seen. */
export interface EntryLife {
  /** Entries that were followed to their end. */
  readonly ended: number;
  /** Of these, those that nobody looked up after they had been stored. */
  readonly oneHitWonders: number;
  /** Of the entries that expired, those that nobody had looked up. */
  readonly expiredBeforeReuse: number;
  /** Loads of followed keys that gave something. */
  readonly loads: number;
  /** Of these, those that gave the value which had just expired. */
  readonly unchangedLoads: number;
}

/** What the hit rate of a tier would be at other sizes. */
export interface MissRatioCurve {
  /** In the order of entries; hit rates 0..1 of an LRU cache of that many entries. */
  readonly points: readonly { readonly entries: number; readonly hitRate: number }[];
  /** Reuse times that it was drawn from. */
  readonly samples: number;
}

export type AdviceKind =
  | 'raise-max-entries'
  | 'lower-max-entries'
  | 'longer-ttl'
  | 'one-hit-wonders'
  | 'negatives'
  | 'large-values';

/** Something to change, with the numbers that speak for it. */
export interface Advice {
  readonly kind: AdviceKind;
  readonly region?: string;
  readonly tier?: string;
  /** A sentence. */
  readonly text: string;
}

/** What happened in a region, within the window. */
export interface RegionAnalysis {
  readonly hitRates: HitRates;
  readonly lookups: number;
  /** Of the lookups, those that were answered with "the source has nothing". */
  readonly negativeShare: number;
  readonly life: EntryLife;
}

/** What happened in a window of time, and what to make of it. */
export interface Analysis {
  /** The cache's name. */
  readonly cache: string;
  readonly window: AnalysisWindow;
  /** Within the window. */
  readonly hitRates: HitRates;
  readonly lookups: number;
  /** Of the lookups within the window, those that were answered with "the source has nothing"; 0..1. */
  readonly negativeShare: number;
  /** Of the entries that tiers let go within the window, those evicted for want of room though still fresh; 0..1. */
  readonly evictedBeforeExpiry: number;
  /** By the tier's label, within the window. */
  readonly latency: Readonly<Record<string, TierLatency>>;
  /** Runs of factories within the window. */
  readonly factory: Percentiles;
  readonly life: EntryLife;
  /** By name; `''` is the root's own keys. */
  readonly regions: Readonly<Record<string, RegionAnalysis>>;
  /** Most first; `undefined` unless the option `topKeys` is set. */
  readonly topKeys: { readonly traffic: readonly KeyTraffic[]; readonly missCost: readonly KeyCost[] } | undefined;
  /** Largest first. */
  readonly largestValues: readonly LargeValue[];
  /** By the label of tiers that are bounded by a number of entries. */
  readonly missRatioCurves: Readonly<Record<string, MissRatioCurve>>;
  readonly advice: readonly Advice[];
}
