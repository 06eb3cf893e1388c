/**
 * Who stays and who goes. A policy sees slots, hashes and weights, never keys or values; the store tells it what
 * happens and asks it for a victim while a bound is passed.
 *
 * Weights are in the store's unit: bytes when it is bounded by bytes, else 1 an entry.
 */
export interface Policy {
  /** Whether `add` needs the key's hash; else it is given 0 and nothing is hashed. */
  readonly usesHash: boolean;

  /** A new entry. */
  add(slot: number, hash: number, weight: number): void;

  /** The entry was read or replaced. */
  hit(slot: number): void;

  /** The entry's weight has changed. */
  reweigh(slot: number, before: number, after: number): void;

  /** The entry is going, for whatever reason. */
  remove(slot: number, weight: number): void;

  /**
   * The slot that is to leave now, or -1 when there is none. The store removes it. Called while a bound is passed.
   *
   * @param capacity - the weight that there is room for.
   */
  victim(capacity: number): number;

  /** Whether the last victim was kept out by admission, rather than pushed out by another. */
  readonly refused: boolean;

  /** Called after a change that left every bound kept, so that segments can be brought to their sizes. */
  settle(capacity: number): void;

  /** One function a column, each of which makes room for so many slots. */
  readonly growers: readonly ((capacity: number) => void)[];
}

export type PolicyName = 'w-tinylfu' | 's3-fifo' | 'lru';
