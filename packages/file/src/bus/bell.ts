import type { FSWatcher } from 'node:fs';
import { closeSync, constants, openSync, watch, writeSync } from 'node:fs';
import { join } from 'node:path';

const BYTE = new Uint8Array(1);
const FLAGS = constants.O_WRONLY | constants.O_CREAT;

/**
 * A file that is written to when there is something to read, so that the system wakes who watches it. Nobody depends on
 * it: who is not woken looks by himself after a while.
 */
export class Bell {
  readonly #path: string;
  #file: number | undefined;
  #watcher: FSWatcher | undefined;
  #isClosed = false;

  constructor(directory: string) {
    this.#path = join(directory, 'bell');
  }

  ring(): void {
    try {
      this.#file ??= openSync(this.#path, FLAGS, 0o600);
      writeSync(this.#file, BYTE, 0, 1, 0);
    } catch {
      // The disk is full, or the directory is gone: those who wait look by themselves.
      this.#hangUp();
    }
    if (this.#isClosed) this.#hangUp();
  }

  /** Whether the system watches; if so, `onRing` is called soon after each ring, own ones too. */
  listen(onRing: () => void): boolean {
    // Anew: the directory may be another.
    this.silence();
    this.#hangUp();
    try {
      this.#file ??= openSync(this.#path, FLAGS, 0o600);
      this.#watcher = watch(this.#path, { persistent: false }, onRing);
      this.#watcher.on('error', () => this.silence());
      return true;
    } catch {
      this.silence();
      return false;
    }
  }

  silence(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  /** What is committed after this still rings, and leaves no file open. */
  close(): void {
    this.#isClosed = true;
    this.silence();
    this.#hangUp();
  }

  #hangUp(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) closeSync(file);
  }
}
