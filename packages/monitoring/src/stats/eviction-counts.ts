import type { CacheEvents, EvictionCause } from '@uno-cache/core';
import type { Evictions } from './monitor-stats.ts';

const CAUSES: readonly EvictionCause[] = Object.freeze(['size', 'expired', 'refused']);

/** Entries that the tiers of a cache let go, by region and tier. */
export class EvictionCounts {
  readonly #counts = new Map<string, Map<string, Record<EvictionCause, number>>>();
  readonly #fresh = new Map<string, number>();

  /**
   * @param tier - its label.
   * @param now - epoch milliseconds.
   */
  note({ region, cause, expiresAt }: CacheEvents['evict'], tier: string, now: number): void {
    const ofRegion = this.#counts.get(region) ?? new Map<string, Record<EvictionCause, number>>();
    const counts = ofRegion.get(tier) ?? { size: 0, expired: 0, refused: 0 };
    counts[cause]++;
    ofRegion.set(tier, counts);
    this.#counts.set(region, ofRegion);
    if (cause === 'size' && expiresAt !== undefined && expiresAt > now) {
      this.#fresh.set(tier, (this.#fresh.get(tier) ?? 0) + 1);
    }
  }

  /** Those of some regions, and of one tier where it is given. */
  of(regions: Iterable<string>, tier?: string): Evictions {
    const sum = { size: 0, expired: 0, refused: 0 };
    for (const region of regions) {
      for (const [label, counts] of this.#counts.get(region) ?? []) {
        if (tier !== undefined && label !== tier) continue;
        for (const cause of CAUSES) sum[cause] += counts[cause];
      }
    }
    return sum;
  }

  /** How many entries a tier evicted for want of room before their time was over. */
  freshOf(tier: string): number {
    return this.#fresh.get(tier) ?? 0;
  }
}
