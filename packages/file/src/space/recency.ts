import type { Transaction } from '../store/transaction.ts';

/** Reads that are remembered until the next write. */
const MOST_NOTED = 8_192;
/** Of these, how many one transaction writes down for the other processes. */
const MOST_WRITTEN = 64;

/**
 * Which entries were read since they were last considered for eviction. Reads only note it in memory; a write takes
 * some of the notes along, so that other processes spare what this one reads.
 */
export class Recency {
  readonly #noted = new Set<number>();

  note(id: number): void {
    if (this.#noted.size < MOST_NOTED) this.#noted.add(id);
  }

  write({ connection }: Transaction): void {
    let left = MOST_WRITTEN;
    for (const id of this.#noted) {
      if (left-- === 0) break;
      connection.run('INSERT OR IGNORE INTO used(id) VALUES (?)', id);
      this.#noted.delete(id);
    }
  }

  /** Whether the entry was read, by this process or by another that wrote it down; asks once. */
  take({ connection }: Transaction, id: number): boolean {
    const isNoted = this.#noted.delete(id);
    return connection.run('DELETE FROM used WHERE id = ?', id) > 0 || isNoted;
  }

  forget(): void {
    this.#noted.clear();
  }
}
