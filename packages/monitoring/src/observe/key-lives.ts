import type { EvictionCause } from '@uno-cache/core';
import { crc32 } from '@uno-cache/core/adapter';
import { digestOf } from './value-digest.ts';
import type { Watch, WatchedKeys } from './watched-keys.ts';

const MOST_CHARACTERS = 1024;
/** With so many the older ones begin to count for less. */
const ENOUGH = 20_000;
/** Fewer than one key in so many is never followed. */
const RAREST = 2 ** 20;

type End = 'expired' | 'evicted' | 'removed';

/** An entry that is followed from when it was stored. */
class Life implements Watch {
  readonly region: string;
  readonly key: string;
  readonly digest: number | undefined;
  isUsed = false;
  /** Whether every lookup since it was stored was told of. */
  isWatched: boolean;
  end: End | undefined;

  constructor(subject: { region: string; key: string }, digest: number | undefined, isWatched: boolean) {
    this.region = subject.region;
    this.key = subject.key;
    this.digest = digest;
    this.isWatched = isWatched;
  }

  lookedUp(): void {
    this.isUsed = true;
  }
}

/** What lives came to. What was counted of twice as many keys counts for half. */
export class LifeTally {
  ended = 0;
  unused = 0;
  expired = 0;
  expiredUnused = 0;
  loads = 0;
  unchanged = 0;

  scale(by: number): void {
    this.ended *= by;
    this.unused *= by;
    this.expired *= by;
    this.expiredUnused *= by;
    this.loads *= by;
    this.unchanged *= by;
  }
}

/**
 * What becomes of the entries of a region, from a sample of keys. A key is in it by its hash, so that all of its entries
 * are; with more keys than room, half of them go, and come back when there is room again: the fixed-size sampling of
 * Waldspurger et al., "Efficient MRC Construction with SHARDS", FAST 2015.
 */
export class KeyLives {
  readonly #watched: WatchedKeys;
  readonly #lives = new Map<string, Life>();
  readonly #region: string;
  readonly #room: number;
  readonly tally: LifeTally = new LifeTally();
  /** One key in so many is followed; a power of two. */
  #oneIn = 1;
  #isWatching = true;

  /** @param room - how many keys are followed at a time. */
  constructor(watched: WatchedKeys, region: string, room: number) {
    this.#watched = watched;
    this.#region = region;
    this.#room = room;
  }

  stored(key: string, value: unknown, isLoaded: boolean): void {
    if (!this.#isFollowed(key)) return;
    const before = this.#lives.get(key);
    // What had no digest is most often too large for one, and next time too: to look in vain may take long.
    const isDigested = before === undefined || before.digest !== undefined;
    const digest = isDigested ? digestOf(value) : undefined;
    const life = new Life({ region: this.#region, key }, digest, this.#isWatching);
    if (isLoaded) this.#noteLoad(before, life);
    // A load follows an expiry, unless it is known why the entry went.
    if (before !== undefined) this.#finish(before, isLoaded ? 'expired' : 'removed');
    this.#lives.delete(key);
    this.#lives.set(key, life);
    if (this.#isWatching) this.#watched.add(life);
    if (this.#lives.size > this.#room) this.#makeRoom();
  }

  /** Whether lookups are told of from now on: else nobody knows which entries are used. */
  watch(isWatching: boolean): void {
    this.#isWatching = isWatching;
    if (isWatching) return;
    for (const life of this.#lives.values()) {
      this.#watched.delete(life);
      life.isWatched = false;
    }
  }

  /** An entry is gone from the cache for good. */
  left(key: string, cause: EvictionCause): void {
    this.#finish(this.#lives.get(key), cause === 'expired' ? 'expired' : 'evicted');
  }

  removed(key: string): void {
    this.#finish(this.#lives.get(key), 'removed');
  }

  /** Nobody knows which entries are gone: what is loaded next says nothing of how long values last. */
  removedSome(): void {
    for (const life of this.#lives.values()) this.#finish(life, 'removed');
  }

  /** Lets more keys in where there is room, and what is old count for less. Called now and then. */
  relax(): void {
    if (this.tally.loads + this.tally.ended > ENOUGH) this.tally.scale(0.5);
    if (this.#lives.size >= this.#room / 8 || this.#oneIn === 1) return;
    this.#oneIn /= 2;
    this.tally.scale(2);
  }

  #noteLoad(before: Life | undefined, { digest }: Life): void {
    this.tally.loads++;
    const isAfterExpiry = before !== undefined && (before.end === undefined || before.end === 'expired');
    if (isAfterExpiry && digest !== undefined && digest === before.digest) this.tally.unchanged++;
  }

  /** Counts a life, once. It is kept, to be compared with what is loaded next. */
  #finish(life: Life | undefined, end: End): void {
    if (life === undefined || life.end !== undefined) return;
    life.end = end;
    this.#watched.delete(life);
    if (!life.isWatched) return;
    this.tally.ended++;
    if (!life.isUsed) this.tally.unused++;
    if (end !== 'expired') return;
    this.tally.expired++;
    if (!life.isUsed) this.tally.expiredUnused++;
  }

  #makeRoom(): void {
    const oldest = this.#lives.values().next().value!;
    this.#drop(oldest);
    if (oldest.end !== undefined || this.#oneIn >= RAREST) return;
    this.#oneIn *= 2;
    this.tally.scale(0.5);
    for (const life of this.#lives.values()) if (!this.#isFollowed(life.key)) this.#drop(life);
  }

  /** What is still alive is not counted: who knows what would have become of it. */
  #drop(life: Life): void {
    this.#lives.delete(life.key);
    this.#watched.delete(life);
  }

  #isFollowed(key: string): boolean {
    return key.length <= MOST_CHARACTERS && (this.#oneIn === 1 || (crc32(key) & (this.#oneIn - 1)) === 0);
  }
}
