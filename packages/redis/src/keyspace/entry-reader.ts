import type { Entry, Serializer, TierHost } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { decodeEntry, ENTRY_HEADER_BYTES, inspectEntry, usableUntil } from '@uno-cache/core/adapter';
import type { ServerTime } from '../connection/server-time.ts';

/** Reads the bytes of one keyspace's entries. What cannot be read is absent, and reported. */
export class EntryReader {
  readonly #serializer: Serializer;
  readonly #host: TierHost;
  readonly #time: ServerTime;
  readonly #onDamage: (physical: string, header: Buffer) => void;

  /** @param onDamage - hears of bytes that no reader can read, with their header. */
  constructor(init: {
    serializer: Serializer;
    host: TierHost;
    time: ServerTime;
    onDamage: (physical: string, header: Buffer) => void;
  }) {
    this.#serializer = init.serializer;
    this.#host = init.host;
    this.#time = init.time;
    this.#onDamage = init.onDamage;
  }

  /** The entry, with its times as this process counts them; `undefined` when there is none, or its time has come. */
  read(bytes: Buffer | null, key: string, physical: string, now: number): Entry | undefined {
    if (bytes === null) return undefined;
    try {
      const stored = decodeEntry(bytes, physical, this.#serializer);
      if (stored === undefined) return undefined;
      const entry = this.#time.read(stored);
      return now < usableUntil(entry) ? entry : undefined;
    } catch (error) {
      this.#host.report({ kind: 'error', error, key, operation: 'get' });
      if (isDamage(error, bytes)) this.#onDamage(physical, bytes.subarray(0, ENTRY_HEADER_BYTES));
      return undefined;
    }
  }

  /** The version in a header; `undefined` when it is not ours. */
  versionOf(bytes: Buffer): number | undefined {
    try {
      return inspectEntry(bytes).version;
    } catch {
      return undefined;
    }
  }
}

/** Whether the header is whole and the rest is not: scripts take that for an entry, and it never becomes one. */
function isDamage(error: unknown, bytes: Buffer): boolean {
  if (!CacheError.is(error, 'CORRUPT_ENTRY') || !/checksum|tags/.test(error.message)) return false;
  try {
    inspectEntry(bytes);
    return true;
  } catch {
    return false;
  }
}
