import type { Entry } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { checkValueBytes, encodeEntry, entryLayout, randomVersion, usableUntil } from '@uno-cache/core/adapter';
import { exptime } from '../items/exptime.ts';
import { encodeFrame } from '../items/frame.ts';
import type { Item } from '../servers/response-reader.ts';
import type { Server } from '../servers/server.ts';
import { ItemRefused } from '../servers/server.ts';
import type { KeyspaceContext, Target } from './keyspace-context.ts';

/** An entry with what its frame says. */
export interface FramedEntry {
  readonly entry: Entry;
  readonly payload: Uint8Array | undefined;
  readonly generation: string;
  readonly mark: number;
}

/** Writes entries. What a server refuses is not left standing there. */
export class EntryWriter {
  readonly #context: Pick<KeyspaceContext, 'serializer' | 'mostValueBytes'>;

  constructor(context: Pick<KeyspaceContext, 'serializer' | 'mostValueBytes'>) {
    this.#context = context;
  }

  /** What tells one value of a key from the next. */
  newId(): string {
    return randomVersion();
  }

  /**
   * @param before - what was read; nothing is stored when something else stands there now, unless it is forced.
   * @returns whether it is stored.
   * @throws CacheError `VALUE_TOO_LARGE`, `TIER_FAILED`
   */
  async store(
    server: Server,
    { key, physical, wire, named }: Target,
    before: Item | undefined,
    { entry, payload, generation, mark }: FramedEntry,
    now: number,
    isForced: boolean = false,
  ): Promise<boolean> {
    const ttlMs = usableUntil(entry) - now;
    if (!(ttlMs > 0)) return before === undefined || (await server.remove(wire, before)) === 'stored';
    const { serializer, mostValueBytes } = this.#context;
    const body = encodeEntry(physical, entry, payload, serializer);
    checkValueBytes(
      key,
      new DataView(body.buffer, body.byteOffset).getUint32(entryLayout.payloadLength, true),
      mostValueBytes,
    );
    const frame = { kind: 'entry' as const, generation, mark, id: this.newId(), key: named, body };
    return this.put(server, wire, isForced ? 'any' : before, encodeFrame(frame), exptime(ttlMs, now));
  }

  /** As `store`, for bytes that are ready. */
  async put(
    server: Server,
    wire: string,
    before: Item | undefined | 'any',
    bytes: Uint8Array,
    end: number,
  ): Promise<boolean> {
    try {
      if (before !== 'any') return (await server.replace(wire, before, bytes, end)) === 'stored';
      await server.set(wire, bytes, end);
      return true;
    } catch (error) {
      if (!(error instanceof ItemRefused)) throw error;
      await server.delete(wire);
      const code = error.tooLarge ? 'VALUE_TOO_LARGE' : 'TIER_FAILED';
      throw new CacheError(code, `${bytes.length} bytes: ${error.message}`, { cause: error });
    }
  }
}
