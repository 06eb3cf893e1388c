import { Links, widened } from '../store/links.ts';
import { Ghosts } from './ghosts.ts';
import type { Policy } from './policy.ts';

const SMALL = 1;
const MAIN = 2;
const HEADS = 3;

/** A slot's state: reads in the lower two bits, its queue above. */
const READS = 3;
const QUEUE_SHIFT = 2;

const SMALL_SHARE = 0.1;
/** Read so often in the small queue, an entry moves to the main one. */
const ENOUGH_READS = 2;
/** Entries that one eviction passes over; beyond, the next one goes although it was read. */
const MOST_PASSED = 256;

/**
 * S3-FIFO (Yang, Zhang, Qiu, Yue & Rashmi, SOSP 2023): a small queue that most new entries only pass through, a main
 * queue in which what was read goes round again, and the memory of what the small queue let go, which enters the main
 * one at once. A hit writes one byte.
 */
export class S3Fifo implements Policy {
  readonly usesHash = true;
  refused = false;
  readonly #links: Links;
  readonly #weightOf: (slot: number) => number;
  #ghosts: Ghosts;
  #state: Uint8Array<ArrayBuffer>;
  #hashes: Int32Array<ArrayBuffer>;
  #small = 0;
  #main = 0;
  #entries = 0;
  /** How many keys the small queue has let go: the time by which they are forgotten. */
  #letGo = 0;

  constructor(capacity: number, weightOf: (slot: number) => number) {
    this.#links = new Links(HEADS, capacity);
    this.#weightOf = weightOf;
    this.#ghosts = new Ghosts(capacity, Infinity);
    this.#state = new Uint8Array(capacity);
    this.#hashes = new Int32Array(capacity);
  }

  get growers(): ((capacity: number) => void)[] {
    return [
      ...this.#links.growers,
      (capacity) => {
        this.#state = widened(this.#state, capacity);
      },
      (capacity) => {
        this.#hashes = widened(this.#hashes, capacity);
      },
      (capacity) => {
        this.#ghosts = new Ghosts(capacity, Infinity);
      },
    ];
  }

  add(slot: number, hash: number, weight: number): void {
    const isKnown = this.#ghosts.recall(hash, this.#letGo) <= this.#entries * (1 - SMALL_SHARE);
    this.#hashes[slot] = hash;
    this.#enter(slot, isKnown ? MAIN : SMALL, weight);
  }

  hit(slot: number): void {
    const state = this.#state[slot]!;
    if ((state & READS) < READS) this.#state[slot] = state + 1;
  }

  reweigh(slot: number, before: number, after: number): void {
    this.#weigh(this.#state[slot]! >>> QUEUE_SHIFT, after - before);
  }

  remove(slot: number, weight: number): void {
    this.#leave(slot, weight);
    this.#state[slot] = 0;
  }

  victim(capacity: number): number {
    for (let passed = 0; ; passed++) {
      const small = this.#links.last(SMALL);
      const isSmallFull = this.#small > capacity * SMALL_SHARE || this.#main === 0;
      const slot = isSmallFull && small >= 0 ? small : this.#links.last(MAIN);
      if (slot < 0) return small;
      const state = this.#state[slot]!;
      const isInSmall = state >>> QUEUE_SHIFT === SMALL;
      const stays = (state & READS) >= (isInSmall ? ENOUGH_READS : 1);
      if (!stays || passed >= MOST_PASSED) return this.#letOut(slot, isInSmall);
      const weight = this.#weightOf(slot);
      this.#leave(slot, weight);
      this.#enter(slot, MAIN, weight);
      // Entering forgets the reads; one that goes round keeps them but one.
      if (!isInSmall) this.#state[slot]! += (state & READS) - 1;
    }
  }

  settle(): void {}

  #letOut(slot: number, isInSmall: boolean): number {
    this.refused = isInSmall;
    if (isInSmall) this.#ghosts.remember(this.#hashes[slot]!, ++this.#letGo);
    return slot;
  }

  #enter(slot: number, queue: number, weight: number): void {
    this.#state[slot] = queue << QUEUE_SHIFT;
    this.#links.pushFirst(queue, slot);
    this.#weigh(queue, weight);
    this.#entries++;
  }

  #leave(slot: number, weight: number): void {
    const queue = this.#state[slot]! >>> QUEUE_SHIFT;
    this.#links.unlink(slot);
    this.#weigh(queue, -weight);
    this.#entries--;
  }

  #weigh(queue: number, change: number): void {
    if (queue === SMALL) this.#small += change;
    else this.#main += change;
  }
}
