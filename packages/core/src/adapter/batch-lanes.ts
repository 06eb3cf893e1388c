/** The fewest readers that are worth a batch of their own, and from how many on a batch is large. */
const LEAST_READERS = 2;
const MANY_READERS = 16;
/** Batches that should be under way at a time: small ones mostly travel, large ones keep both sides busy. */
const LANES = 4;
const LANES_OF_MANY = 2;

/**
 * For tiers that turn the reads of one tick into one command. Were all its readers answered at once, they would read
 * again in one batch, too: the server idles while values are decoded here, and this process while the server works. So
 * answers are given out in slices, a turn of the event loop apart, and who reads again travels in batches of their own.
 */
export class BatchLanes {
  readonly #later: (callback: () => void) => void;
  #underWay = 0;

  /** @param later - calls back after what the event loop has to do anyway: `setImmediate`. */
  constructor(later: (callback: () => void) => void) {
    this.#later = later;
  }

  /** A batch has been sent. It ends with `answer`, or with `failed`. */
  sent(): void {
    this.#underWay++;
  }

  failed(): void {
    this.#underWay--;
  }

  /**
   * Answers the readers of a batch, in their order: the first slice at once.
   *
   * @param readers - how many they are.
   * @param answer - takes the index of a reader. Must not throw.
   */
  answer(readers: number, answer: (index: number) => void): void {
    this.#underWay--;
    const lanes = readers < MANY_READERS ? LANES : LANES_OF_MANY;
    const slices = Math.max(1, Math.min(lanes - this.#underWay, Math.floor(readers / LEAST_READERS)));
    const size = Math.ceil(readers / slices);
    const answerFrom = (start: number): void => {
      const end = Math.min(start + size, readers);
      for (let index = start; index < end; index++) answer(index);
      if (end < readers) this.#later(() => answerFrom(end));
    };
    answerFrom(0);
  }
}
