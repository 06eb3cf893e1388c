import { Links, widened } from '../store/links.ts';
import { FrequencySketch } from './frequency-sketch.ts';
import { Ghosts } from './ghosts.ts';
import type { Policy } from './policy.ts';
import { WindowTuner } from './window-tuner.ts';

/** Segments, which are the rings' heads: the window's halves, and the two of the main part. */
const YOUNGER = 1;
const OLDER = 2;
const PROBATION = 3;
const PROTECTED = 4;
const HEADS = 5;

/** A slot's state: how often its key came in the lower four bits, its segment above. */
const COUNT = 15;
const SEGMENT_SHIFT = 4;

const PROTECTED_SHARE = 0.8;
/** Counts are halved after so many counted accesses for each entry. */
const SAMPLE = 10;
/** So many slots, and words of the sketch, are aged with one access, so that a large store does not stall. */
const AGEING_STEP = 4096;
/** A candidate that lost although it came this often is let in by chance, lest collisions could be used to keep it out. */
const DOUBTFUL_COUNT = 6;
const DOUBTFUL_CHANCE = 1 / 128;
/** Keys that left the window are remembered in a sample of this size. */
const GHOSTS = 1024;
/** Entries that one insertion moves from a window that has become too large. */
const MOST_MOVES = 1024;

/**
 * Adaptive W-TinyLFU (Einziger, Friedman & Manes, ACM ToS 2017; Einziger, Eytan, Friedman & Manes, Middleware 2018):
 * new entries live in a window in order of recency; who leaves it is let into the main part, a segmented LRU, if its key
 * came more often than that of the one who would have to go.
 *
 * How often a key came stands with its slot while it is here, and in the sketch only once it has left: a hit touches
 * one byte for it. The window's size follows what is seen at the margins (`WindowTuner`).
 */
export class WTinyLfu implements Policy {
  readonly usesHash = true;
  refused = false;
  readonly #links: Links;
  readonly #sketch: FrequencySketch;
  readonly #tuner: WindowTuner = new WindowTuner();
  readonly #random: () => number;
  readonly #weightOf: (slot: number) => number;
  #ghosts: Ghosts;
  #state: Uint8Array<ArrayBuffer>;
  #hashes: Int32Array<ArrayBuffer>;
  #entries = 0;
  #younger = 0;
  #older = 0;
  #main = 0;
  #protected = 0;
  #windowMax = Infinity;
  #protectedMax = Infinity;
  /** The weight of all that ever came: the time in which depths are measured. */
  #came = 0;
  #counted = 0;
  /** Slots before it have been aged; -1 when no ageing runs. */
  #ageing = -1;

  constructor(capacity: number, random: () => number, weightOf: (slot: number) => number) {
    this.#links = new Links(HEADS, capacity);
    this.#sketch = new FrequencySketch(capacity);
    this.#random = random;
    this.#weightOf = weightOf;
    this.#ghosts = new Ghosts(capacity, GHOSTS);
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
        this.#sketch.grow(capacity);
        this.#ghosts = new Ghosts(capacity, GHOSTS);
      },
    ];
  }

  /** The window's part of the room, from 0 to 1. */
  get windowShare(): number {
    return this.#tuner.share;
  }

  add(slot: number, hash: number, weight: number): void {
    const count = this.#sketch.estimate(hash);
    this.#hashes[slot] = hash;
    this.#state[slot] = (YOUNGER << SEGMENT_SHIFT) | (count < COUNT ? count + 1 : COUNT);
    this.#links.pushFirst(YOUNGER, slot);
    this.#younger += weight;
    this.#entries++;
    this.#came += weight;
    this.#tuner.missed(weight);
    const ago = this.#ghosts.recall(hash, this.#came);
    if (ago !== Infinity) this.#tuner.returned(ago / (this.#windowMax + this.#mainMax()), this.#ghosts.sampled);
    if (count < COUNT) this.#count();
    if (this.#ageing >= 0) this.#age();
    this.#balanceWindow();
  }

  hit(slot: number): void {
    const state = this.#state[slot]!;
    if ((state & COUNT) < COUNT) {
      this.#state[slot] = state + 1;
      this.#count();
    }
    switch (state >>> SEGMENT_SHIFT) {
      case YOUNGER:
        this.#tuner.hit();
        this.#links.moveFirst(YOUNGER, slot);
        return;
      case PROTECTED:
        this.#tuner.hit();
        this.#links.moveFirst(PROTECTED, slot);
        return;
      case OLDER:
        this.#tuner.hitOlder();
        this.#rejuvenate(slot);
        return;
      default:
        this.#tuner.hitProbation();
        this.#promote(slot);
    }
  }

  reweigh(slot: number, before: number, after: number): void {
    this.#weigh(this.#segmentOf(slot), after - before);
  }

  remove(slot: number, weight: number): void {
    const state = this.#state[slot]!;
    this.#sketch.raise(this.#hashes[slot]!, state & COUNT);
    this.#weigh(state >>> SEGMENT_SHIFT, -weight);
    this.#links.unlink(slot);
    this.#state[slot] = 0;
    this.#entries--;
  }

  victim(capacity: number): number {
    this.#resize(capacity);
    this.#fillMain(capacity);
    this.refused = false;
    const candidate = this.#oldest();
    const victim = this.#leastMain();
    if (candidate < 0 || (victim >= 0 && this.#younger + this.#older <= this.#windowMax)) return victim;
    if (victim < 0) return candidate;
    if (this.#admits(candidate, victim)) {
      this.#move(candidate, PROBATION);
      return victim;
    }
    this.refused = true;
    this.#ghosts.remember(this.#hashes[candidate]!, this.#came);
    return candidate;
  }

  settle(capacity: number): void {
    this.#limit(capacity);
    this.#fillMain(capacity);
  }

  #segmentOf(slot: number): number {
    return this.#state[slot]! >>> SEGMENT_SHIFT;
  }

  #weigh(segment: number, change: number): void {
    if (segment === YOUNGER) this.#younger += change;
    else if (segment === OLDER) this.#older += change;
    else this.#main += change;
    if (segment === PROTECTED) this.#protected += change;
  }

  /** Puts a slot first in another segment. */
  #move(slot: number, segment: number): void {
    const state = this.#state[slot]!;
    const weight = this.#weightOf(slot);
    this.#weigh(state >>> SEGMENT_SHIFT, -weight);
    this.#weigh(segment, weight);
    this.#links.unlink(slot);
    this.#links.pushFirst(segment, slot);
    this.#state[slot] = (state & COUNT) | (segment << SEGMENT_SHIFT);
  }

  #promote(slot: number): void {
    this.#move(slot, PROTECTED);
    while (this.#protected > this.#protectedMax) this.#move(this.#links.last(PROTECTED), PROBATION);
  }

  #rejuvenate(slot: number): void {
    this.#move(slot, YOUNGER);
    this.#balanceWindow();
  }

  /** Keeps the younger half of the window from becoming more than half. */
  #balanceWindow(): void {
    while (this.#younger > this.#windowMax / 2) {
      const last = this.#links.last(YOUNGER);
      if (last === this.#links.first(YOUNGER)) return;
      this.#move(last, OLDER);
    }
  }

  /** The window's entry that was used longest ago, or -1. */
  #oldest(): number {
    const older = this.#links.last(OLDER);
    return older >= 0 ? older : this.#links.last(YOUNGER);
  }

  #leastMain(): number {
    const probation = this.#links.last(PROBATION);
    return probation >= 0 ? probation : this.#links.last(PROTECTED);
  }

  #admits(candidate: number, victim: number): boolean {
    const came = this.#state[candidate]! & COUNT;
    if (came > (this.#state[victim]! & COUNT)) return true;
    return came >= DOUBTFUL_COUNT && this.#random() < DOUBTFUL_CHANCE;
  }

  /** Gives what the window has too much to the main part, while that has room: nobody has to go for it. */
  #fillMain(capacity: number): void {
    for (let moves = 0; moves < MOST_MOVES; moves++) {
      if (this.#younger + this.#older <= this.#windowMax || this.#main >= capacity - this.#windowMax) return;
      this.#move(this.#oldest(), PROBATION);
    }
  }

  #resize(capacity: number): void {
    const entries = this.#entries;
    if (this.#tuner.isDue(entries)) {
      const probation = this.#main - this.#protected;
      this.#tuner.look({ capacity, windowMax: this.#windowMax, older: this.#older, probation, entries });
    }
    this.#limit(capacity);
  }

  #limit(capacity: number): void {
    this.#windowMax = Math.max(1, Math.floor(capacity * this.#tuner.share));
    this.#protectedMax = (capacity - this.#windowMax) * PROTECTED_SHARE;
  }

  #mainMax(): number {
    return this.#protectedMax / PROTECTED_SHARE;
  }

  #count(): void {
    if (++this.#counted < SAMPLE * this.#entries || this.#ageing >= 0) return;
    this.#counted >>>= 1;
    this.#ageing = 0;
    this.#age();
  }

  /**
   * Halves counts, a step of the slots and of the sketch. Of odd counts, those who are here get the larger half: else
   * who comes just after the ageing would count more than who came just before, and a loop would throw out itself.
   */
  #age(): void {
    const state = this.#state;
    const from = this.#ageing;
    const to = Math.min(state.length, from + AGEING_STEP);
    for (let slot = from; slot < to; slot++) {
      const now = state[slot]!;
      state[slot] = (now & ~COUNT) | (((now & COUNT) + 1) >>> 1);
    }
    this.#sketch.age(from / state.length, to / state.length);
    this.#ageing = to < state.length ? to : -1;
  }
}
