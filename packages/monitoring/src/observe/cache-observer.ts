import type { Observer } from '@uno-cache/core';
import type { Reuse } from '../analysis/miss-ratio-curve.ts';
import type { LatencyBook, LatencySeries } from '../latency/latency-book.ts';
import { FrequentKeys } from './frequent-keys.ts';

import { LargestValues } from './largest-values.ts';
import { RegionLives } from './region-lives.ts';
import { ReuseTimes } from './reuse-times.ts';
import { SampleCountdown } from './sample-countdown.ts';
import { WatchedKeys } from './watched-keys.ts';

/** Keys that a sketch keeps for each that it is asked for. */
const ROOM_PER_KEY = 16;
/** A key is watched for its reuse at most every so many lookups: to begin a watch costs as much as several hits. */
const SHORTEST_REUSE_INTERVAL = 64;
/**
 * Keys are watched for so many lookups, and then not for fifteen times as many: to look whether a key is watched costs more
 * than all the rest.
 */
const SHORTEST_WATCH = 2 ** 20;
const REST = 15;
/** How many lookups it takes, roughly, till a key that comes again has come, for each entry of the cache. */
const LOOKUPS_PER_ENTRY = 4;

export interface CacheObserverOptions {
  readonly latency: LatencyBook;
  /** How many top keys are wanted; 0 for none. */
  readonly topKeys: number;
  /** How many regions there are. */
  readonly regions: () => number;
  /** The label of a region's nearest tier. */
  readonly nearestTier: (region: string) => string | undefined;
  /** 0..1, where the sampling begins. */
  readonly seed: number;
  readonly onClosed: () => void;
}

/** Commands that a tier was given, and those that it failed. */
export interface CommandCounts {
  commands: number;
  failures: number;
}

/** What a monitor hears in the middle of operations. `lookup` is on the way of every hit, and does next to nothing. */
export class CacheObserver implements Observer {
  readonly lives: RegionLives;
  readonly largest: LargestValues = new LargestValues();
  /** Keys by lookups, and by the time of their loads; there when top keys are wanted. */
  readonly traffic: FrequentKeys | undefined;
  readonly loadCost: FrequentKeys | undefined;
  readonly commands: Map<string, CommandCounts> = new Map();
  readonly #watched = new WatchedKeys();
  readonly #reuse: ReuseTimes;
  readonly #countdown: SampleCountdown;
  readonly #latency: LatencyBook;
  readonly #onClosed: () => void;
  #reuseInterval = SHORTEST_REUSE_INTERVAL;
  #nextReuseAt = 0;
  #isWatching = true;
  /** The tier that the last near hit was in, and where its durations go. */
  #nearTier = '';
  #nearHits: LatencySeries | undefined;
  #watchLength = SHORTEST_WATCH;
  /** When keys were begun to be watched, or ceased to be. */
  #turnedAt = 0;

  constructor({ latency, topKeys, regions, nearestTier, seed, onClosed }: CacheObserverOptions) {
    this.#latency = latency;
    this.#onClosed = onClosed;
    this.#countdown = new SampleCountdown(seed);
    this.#reuse = new ReuseTimes(this.#watched, nearestTier);
    this.lives = new RegionLives(this.#watched, regions);
    if (topKeys === 0) return;
    this.traffic = new FrequentKeys(topKeys * ROOM_PER_KEY);
    this.loadCost = new FrequentKeys(topKeys * ROOM_PER_KEY);
  }

  /** So that reuse is seen as far as in caches of so many entries. */
  lookAsFarAs(entries: number): void {
    this.#reuseInterval = Math.max(SHORTEST_REUSE_INTERVAL, ReuseTimes.intervalFor(entries));
    this.#watchLength = Math.max(SHORTEST_WATCH, entries * LOOKUPS_PER_ENTRY);
  }

  /** After how many lookups keys come again that meet a tier first. */
  reuseOf(tier: string): Reuse | undefined {
    return this.#reuse.of(tier, this.#countdown.lookups);
  }

  now(): number {
    return performance.now();
  }

  lookup(region: string, key: string): boolean {
    if (this.#isWatching && this.#watched.mayHave(key))
      this.#watched.lookedUp(region, key, this.#countdown.lookups + 1);
    if (!this.#countdown.isSample()) return false;
    this.#sample(region, key);
    return true;
  }

  nearHit(_region: string, tier: string, _key: string, durationMs: number): void {
    if (tier !== this.#nearTier) this.#turnTo(tier);
    this.#nearHits?.record(durationMs, this.#countdown.weight);
  }

  command(tier: string, operation: string, durationMs: number, failed: boolean): void {
    const counts = this.commands.get(tier) ?? this.#newCounts(tier);
    counts.commands++;
    if (failed) counts.failures++;
    this.#latency.series(tier, operation).record(durationMs, 1);
  }

  storing(
    region: string,
    key: string,
    value: unknown,
    { isLoaded, bytes }: { readonly isLoaded: boolean; readonly bytes?: number },
  ): void {
    this.lives.of(region).stored(key, value, isLoaded);
    if (bytes !== undefined) this.largest.stored(region, key, bytes);
  }

  closed(): void {
    this.#onClosed();
  }

  #sample(region: string, key: string): void {
    const { lookups, weight } = this.#countdown;
    this.traffic?.add(region, key, weight);
    if (lookups - this.#turnedAt >= this.#watchLength * (this.#isWatching ? 1 : REST)) this.#turn(lookups);
    if (!this.#isWatching || lookups < this.#nextReuseAt) return;
    this.#nextReuseAt = lookups + this.#reuseInterval;
    this.#reuse.sample(region, key, lookups);
  }

  #turnTo(tier: string): void {
    this.#nearTier = tier;
    this.#nearHits = this.#latency.series(tier, 'get');
  }

  /** Begins to watch keys, or ceases to. */
  #turn(lookups: number): void {
    this.#isWatching = !this.#isWatching;
    this.#turnedAt = lookups;
    if (!this.#isWatching) this.#reuse.giveUpAll(lookups);
    this.lives.watch(this.#isWatching);
  }

  #newCounts(tier: string): CommandCounts {
    const counts = { commands: 0, failures: 0 };
    this.commands.set(tier, counts);
    return counts;
  }
}
