import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const CURRENT = /^cache-v1-(\d+)\.db$/;
const DAMAGED = /^damaged-(\d+)\.db$/;
const OWNER_ONLY = 0o600;

/**
 * The database file that is in use. Each has a number; one that was found damaged is renamed, and the next number is
 * begun. So no name is ever used for a second file while another process may still have the first open.
 */
export class Generations {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The path of the file in use; it is empty when there was none. */
  current(): string {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const numbers = this.#numbers(CURRENT);
    const path = this.#path(numbers.length > 0 ? Math.max(...numbers) : this.#next());
    // One that was there is not made again: it may just have been set aside.
    if (numbers.length === 0) closeSync(openSync(path, 'a', OWNER_ONLY));
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, OWNER_ONLY);
    return path;
  }

  /**
   * Takes a file out of use. What an earlier damage has left is removed.
   *
   * @returns the name under which it is kept; `undefined` when it is not.
   */
  setAside(path: string, maxBytes: number): string | undefined {
    const earlier = this.#numbers(DAMAGED).map((number) => this.#damaged(number));
    const number = Number(CURRENT.exec(path.slice(this.#directory.length + 1))?.[1] ?? 1);
    const aside = this.#damaged(number);
    try {
      renameSync(path, aside);
    } catch (error) {
      // Another process has been faster.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return undefined;
    }
    for (const log of [`${path}-wal`, `${path}-shm`]) rmSync(log, { force: true });
    for (const old of earlier) if (old !== aside) rmSync(old, { force: true });
    if (statSync(aside).size <= maxBytes) return aside;
    // The name stays, so that the number is not used again.
    closeSync(openSync(aside, 'w', OWNER_ONLY));
    return undefined;
  }

  /** Bytes of what was set aside. */
  get asideBytes(): number {
    const sizes = this.#numbers(DAMAGED).map(
      (number) => statSync(this.#damaged(number), { throwIfNoEntry: false })?.size ?? 0,
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  #next(): number {
    return Math.max(0, ...this.#numbers(DAMAGED)) + 1;
  }

  #numbers(pattern: RegExp): number[] {
    return readdirSync(this.#directory).flatMap((name) => {
      const number = pattern.exec(name)?.[1];
      return number === undefined ? [] : [Number(number)];
    });
  }

  #path(number: number): string {
    return join(this.#directory, `cache-v1-${number}.db`);
  }

  #damaged(number: number): string {
    return join(this.#directory, `damaged-${number}.db`);
  }
}
