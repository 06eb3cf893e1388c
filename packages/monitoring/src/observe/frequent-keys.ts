/** A key and what was counted of it. */
export interface CountedKey {
  readonly region: string;
  readonly key: string;
  /** How often it was counted, and with what weight in all. Both are too small rather than too large. */
  readonly times: number;
  readonly weight: number;
}

interface Counted {
  readonly region: string;
  readonly key: string;
  times: number;
  weight: number;
}

/** Longer keys are not counted. */
const MOST_CHARACTERS = 1024;
/** Weights that the median is taken of. */
const SAMPLE = 63;

/**
 * The keys with the most weight, in bounded room: when it is full, the median is taken off of all, and those that are
 * left with nothing go. Misra and Gries, "Finding Repeated Elements", 1982, in the form of Anderson et al.,
 * "A High-Performance Algorithm for Identifying Frequent Items in Data Streams", IMC 2017.
 */
export class FrequentKeys {
  readonly #counted = new Map<string, Counted>();
  readonly #room: number;

  /** @param room - how many keys are kept. What weighs more than a share of 2 / `room` is among them. */
  constructor(room: number) {
    this.#room = room;
  }

  add(region: string, key: string, weight: number): void {
    if (key.length > MOST_CHARACTERS) return;
    const id = `${region.length}:${region}${key}`;
    const counted = this.#counted.get(id);
    if (counted !== undefined) {
      counted.times++;
      counted.weight += weight;
      return;
    }
    if (this.#counted.size >= this.#room) this.#makeRoom();
    this.#counted.set(id, { region, key, times: 1, weight });
  }

  /** Halves everything, so that what is older counts for less. */
  age(): void {
    for (const [id, counted] of this.#counted) {
      counted.times /= 2;
      counted.weight /= 2;
      if (counted.times < 0.5) this.#counted.delete(id);
    }
  }

  /** Those with the most weight, most first. */
  top(count: number): CountedKey[] {
    const all = [...this.#counted.values()].sort((one, other) => other.weight - one.weight);
    return all.slice(0, count).map((counted) => ({ ...counted }));
  }

  #makeRoom(): void {
    const middling = this.#middlingWeight();
    for (const [id, counted] of this.#counted) {
      const rest = counted.weight - middling;
      if (rest <= 0) this.#counted.delete(id);
      else {
        counted.times *= rest / counted.weight;
        counted.weight = rest;
      }
    }
  }

  /** The median of some of the weights. */
  #middlingWeight(): number {
    const weights = new Float64Array(Math.min(SAMPLE, this.#counted.size));
    const step = Math.floor(this.#counted.size / weights.length);
    let at = 0;
    for (const { weight } of this.#counted.values()) {
      if (at % step === 0 && at / step < weights.length) weights[at / step] = weight;
      at++;
    }
    return weights.sort()[weights.length >> 1] ?? 0;
  }
}
