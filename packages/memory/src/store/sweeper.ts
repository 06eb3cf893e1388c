import type { Clock, Timer } from '@uno-cache/core';
import type { Partition } from './partition.ts';
import type { Glob, Sweep } from './sweep-list.ts';
import { SweepList } from './sweep-list.ts';

/** How many slots one slice looks at. */
export const SWEEP_SLICE = 2048;
/** Between two slices others have their turn. */
const PAUSE_MS = 1;
/** With more under way, whoever begins another sweeps a slice himself. */
const MOST_PENDING = 10_000;
/** A key that is held against so many sweeps counts for two of those that a slice looks at. */
const CHEAP_SWEEPS = 8;

/** What the sweeper asks of the store. */
export interface Swept {
  /** Slots from here on have never been used. */
  readonly top: number;
  ownerOf(slot: number): Partition | undefined;
  keyOf(slot: number): unknown;
  remove(slot: number): void;
}

/**
 * Removes many entries in slices that do not stall the process, although they are gone for everyone at once: until a
 * slot's turn comes, `covers` says that what is in it does not count.
 *
 * One cursor goes round all slots for all sweeps: each begins where the cursor is, and ends when it is there again.
 * What is written while a sweep runs is told apart by the number of the latest sweep, noted with each slot; the column
 * exists only for that time.
 */
export class Sweeper {
  /** Whether `covers` and `wrote` have to be asked at all. */
  active = false;
  readonly #store: Swept;
  readonly #clock: Clock;
  /** In the order in which they end, with their partitions. */
  readonly #pending = new Map<Sweep, Partition>();
  readonly #lists = new Map<Partition, SweepList>();
  /** Whether what is in the slot is older than the sweep. A slot that has been looked at holds nothing older to take. */
  readonly #due = ({ end, order }: Sweep, slot: number): boolean => slot < end && this.#written[slot]! < order;
  #cursor = 0;
  /** Where the cursor turns back to the first slot. */
  #end = 0;
  #written: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #order = 0;
  #timer: Timer | undefined;

  constructor(store: Swept, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Begins to remove what a glob matches, or everything, and ends before it returns when it is little. */
  start(partition: Partition, glob: Glob | undefined): void {
    if (this.#pending.size >= MOST_PENDING) this.run(SWEEP_SLICE);
    const end = this.#store.top;
    if (this.#written.length < end) this.#widen(end);
    this.#end = Math.max(this.#end, end);
    const list = this.#lists.get(partition) ?? new SweepList();
    this.#lists.set(partition, list);
    const sweep = { glob, order: ++this.#order, from: this.#cursor, end, hasWrapped: false };
    const { added, needless } = list.add(sweep);
    for (const each of needless) this.#pending.delete(each);
    this.#pending.set(added, partition);
    this.active = true;
    if (this.#pending.size === 1) this.run(SWEEP_SLICE);
    if (this.active) this.#timer ??= this.#clock.setTimer(() => this.#slice(), PAUSE_MS, true);
  }

  /** An entry was written. */
  wrote(slot: number): void {
    if (slot >= this.#written.length) this.#widen(slot + 1);
    this.#written[slot] = this.#order;
  }

  /** Whether what is in the slot has been swept away, and only stands there still. */
  covers(slot: number): boolean {
    return this.#listOf(slot)?.takes(this.#store.keyOf(slot), slot, this.#due) ?? false;
  }

  /** Looks at so many slots, or fewer where each has to be held against many sweeps. */
  run(slots: number): void {
    let left = slots;
    for (let oldest = this.#oldest; oldest !== undefined && left > 0; oldest = this.#oldest) {
      const until = oldest.hasWrapped ? oldest.from : this.#end;
      while (left > 0 && this.#cursor < until) left -= this.#look();
      if (this.#cursor < until) return;
      if (!oldest.hasWrapped) this.#turn();
      this.#endThose();
    }
    if (this.#pending.size === 0) this.#rest();
  }

  close(): void {
    this.#pending.clear();
    this.#rest();
  }

  get #oldest(): Sweep | undefined {
    for (const sweep of this.#pending.keys()) return sweep;
    return undefined;
  }

  /** @returns for how many slots it counts. */
  #look(): number {
    const slot = this.#cursor;
    const list = this.#listOf(slot);
    if (list?.takes(this.#store.keyOf(slot), slot, this.#due)) this.#store.remove(slot);
    this.#cursor++;
    return list === undefined ? 1 : 1 + Math.floor(list.cost / CHEAP_SWEEPS);
  }

  #turn(): void {
    this.#cursor = 0;
    for (const sweep of this.#pending.keys()) sweep.hasWrapped = true;
  }

  /** Ends the sweeps that have been all round. */
  #endThose(): void {
    for (const [sweep, partition] of this.#pending) {
      if (!sweep.hasWrapped || this.#cursor < sweep.from) return;
      this.#pending.delete(sweep);
      const list = this.#lists.get(partition)!;
      list.remove(sweep);
      if (list.isEmpty) this.#lists.delete(partition);
    }
  }

  #listOf(slot: number): SweepList | undefined {
    const owner = this.#store.ownerOf(slot);
    return owner === undefined ? undefined : this.#lists.get(owner);
  }

  #slice(): void {
    this.#timer = undefined;
    this.run(SWEEP_SLICE);
    if (this.active) this.#timer = this.#clock.setTimer(() => this.#slice(), PAUSE_MS, true);
  }

  #rest(): void {
    this.active = false;
    this.#lists.clear();
    this.#order = 0;
    this.#cursor = 0;
    this.#end = 0;
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
