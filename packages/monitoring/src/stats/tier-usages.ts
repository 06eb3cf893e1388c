import type { MaybePromise, Observation, TierUsage } from '@uno-cache/core';

/** How long tiers may take to tell how full they are. */
const USAGE_TIMEOUT_MS = 1_000;

/** Usage by label, of the tiers that can tell at once. */
export function usagesAtOnce({ tiers }: Observation): Map<string, TierUsage> {
  const usages = new Map<string, TierUsage>();
  for (const tier of tiers()) {
    const usage = asked(() => tier.usage());
    if (usage instanceof Promise) usage.catch(() => {});
    else if (usage !== undefined) usages.set(tier.label, usage as TierUsage);
  }
  return usages;
}

/** Usage by label. A tier that fails, or takes too long, is left out. */
export async function usagesAsked({ tiers, clock }: Observation): Promise<Map<string, TierUsage>> {
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

function asked(usage: () => MaybePromise<TierUsage>): MaybePromise<TierUsage> | undefined {
  try {
    return usage();
  } catch {
    return undefined;
  }
}
