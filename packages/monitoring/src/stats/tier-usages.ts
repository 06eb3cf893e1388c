import type { MaybePromise, Observation, ObservedTier, TierUsage } from '@uno-cache/core';

/** How long tiers may take to tell how full they are. */
const USAGE_TIMEOUT_MS = 1_000;

/** How full the tiers of a cache are, by label. */
export class TierUsages {
  readonly #observation: Observation;
  /** Tiers that have to ask somebody: they are left in peace where nobody waits for the answer. */
  readonly #asking = new Set<string>();

  constructor(observation: Observation) {
    this.#observation = observation;
  }

  /** Of the tiers that can tell at once. */
  atOnce(): Map<string, TierUsage> {
    const usages = new Map<string, TierUsage>();
    for (const tier of this.#observation.tiers()) {
      if (this.#asking.has(tier.label)) continue;
      const usage = asked(tier);
      if (usage instanceof Promise) {
        this.#asking.add(tier.label);
        usage.catch(() => {});
      } else if (usage !== undefined) {
        usages.set(tier.label, usage as TierUsage);
      }
    }
    return usages;
  }

  /** Of all tiers. One that fails, or takes too long, is left out. */
  async asked(): Promise<Map<string, TierUsage>> {
    const { tiers, clock } = this.#observation;
    const usages = new Map<string, TierUsage>();
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = clock.setTimer(resolve, USAGE_TIMEOUT_MS, true);
    const asking = tiers().map(async (tier) => {
      try {
        usages.set(tier.label, await tier.usage());
      } catch {
        // Health tells of a tier that does not answer.
      }
    });
    await Promise.race([Promise.all(asking), late]);
    timer.cancel();
    // What comes later is not to change what was given.
    return new Map(usages);
  }
}

function asked(tier: ObservedTier): MaybePromise<TierUsage> | undefined {
  try {
    return tier.usage();
  } catch {
    return undefined;
  }
}
