import type { Entry, Serializer } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { checkValueBytes, decodeEntry, encodeEntry, entryLayout, show, usableUntil } from '@uno-cache/core/adapter';
import type { Row } from '../entries/entry-table.ts';
import { LARGE_BYTES, LargeValues } from '../entries/large-values.ts';
import type { Store } from '../store/store.ts';

/** An entry as bytes, before it has a version: made before the database is locked. */
export interface Encoded {
  /** All of it; or header and tags, where the payload is large. */
  readonly bytes: Uint8Array;
  readonly file: string | null;
  readonly size: number;
  readonly ends: number;
  /** The version that the entry brings; 0 when it is to get one. */
  readonly version: number;
}

/** Entries as rows: one scope's serializer, and files for large payloads. Keys are physical. */
export class RowCodec {
  readonly serializer: Serializer;
  readonly #store: Store;
  readonly #large: LargeValues;

  constructor(store: Store, large: LargeValues, serializer: Serializer) {
    this.#store = store;
    this.#large = large;
    this.serializer = serializer;
  }

  /** @throws CacheError `SERIALIZATION_FAILED`, `VALUE_TOO_LARGE`. */
  encode(key: string, entry: Entry, payload: Uint8Array | undefined): Encoded {
    const bytes = encodeEntry(key, entry, payload, this.serializer);
    checkValueBytes(key, wordOf(bytes, entryLayout.payloadLength), this.#store.limits.valueBytes);
    const most = this.#store.limits.entryBytes;
    if (bytes.length > most) {
      const text = `The entry of key ${show(key)} takes ${bytes.length} bytes; ${this.#store.owner} takes ${most}.`;
      throw new CacheError('VALUE_TOO_LARGE', text);
    }
    const common = { ends: usableUntil(entry), version: entry.version };
    if (bytes.length < LARGE_BYTES) return { ...common, bytes, file: null, size: 0 };
    const head = bytes.slice(0, entryLayout.tags + wordOf(bytes, entryLayout.tagsLength));
    const body = bytes.subarray(head.length);
    return { ...common, bytes: head, file: this.#large.write(body), size: LargeValues.sizeOf(body) };
  }

  /** Removes what was written for an entry that did not come into the table. */
  discard({ file }: Encoded): void {
    if (file !== null) this.#large.remove(file);
  }

  /**
   * An entry that stands in the table as a whole.
   *
   * @throws CacheError `CORRUPT_ENTRY`, `SERIALIZATION_FAILED`.
   */
  decode(bytes: Uint8Array, key: string): Entry | undefined {
    return decodeEntry(bytes, key, this.serializer);
  }

  /**
   * An entry whose payload stands in a file; `undefined` when that has gone.
   *
   * @throws CacheError as `decode`.
   */
  decodeLarge({ file, bytes }: Row, key: string): Entry | undefined {
    if (file === null) return this.decode(bytes, key);
    const whole = this.#large.read(file, bytes, wordOf(bytes, entryLayout.payloadLength));
    return whole && this.decode(whole, key);
  }
}

/** Whether the bytes are less than their header says: the payload stands in a file, or they are damaged. */
export function isPartial(bytes: Uint8Array): boolean {
  const { tags, tagsLength, payloadLength } = entryLayout;
  return bytes.length >= tags && bytes.length < tags + wordOf(bytes, tagsLength) + wordOf(bytes, payloadLength);
}

function wordOf(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset, true);
}
