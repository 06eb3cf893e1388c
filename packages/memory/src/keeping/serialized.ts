import type { Entry, Scope, Serializer, TierHost } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { physicalKey, show } from '@uno-cache/core/adapter';
import type { Keeping } from './keeping.ts';
import { withValue } from './keeping.ts';

/** Bytes in the place of a value, and whose they are: two caches may share the keys and not the serializer. */
export class KeptBytes {
  readonly bytes: Uint8Array;
  readonly serializer: string;

  constructor(bytes: Uint8Array, serializer: string) {
    this.bytes = bytes;
    this.serializer = serializer;
  }
}

/** Keeps bytes instead of values: encoded when set, decoded at each read. */
export class Serialized implements Keeping {
  readonly serializer: Serializer;
  readonly #scope: Scope;
  readonly #host: TierHost;

  constructor(serializer: Serializer, scope: Scope, host: TierHost) {
    this.serializer = serializer;
    this.#scope = scope;
    this.#host = host;
  }

  keep(key: string, entry: Entry, payload: Uint8Array | undefined): Entry {
    if (entry.negative) return entry;
    const bytes = ownBytes(payload ?? this.#encode(key, entry.value));
    return withValue(entry, new KeptBytes(bytes, this.serializer.id), entry.version);
  }

  give(key: string, kept: Entry): Entry | undefined {
    if (kept.negative) return kept;
    try {
      return withValue(kept, this.#decode(key, kept.value as KeptBytes), kept.version);
    } catch (error) {
      this.#host.report({ kind: 'error', error, key, operation: 'get' });
      return undefined;
    }
  }

  #encode(key: string, value: unknown): Uint8Array {
    try {
      return this.serializer.encode(value, physicalKey(this.#scope, key));
    } catch (cause) {
      throw new CacheError('SERIALIZATION_FAILED', `The value of key ${show(key)} cannot be encoded.`, { cause });
    }
  }

  #decode(key: string, { bytes, serializer: writer }: KeptBytes): unknown {
    const { id, accepts } = this.serializer;
    if (writer !== id && !accepts?.includes(writer)) {
      throw new CacheError('CORRUPT_ENTRY', `Key ${show(key)} was written with ${show(writer)}, not with ${show(id)}.`);
    }
    try {
      return this.serializer.decode(bytes, physicalKey(this.#scope, key), writer);
    } catch (cause) {
      throw new CacheError('CORRUPT_ENTRY', `The bytes of key ${show(key)} cannot be read.`, { cause });
    }
  }
}

/** A small piece of a large buffer would keep all of it alive. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.buffer.byteLength > 2 * bytes.byteLength ? Uint8Array.from(bytes) : bytes;
}
