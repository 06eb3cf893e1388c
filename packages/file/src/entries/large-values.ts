import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { randomToken } from '@uno-cache/core/adapter';
import type { Store } from '../store/store.ts';

/** From this size on a payload is written and read faster as a file of its own. */
export const LARGE_BYTES = 131_072;
const BLOCK_BYTES = 4096;
const NAME = /^[0-9a-f]{32}$/;
/** A file that no entry names may belong to one that is just being written by another process. */
const GRACE_MS = 60_000;
/** When the disk is full: each time a little more is evicted. */
const MOST_TRIES = 4;

/**
 * Payloads in files of their own. A file has a random name and is written before the entry that names it is committed,
 * so nobody sees half of it; it never changes, and is removed when the entry has gone.
 */
export class LargeValues {
  readonly #store: Store;
  readonly #directory: string;
  readonly #flushes: boolean;

  constructor(store: Store, flushes: boolean) {
    this.#store = store;
    this.#directory = join(store.directory, 'values');
    this.#flushes = flushes;
  }

  /** What a payload takes on the disk. */
  static sizeOf(payload: Uint8Array): number {
    return Math.ceil(payload.length / BLOCK_BYTES) * BLOCK_BYTES;
  }

  /** @returns the name of the new file. */
  write(payload: Uint8Array): string {
    for (let tries = 1; ; tries++) {
      try {
        return this.#write(payload);
      } catch (error) {
        const isFull = (error as NodeJS.ErrnoException).code === 'ENOSPC';
        if (!isFull || tries === MOST_TRIES || !this.#store.relieve()) throw error;
      }
    }
  }

  /** The head of an entry with its payload; `undefined` when the file is not there, or not of the right length. */
  read(name: string, head: Uint8Array, length: number): Uint8Array | undefined {
    let file: number;
    try {
      file = openSync(this.#path(name), 'r');
    } catch {
      return undefined;
    }
    try {
      const bytes = new Uint8Array(head.length + length);
      bytes.set(head);
      let read = 0;
      for (let got = 1; read < length && got > 0; read += got) {
        got = readSync(file, bytes, head.length + read, length - read, read);
      }
      return read === length ? bytes : undefined;
    } finally {
      closeSync(file);
    }
  }

  remove(name: string): void {
    rmSync(this.#path(name), { force: true });
  }

  /** Removes files that no entry names: one at each step. */
  *sweep(): Generator<void> {
    for (const name of this.#names()) {
      if (NAME.test(name) && this.#isOrphan(name)) this.remove(name);
      yield;
    }
  }

  #write(payload: Uint8Array): string {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const name = randomToken();
    const file = openSync(this.#path(name), 'wx', 0o600);
    try {
      for (let written = 0; written < payload.length; ) written += writeSync(file, payload, written);
      if (this.#flushes) fsyncSync(file);
    } catch (error) {
      this.remove(name);
      throw error;
    } finally {
      closeSync(file);
    }
    return name;
  }

  #isOrphan(name: string): boolean {
    const { mtimeMs = Infinity } = statSync(this.#path(name), { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs < GRACE_MS) return false;
    const named = 'SELECT 1 FROM entries WHERE file = ?';
    return this.#store.read((connection) => connection.get(named, name)) === undefined;
  }

  #names(): string[] {
    try {
      return readdirSync(this.#directory);
    } catch {
      return [];
    }
  }

  #path(name: string): string {
    return join(this.#directory, name);
  }
}
