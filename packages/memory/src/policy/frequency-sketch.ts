/** Counters of a block lie in one cache line: 16 words of 8 counters. */
const BLOCK_WORDS = 16;
const BLOCK_BITS = 4;
/** Eight counters for each entry. Those who are here count in their slots, so that fewer share the sketch. */
const WORDS_PER_ENTRY = 1;
const LEAST_BLOCKS = 4;
const ROWS = 4;
const MOST = 15;
/** The lower three bits of each counter. */
const HALVES = 0x77777777;

/**
 * How often keys came that are no longer here, in four bits each: a count-min sketch (Cormode & Muthukrishnan 2005) as
 * TinyLFU has it (Einziger, Friedman & Manes, ACM ToS 2017), all rows of a key within one cache line as in Caffeine.
 * Counts may be too high, when keys collide, and never too low.
 */
export class FrequencySketch {
  #words: Int32Array<ArrayBuffer>;
  #blockMask: number;

  constructor(entries: number) {
    const blocks = blocksFor(entries);
    this.#words = new Int32Array(blocks * BLOCK_WORDS);
    this.#blockMask = blocks - 1;
  }

  /** How often the key came, from 0 to 15. */
  estimate(hash: number): number {
    const words = this.#words;
    const block = (hash & this.#blockMask) << BLOCK_BITS;
    let bits = rehash(hash);
    let least = MOST;
    for (let row = 0; row < ROWS; row++) {
      const count = (words[block + (row << 2) + (bits & 3)]! >>> (bits & 28)) & MOST;
      if (count < least) least = count;
      bits >>>= 5;
    }
    return least;
  }

  /** Notes that the key came at least so often. */
  raise(hash: number, count: number): void {
    const words = this.#words;
    const block = (hash & this.#blockMask) << BLOCK_BITS;
    let bits = rehash(hash);
    for (let row = 0; row < ROWS; row++) {
      const index = block + (row << 2) + (bits & 3);
      const shift = bits & 28;
      const word = words[index]!;
      if (((word >>> shift) & MOST) < count) words[index] = (word & ~(MOST << shift)) | (count << shift);
      bits >>>= 5;
    }
  }

  /** Halves the counts of a part, given as shares of the whole: 0 and 1 are the ends. */
  age(from: number, to: number): void {
    const words = this.#words;
    const end = Math.floor(to * words.length);
    for (let i = Math.floor(from * words.length); i < end; i++) words[i] = (words[i]! >>> 1) & HALVES;
  }

  /** Makes room for so many entries; what was counted stays. */
  grow(entries: number): void {
    const blocks = blocksFor(entries);
    const before = this.#words;
    if (blocks * BLOCK_WORDS <= before.length) return;
    // The block's number has more bits now, the new ones of which are not known for what was counted.
    this.#words = new Int32Array(blocks * BLOCK_WORDS);
    for (let at = 0; at < this.#words.length; at += before.length) this.#words.set(before, at);
    this.#blockMask = blocks - 1;
  }
}

/** Other bits for the places within the block than those which chose it. */
function rehash(hash: number): number {
  const h = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return h ^ (h >>> 12);
}

function blocksFor(entries: number): number {
  let blocks = LEAST_BLOCKS;
  while (blocks * BLOCK_WORDS < entries * WORDS_PER_ENTRY) blocks *= 2;
  return blocks;
}
