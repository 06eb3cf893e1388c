import type { Transaction } from '../store/transaction.ts';

/** Entries that are remembered, twice: the latest, and those before them. */
const MOST_NOTED = 16_384;
/** Of these, how many one transaction writes down for the other processes. */
const MOST_WRITTEN = 16;

/**
 * Which entries were read since they were last considered for eviction. Reads only note it in memory; a write takes
 * some of the notes along, so that other processes spare what this one reads.
 */
export class Recency {
  #latest = new Set<string>();
  #earlier = new Set<string>();

  /** @param key - the physical key. */
  note(key: string): void {
    if (this.#latest.size >= MOST_NOTED) {
      this.#earlier = this.#latest;
      this.#latest = new Set();
    }
    this.#latest.add(key);
  }

  write({ connection }: Transaction): void {
    let left = MOST_WRITTEN;
    for (const key of this.#latest) {
      if (left-- === 0) break;
      connection.run('INSERT OR IGNORE INTO used(id) SELECT id FROM entries WHERE key = ?', key);
      this.#latest.delete(key);
    }
  }

  /** Whether the entry was read, by this process or by another that wrote it down; asks once. */
  take({ connection }: Transaction, id: number, key: string): boolean {
    const isLatest = this.#latest.delete(key);
    const isEarlier = this.#earlier.delete(key);
    return connection.run('DELETE FROM used WHERE id = ?', id) > 0 || isLatest || isEarlier;
  }

  forget(): void {
    this.#latest.clear();
    this.#earlier.clear();
  }
}
