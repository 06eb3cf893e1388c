import type { Clock, Timer } from '@uno-cache/core';
import type { Partition } from './partition.ts';

/** How many slots one slice looks at. */
export const SWEEP_SLICE = 2048;
/** Between two slices others have their turn. */
const PAUSE_MS = 1;
/** So many sweeps may wait; one more finishes the oldest at once. */
const MOST_PENDING = 64;

/** What the sweeper asks of the store. */
export interface Swept {
  /** Slots from here on have never been used. */
  readonly top: number;
  ownerOf(slot: number): Partition | undefined;
  keyOf(slot: number): unknown;
  remove(slot: number): void;
}

interface Sweep {
  readonly partition: Partition;
  /** `undefined` takes every key: the partition was cleared. */
  readonly matches: ((key: unknown) => boolean) | undefined;
  /** Entries written since have at least this number. */
  readonly order: number;
  /** Slots before it have been looked at. */
  cursor: number;
  readonly end: number;
}

/**
 * Removes many entries in slices that do not stall the process, although they are gone for everyone at once: until a
 * slot's turn comes, `covers` says that what is in it does not count.
 *
 * What is written while a sweep runs is told apart by the number of the latest sweep, noted with each slot; the column
 * exists only for that time.
 */
export class Sweeper {
  /** Whether `covers` and `wrote` have to be asked at all. */
  active = false;
  readonly #store: Swept;
  readonly #clock: Clock;
  readonly #pending: Sweep[] = [];
  #written: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #order = 0;
  #timer: Timer | undefined;

  constructor(store: Swept, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Begins to remove, and ends before it returns when it is little. */
  start(partition: Partition, matches: ((key: unknown) => boolean) | undefined): void {
    if (this.#pending.length >= MOST_PENDING) this.#finishOldest();
    const end = this.#store.top;
    if (this.#written.length < end) this.#widen(end);
    this.#pending.push({ partition, matches, order: ++this.#order, cursor: 0, end });
    this.active = true;
    if (this.#pending.length === 1) this.run(SWEEP_SLICE);
    if (this.active) this.#timer ??= this.#clock.setTimer(() => this.#slice(), PAUSE_MS, true);
  }

  /** An entry was written. */
  wrote(slot: number): void {
    if (slot >= this.#written.length) this.#widen(slot + 1);
    this.#written[slot] = this.#order;
  }

  /** Whether what is in the slot has been swept away, and only stands there still. */
  covers(slot: number): boolean {
    const owner = this.#store.ownerOf(slot);
    for (const sweep of this.#pending) if (slot >= sweep.cursor && this.#takes(sweep, slot, owner)) return true;
    return false;
  }

  /** Looks at so many slots, oldest sweep first. */
  run(slots: number): void {
    let left = slots;
    while (left > 0 && this.#pending.length > 0) {
      const sweep = this.#pending[0]!;
      const until = Math.min(sweep.end, sweep.cursor + left);
      left -= until - sweep.cursor;
      this.#advance(sweep, until);
      if (sweep.cursor === sweep.end) this.#pending.shift();
    }
    if (this.#pending.length === 0) this.#rest();
  }

  close(): void {
    this.#pending.length = 0;
    this.#rest();
  }

  #advance(sweep: Sweep, until: number): void {
    while (sweep.cursor < until) {
      const slot = sweep.cursor;
      const takes = this.#takes(sweep, slot, this.#store.ownerOf(slot));
      if (takes) this.#store.remove(slot);
      sweep.cursor++;
    }
  }

  #takes(sweep: Sweep, slot: number, owner: Partition | undefined): boolean {
    if (owner !== sweep.partition || slot >= sweep.end || this.#written[slot]! >= sweep.order) return false;
    return sweep.matches === undefined || sweep.matches(this.#store.keyOf(slot));
  }

  #finishOldest(): void {
    const oldest = this.#pending[0]!;
    this.run(oldest.end - oldest.cursor);
  }

  #slice(): void {
    this.#timer = undefined;
    this.run(SWEEP_SLICE);
    if (this.active) this.#timer = this.#clock.setTimer(() => this.#slice(), PAUSE_MS, true);
  }

  #rest(): void {
    this.active = false;
    this.#order = 0;
    this.#written = new Uint32Array(0);
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #widen(length: number): void {
    const wide = new Uint32Array(Math.max(length, this.#written.length * 2));
    wide.set(this.#written);
    this.#written = wide;
  }
}
