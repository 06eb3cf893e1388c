/** The first lookups are all sampled, so that a cache with little to do is seen as well. */
const FIRST = 64;
/** From here on the gaps between samples are 16 to 48 lookups long, 32 in the mean. */
const SHORTEST = 16;

/** Says which lookups are samples: about one in 32, at irregular gaps, so that no loop of the program falls in step. */
export class SampleCountdown {
  #left = 1;
  #gap = 1;
  #first = FIRST;
  #state: number;
  /** Lookups before the gap under way. */
  #passed = 0;

  /** @param seed - 0..1. */
  constructor(seed: number) {
    this.#state = Math.floor(seed * 2 ** 31);
  }

  /** Lookups so far. */
  get lookups(): number {
    return this.#passed + this.#gap - this.#left;
  }

  /** For how many lookups the last sample stands. */
  weight = 1;

  /** Counts a lookup. @returns whether it is a sample. */
  isSample(): boolean {
    if (--this.#left > 0) return false;
    this.#next();
    return true;
  }

  #next(): void {
    this.weight = this.#gap;
    this.#passed += this.#gap;
    if (this.#first > 0) {
      this.#first--;
    } else {
      // Numerical Recipes' generator; the high bits are the good ones.
      this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) | 0;
      this.#gap = SHORTEST + ((this.#state >>> 27) & 31) + ((this.#state >>> 26) & 1);
    }
    this.#left = this.#gap;
  }
}
