import type { RegionCounters } from './region-counters.ts';

const REGION_FIELDS = ['hits', 'misses', 'negativeHits', 'loads', 'fenced'] as const;
const TIER_FIELDS = ['commands', 'failures', 'evictedFresh', 'evictions'] as const;

/** How much a region's counters grew. */
export type RegionGrowth = Readonly<Record<(typeof REGION_FIELDS)[number], number>> & {
  readonly tiers: ReadonlyMap<string, { readonly hits: number; readonly misses: number }>;
};

/** How much a tier's counters grew. `evictions`: whatever it let go, for want of room or as expired. */
export type TierGrowth = Readonly<Record<(typeof TIER_FIELDS)[number], number>>;

/** Counters of everything, at one moment. */
export interface CounterReading {
  readonly regions: ReadonlyMap<string, RegionCounters>;
  readonly tiers: ReadonlyMap<string, TierGrowth>;
}

/** How much everything grew in a window. */
export interface Growth {
  readonly regions: ReadonlyMap<string, RegionGrowth>;
  readonly tiers: ReadonlyMap<string, TierGrowth>;
}

/** What the counters were when each slice of time began. */
export class CounterHistory {
  /** Oldest first; a reading is a row of numbers, for there are many. */
  readonly #rows: Float64Array[] = [];
  readonly #slices: number;

  /** @param slices - how many slices that are over are kept. */
  constructor(slices: number) {
    this.#slices = slices;
  }

  /** Begins a slice. */
  push(reading: CounterReading): void {
    this.#rows.push(Float64Array.from(numbersOf(reading)));
    if (this.#rows.length > this.#slices + 1) this.#rows.shift();
  }

  /** From the beginning of a slice, so many before the one under way, till now. */
  growth(reading: CounterReading, closedSlices: number): Growth {
    const before = this.#rows[Math.max(0, this.#rows.length - 1 - closedSlices)];
    let index = 0;
    const grown = (value: number): number => Math.max(0, value - (before?.[index++] ?? 0));
    const regions = new Map<string, RegionGrowth>();
    for (const [name, counters] of reading.regions) {
      const fields = Object.fromEntries(REGION_FIELDS.map((field) => [field, grown(counters[field])]));
      const tiers = new Map(
        [...counters.tiers].map(([label, { hits, misses }]) => [label, { hits: grown(hits), misses: grown(misses) }]),
      );
      regions.set(name, { ...(fields as Omit<RegionGrowth, 'tiers'>), tiers });
    }
    const tiers = new Map<string, TierGrowth>();
    for (const [label, counts] of reading.tiers) {
      tiers.set(label, Object.fromEntries(TIER_FIELDS.map((field) => [field, grown(counts[field])])) as TierGrowth);
    }
    return { regions, tiers };
  }
}

/** In the order in which `growth` takes them: regions and tiers of a cache never change. */
function* numbersOf({ regions, tiers }: CounterReading): Generator<number> {
  for (const counters of regions.values()) {
    for (const field of REGION_FIELDS) yield counters[field];
    for (const { hits, misses } of counters.tiers.values()) {
      yield hits;
      yield misses;
    }
  }
  for (const counts of tiers.values()) for (const field of TIER_FIELDS) yield counts[field];
}
