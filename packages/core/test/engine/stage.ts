import type { Cache, CacheOptions } from '../../src/index.ts';
import { createCache } from '../../src/index.ts';
import type { FaultyTier, FaultyTierPlan, LocalBus, ManualClock } from '../../src/testing/index.ts';
import { faultyTier, localBus, manualClock } from '../../src/testing/index.ts';
import { NaiveTier } from '../testing/naive-tier.ts';

/**
 * What a tier is: the process's own, answering at once or later; shared by all; shared, but each process has another (as
 * processes on two hosts have); shared without leases; shared and announcing its changes.
 */
export type LevelKind = 'own' | 'own-async' | 'shared' | 'per-host' | 'leaseless' | 'announcing';

/** One process, played by a cache. */
export interface Process {
  readonly cache: Cache;
  readonly tiers: readonly FaultyTier[];
  readonly bus: LocalBus;
}

export interface Stage {
  readonly clock: ManualClock;
  readonly one: Process;
  readonly two: Process;
  /** Closes both caches. */
  close(): Promise<void>;
}

export interface StageOptions {
  readonly cache?: Partial<CacheOptions>;
  readonly tiers?: FaultyTierPlan;
  /** `false` for caches without a bus. */
  readonly bus?: false;
  readonly heartbeatMs?: number;
}

/** Two processes over tiers of these kinds, nearest first, and a bus. Their tiers are named near, mid and far, or only. */
export function stage(kinds: readonly LevelKind[], options: StageOptions = {}): Stage {
  const clock = manualClock();
  const hub = localBus(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs });
  const shared = kinds.map(() => new NaiveTier());
  const open = (): Process => {
    const bus = hub.fork();
    const tiers = kinds.map((kind, index) =>
      faultyTier(isCommon(kind) ? shared[index]! : new NaiveTier(), {
        ...planOf(kind, bus),
        name: nameOf(kinds.length, index),
        ...options.tiers,
      }),
    );
    const given = options.bus === false ? { bus: false as const } : kinds.includes('announcing') ? {} : { bus };
    return { cache: createCache({ namespace: 'n', tiers, clock, ...given, ...options.cache }), tiers, bus };
  };
  const [one, two] = [open(), open()];
  const close = async (): Promise<void> => {
    await Promise.all([one.cache.close(), two.cache.close()]);
  };
  return { clock, one, two, close };
}

/** The tier of a process by its name. */
export function tierOf({ tiers }: Process, name: 'near' | 'mid' | 'far' | 'only'): FaultyTier {
  const tier = tiers.find((each) => each.name === name);
  if (tier === undefined) throw new Error(`no tier ${name}`);
  return tier;
}

/** The tier loses a key, and nobody is told. */
export async function lose(clock: ManualClock, { inner }: FaultyTier, key: string): Promise<void> {
  const host = { clock, sender: 'test', announce: false, report: () => {} };
  await inner.open({ namespace: 'n', region: '' }, host).delete(key, clock.now());
}

function isCommon(kind: LevelKind): boolean {
  return kind === 'shared' || kind === 'leaseless' || kind === 'announcing';
}

function nameOf(count: number, index: number): string {
  if (count === 1) return 'only';
  return index === 0 ? 'near' : index === count - 1 ? 'far' : 'mid';
}

function planOf(kind: LevelKind, bus: LocalBus): FaultyTierPlan {
  switch (kind) {
    case 'own':
      return {};
    case 'own-async':
      return { async: true };
    case 'shared':
    case 'per-host':
      return { shared: true, async: true, keepOpen: true };
    case 'leaseless':
      return { shared: true, async: true, keepOpen: true, leases: false };
    case 'announcing':
      return { shared: true, async: true, keepOpen: true, announces: true, bus };
  }
}
