import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const BLOCK = new Uint8Array(65_536);
const LEAST_BYTES = 65_536;

/**
 * Space that is held ready for the day on which the disk is full: even to delete, SQLite has to write. It is given back
 * then, and taken again when there is room.
 */
export class Reserve {
  readonly #path: string;
  readonly #bytes: number;

  constructor(directory: string, bytes: number) {
    this.#path = join(directory, 'reserve');
    this.#bytes = bytes;
  }

  /** Takes the space, or half of it, or half of that, as there is room; gives how much. */
  take(): number {
    if (statSync(this.#path, { throwIfNoEntry: false })?.size === this.#bytes) return this.#bytes;
    for (let bytes = this.#bytes; bytes >= LEAST_BYTES; bytes = Math.floor(bytes / 2)) {
      if (this.#write(bytes)) return bytes;
      this.give();
    }
    return 0;
  }

  give(): void {
    rmSync(this.#path, { force: true });
  }

  #write(bytes: number): boolean {
    try {
      const file = openSync(this.#path, 'w', 0o600);
      try {
        for (let left = bytes; left > 0; ) left -= writeSync(file, BLOCK, 0, Math.min(left, BLOCK.length));
      } finally {
        closeSync(file);
      }
      return true;
    } catch {
      return false;
    }
  }
}
