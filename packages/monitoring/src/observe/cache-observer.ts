import type { Observer } from '@uno-cache/core';
import type { LatencyBook } from '../latency/latency-book.ts';
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
  readonly reuse: ReuseTimes;
  readonly lives: RegionLives;
  readonly largest: LargestValues = new LargestValues();
  /** Keys by lookups, and by the time of their loads; there when top keys are wanted. */
  readonly traffic: FrequentKeys | undefined;
  readonly loadCost: FrequentKeys | undefined;
  readonly commands: Map<string, CommandCounts> = new Map();
  readonly #watched = new WatchedKeys();
  readonly #countdown: SampleCountdown;
  readonly #latency: LatencyBook;
  readonly #onClosed: () => void;
  #reuseInterval = SHORTEST_REUSE_INTERVAL;
  #nextReuseAt = 0;

  constructor({ latency, topKeys, regions, nearestTier, seed, onClosed }: CacheObserverOptions) {
    this.#latency = latency;
    this.#onClosed = onClosed;
    this.#countdown = new SampleCountdown(seed);
    this.reuse = new ReuseTimes(this.#watched, nearestTier);
    this.lives = new RegionLives(this.#watched, regions);
    if (topKeys === 0) return;
    this.traffic = new FrequentKeys(topKeys * ROOM_PER_KEY);
    this.loadCost = new FrequentKeys(topKeys * ROOM_PER_KEY);
  }

  /** So that reuse is seen as far as in caches of so many entries. */
  lookAsFarAs(entries: number): void {
    this.#reuseInterval = Math.max(SHORTEST_REUSE_INTERVAL, ReuseTimes.intervalFor(entries));
  }

  now(): number {
    return performance.now();
  }

  lookup(region: string, key: string): boolean {
    if (this.#watched.mayHave(key)) this.#watched.lookedUp(region, key, this.#countdown.lookups + 1);
    if (!this.#countdown.isSample()) return false;
    this.#sample(region, key);
    return true;
  }

  nearHit(_region: string, tier: string, _key: string, durationMs: number): void {
    this.#latency.record(tier, 'get', durationMs, this.#countdown.weight);
  }

  command(tier: string, operation: string, durationMs: number, failed: boolean): void {
    const counts = this.commands.get(tier) ?? this.#newCounts(tier);
    counts.commands++;
    if (failed) counts.failures++;
    this.#latency.record(tier, operation, durationMs, 1);
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
    if (lookups < this.#nextReuseAt) return;
    this.#nextReuseAt = lookups + this.#reuseInterval;
    this.reuse.sample(region, key, lookups);
  }

  #newCounts(tier: string): CommandCounts {
    const counts = { commands: 0, failures: 0 };
    this.commands.set(tier, counts);
    return counts;
  }
}
