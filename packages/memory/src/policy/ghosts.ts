/** So many places for each key that is to be remembered: a place holds one key, and the newer takes it. */
const PLACES_PER_KEY = 3;
const LEAST_PLACES = 64;

/**
 * Remembers the hashes of keys that left, and when. What is forgotten early, because another key has the same place,
 * shows as a key that never was here.
 */
export class Ghosts {
  readonly #hashes: Int32Array<ArrayBuffer>;
  readonly #times: Float64Array<ArrayBuffer>;
  readonly #mask: number;
  /** Bits of the hash that have to be 0 for a key to be remembered at all. */
  readonly #sampleMask: number;
  /** How many keys each one that is remembered stands for. */
  readonly sampled: number;

  /**
   * @param keys - as many as are to be remembered at one time.
   * @param most - so many are remembered; of more, a sample chosen by hash.
   */
  constructor(keys: number, most: number) {
    let sampled = 1;
    while (keys / sampled > most) sampled *= 2;
    let places = LEAST_PLACES;
    while (places < (PLACES_PER_KEY * keys) / sampled) places *= 2;
    this.sampled = sampled;
    this.#sampleMask = sampled - 1;
    this.#mask = places - 1;
    this.#hashes = new Int32Array(places);
    this.#times = new Float64Array(places).fill(-Infinity);
  }

  /** The key has left. */
  remember(hash: number, time: number): void {
    if ((hash & this.#sampleMask) !== 0) return;
    const place = this.#placeOf(hash);
    this.#hashes[place] = hash;
    this.#times[place] = time;
  }

  /** How long ago the key left, and forgets it; `Infinity` when that is not known. */
  recall(hash: number, time: number): number {
    if ((hash & this.#sampleMask) !== 0) return Infinity;
    const place = this.#placeOf(hash);
    if (this.#hashes[place] !== hash) return Infinity;
    const ago = time - this.#times[place]!;
    this.#times[place] = -Infinity;
    return ago;
  }

  /** From other bits than those that choose the sample. */
  #placeOf(hash: number): number {
    return (Math.imul(hash, 0x9e3779b1) >>> 8) & this.#mask;
  }
}
