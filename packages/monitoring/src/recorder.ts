import type { Cache, Observation } from '@uno-cache/core';
import { observe } from '@uno-cache/core/adapter';
import type { Percentiles } from './analysis/analysis.ts';
import { LatencyBook } from './latency/latency-book.ts';
import { CacheObserver } from './observe/cache-observer.ts';
import type { CounterReading, Growth, TierGrowth } from './stats/counter-history.ts';
import { CounterHistory } from './stats/counter-history.ts';
import { EvictionCounts } from './stats/eviction-counts.ts';
import type { StatsSource } from './stats/read-stats.ts';
import { readCounters } from './stats/region-counters.ts';
import { TierNames } from './stats/tier-names.ts';
import { TierUsages } from './stats/tier-usages.ts';
import type { SliceWindow } from './window/timeline.ts';
import { Timeline } from './window/timeline.ts';

/** Slices of time that are kept. */
const SLICES = 720;
/** So often what was counted of keys is halved. */
const AGING_MS = 600_000;
/** The label of factories among the tiers: no tier's, as tiers have names. */
export const FACTORY = '';
const LOAD = 'load';

export interface RecorderOptions {
  readonly historyMs: number;
  readonly topKeys: number;
  readonly onClosed: () => void;
}

/** Attaches itself to a cache and keeps what is to be known of it: counters and durations in slices of time, samples of keys. */
export class Recorder implements StatsSource {
  /** The root, whose counters are those of all regions. */
  readonly cache: Cache;
  readonly observation: Observation;
  readonly names: TierNames;
  readonly usages: TierUsages;
  readonly evictions: EvictionCounts = new EvictionCounts();
  readonly observer: CacheObserver;
  readonly latency: LatencyBook = new LatencyBook(SLICES);
  readonly topKeys: number;
  readonly since: number;
  readonly #timeline: Timeline;
  readonly #history = new CounterHistory(SLICES);
  readonly #offs: (() => void)[] = [];
  #agedAt: number;

  constructor(cache: Cache, { historyMs, topKeys, onClosed }: RecorderOptions) {
    this.topKeys = topKeys;
    const nearestTier = (region: string): string | undefined => this.names.of(region)[0]?.label;
    // A constant seed: what is sampled need not be a secret, and can be repeated.
    const { latency } = this;
    const regions = (): number => this.names.regions.length;
    this.observer = new CacheObserver({ latency, topKeys, regions, nearestTier, seed: 0.5, onClosed });
    this.observation = observe(cache, this.observer);
    this.cache = this.observation.root;
    this.names = new TierNames(this.observation);
    this.usages = new TierUsages(this.observation);
    this.since = this.observation.clock.now();
    this.#agedAt = this.since;
    this.#timeline = new Timeline(this.since, historyMs / SLICES, SLICES);
    this.#history.push(this.#read());
    this.#listen();
    this.#lookFarEnough();
  }

  /** Begins a slice when one is over. Called now and then. */
  tick(now: number): void {
    if (now - this.#agedAt >= AGING_MS) {
      this.#agedAt = now;
      this.observer.traffic?.age();
      this.observer.loadCost?.age();
    }
    if (!this.#timeline.isOver(now)) return;
    this.#timeline.rotate(now);
    this.latency.rotate();
    this.#history.push(this.#read());
    this.observer.lives.relax();
    this.#lookFarEnough();
  }

  /** The slices of the last so many milliseconds. */
  window(lengthMs: number): SliceWindow {
    return this.#timeline.window(lengthMs, this.observation.clock.now());
  }

  /** How much everything grew within a window. */
  growth({ closedSlices }: SliceWindow): Growth {
    return this.#history.growth(this.#read(), closedSlices);
  }

  /** Runs of factories within a window. */
  factory({ closedSlices }: SliceWindow): Percentiles {
    return this.latency.of(FACTORY, LOAD, closedSlices);
  }

  stop(): void {
    for (const off of this.#offs.splice(0)) off();
    this.observation.stop();
  }

  #read(): CounterReading {
    const regions = readCounters(this.cache, this.names);
    const tiers = this.names.labels.map((label): [string, TierGrowth] => {
      const { commands = 0, failures = 0 } = this.observer.commands.get(label) ?? {};
      const { size, expired } = this.evictions.of(this.names.regions, label);
      return [label, { commands, failures, evictedFresh: this.evictions.freshOf(label), evictions: size + expired }];
    });
    return { regions, tiers: new Map(tiers) };
  }

  #listen(): void {
    const { lives } = this.observer;
    this.#offs.push(
      this.cache.on('evict', (event) => {
        const { region, key, cause } = event;
        const tiers = this.names.of(region);
        this.evictions.note(event, this.names.labelOf(region, event.tier), this.observation.clock.now());
        // What a near tier evicts, a farther one still has.
        if (cause === 'expired' || tiers.at(-1)?.name === event.tier) lives.of(region).left(key, cause);
      }),
      this.cache.on('load', ({ region, keys, durationMs }) => {
        this.latency.series(FACTORY, LOAD).record(durationMs, 1);
        for (const key of keys) this.observer.loadCost?.add(region, key, durationMs / keys.length);
      }),
      this.cache.on('delete', ({ region, key }) => lives.of(region).removed(key)),
      this.cache.on('invalidate', ({ region, kind, target }) => {
        if (kind === 'key') for (const key of target) lives.of(region).removed(key);
        else lives.removedSome(region);
      }),
    );
  }

  /** A curve is wanted up to four times the bound. */
  #lookFarEnough(): void {
    const bounds = [...this.usages.atOnce().values()].map(
      ({ maxEntries, maxBytes, entries = 0 }) => maxEntries ?? (maxBytes ? entries : 0),
    );
    this.observer.lookAsFarAs(4 * bounds.reduce((sum, bound) => sum + bound, 0));
  }
}
