import { Links } from '../store/links.ts';

/** The finest bucket: an entry is reclaimed at most so much later than it ended. */
const TICK_MS = 256;
const LEVELS = 5;
const BITS = 6;
const BUCKETS = 1 << BITS;
/** Deadlines farther away than all levels reach (8.7 years) are looked at again when the outermost bucket comes. */
const FARTHEST = 2 ** (BITS * LEVELS) - 1;
const DUE = 1;
const FIRST_BUCKET = 2;
const HEADS = FIRST_BUCKET + LEVELS * BUCKETS;

/**
 * A hierarchical timer wheel (Varghese & Lauck, SOSP 1987; five levels of 64 buckets as in Caffeine): scheduling and
 * cancelling cost the same however many entries there are. It only sorts slots by when they are to be looked at; who
 * takes them from `takeDue` decides whether their time has come, and schedules them again if not.
 */
export class TimerWheel {
  readonly #links: Links;
  /** The time of tick 0. Moves back when the clock does, so that buckets come early rather than never. */
  #origin: number;
  #seen: number;
  /** Whole ticks since the origin; every bucket up to here has been emptied into the due ring. */
  #tick = 0;

  constructor(capacity: number, now: number) {
    this.#links = new Links(HEADS, capacity);
    this.#origin = now;
    this.#seen = now;
  }

  get growers(): ((capacity: number) => void)[] {
    return this.#links.growers;
  }

  /**
   * Files a slot that is in no bucket.
   *
   * @returns when its bucket comes, in the wheel's time.
   */
  schedule(slot: number, deadline: number): number {
    const ahead = Math.ceil((deadline - this.#origin) / TICK_MS) - this.#tick;
    const delta = Math.min(Math.max(ahead, 1), FARTHEST);
    let level = 0;
    while (delta >= 2 ** (BITS * (level + 1))) level++;
    const width = 2 ** (BITS * level);
    const bucket = Math.floor((this.#tick + delta) / width);
    this.#links.pushLast(headOf(level, bucket), slot);
    return this.#origin + bucket * width * TICK_MS;
  }

  cancel(slot: number): void {
    if (this.#links.has(slot)) this.#links.unlink(slot);
  }

  /** Moves the slots of all buckets that have come to the due ring. The number of slots does not matter. */
  advance(now: number): void {
    if (now < this.#seen) this.#origin -= this.#seen - now;
    this.#seen = now;
    const from = this.#tick;
    const to = Math.floor((now - this.#origin) / TICK_MS);
    if (to <= from) return;
    this.#tick = to;
    for (let level = 0; level < LEVELS; level++) {
      const width = 2 ** (BITS * level);
      const last = Math.floor(to / width);
      const first = Math.max(Math.floor(from / width) + 1, last - BUCKETS + 1);
      if (first > last) return;
      for (let bucket = first; bucket <= last; bucket++) this.#links.append(DUE, headOf(level, bucket));
    }
  }

  /** Takes a slot out of the due ring; -1 when it is empty. */
  takeDue(): number {
    const slot = this.#links.first(DUE);
    if (slot >= 0) this.#links.unlink(slot);
    return slot;
  }

  get hasDue(): boolean {
    return this.#links.first(DUE) >= 0;
  }

  /** When the next bucket with a slot in it comes; `Infinity` when there is none. */
  nextAt(): number {
    let next = Infinity;
    for (let level = 0; level < LEVELS; level++) {
      const width = 2 ** (BITS * level);
      const now = Math.floor(this.#tick / width);
      for (let bucket = now + 1; bucket <= now + BUCKETS; bucket++) {
        if (this.#links.first(headOf(level, bucket)) < 0) continue;
        next = Math.min(next, bucket * width);
        break;
      }
    }
    return this.#origin + next * TICK_MS;
  }
}

function headOf(level: number, bucket: number): number {
  return FIRST_BUCKET + level * BUCKETS + (bucket % BUCKETS);
}
