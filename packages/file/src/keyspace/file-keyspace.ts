import type {
  BusMessage,
  Entry,
  Keyspace,
  KeyspaceItem,
  Leases,
  MaybePromise,
  Scope,
  Serializer,
  TierHost,
  Versions,
} from '@uno-cache/core';
import { expired, isLiteral, literalPrefix, scopePrefix, touched, usableUntil } from '@uno-cache/core/adapter';
import type { EntryTable } from '../entries/entry-table.ts';
import type { LargeValues } from '../entries/large-values.ts';
import type { Housekeeper } from '../space/housekeeper.ts';
import type { Recency } from '../space/recency.ts';
import type { Connection } from '../sqlite/connection.ts';
import type { Store } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { FileLeases } from './file-leases.ts';
import { KeyWriter } from './key-writer.ts';
import { listedKeys } from './listed-keys.ts';
import type { Mode, Write } from './mode.ts';
import type { Encoded } from './row-codec.ts';
import { isPartial, RowCodec } from './row-codec.ts';
import { asEntry, isVisible } from './stored-header.ts';
import { sweepAll, sweepMatching } from './sweep.ts';
import { TagVersions } from './tag-versions.ts';

/** What the keyspaces of one tier have in common. */
export interface Shared {
  readonly store: Store;
  readonly entries: EntryTable;
  readonly large: LargeValues;
  readonly recency: Recency;
  readonly housekeeper: Housekeeper;
  readonly serializer: Serializer;
  /** Puts a message on the tier's bus, within a transaction. */
  announce(transaction: Transaction, namespace: string, message: BusMessage): void;
}

/** What `announce` adds to a message. */
type Announcement =
  | { readonly kind: 'set' | 'touch' | 'expire'; readonly keys: string[]; readonly versions: number[]; at: number }
  | { readonly kind: 'delete'; readonly keys: string[]; at: number };

/** One scope's keys in a file tier, as one cache sees them. Reads answer with values, in either mode. */
export class FileKeyspace implements Keyspace {
  readonly serializer: Serializer;
  readonly leases: Leases;
  readonly versions: Versions;
  readonly #shared: Shared;
  readonly #store: Store;
  readonly #entries: EntryTable;
  readonly #codec: RowCodec;
  readonly #writer: KeyWriter;
  readonly #mode: Mode;
  readonly #scope: Scope;
  readonly #prefix: string;
  readonly #host: TierHost;

  constructor(shared: Shared, scope: Scope, host: TierHost, mode: Mode) {
    const { store, entries, large, recency } = shared;
    this.#shared = shared;
    this.#store = store;
    this.#entries = entries;
    this.#mode = mode;
    this.#scope = scope;
    this.#prefix = scopePrefix(scope);
    this.#host = host;
    this.serializer = scope.serializer ?? shared.serializer;
    this.#codec = new RowCodec(store, large, this.serializer);
    this.#writer = new KeyWriter(entries, recency, this.#prefix);
    this.versions = new TagVersions(store, mode, scope);
    this.leases = new FileLeases({
      store,
      entries,
      mode,
      writer: this.#writer,
      prefix: this.#prefix,
      clock: host.clock,
      read: (connection, key, now) => this.#read(connection, key, now),
      storing: (key, entry, now, payload, write) => this.#storing(key, entry, now, payload, write),
    });
  }

  get(key: string, now: number): Entry | undefined {
    return this.#store.read((connection) => this.#read(connection, key, now), now);
  }

  getMany(keys: readonly string[], now: number): (Entry | undefined)[] {
    return this.#store.read(
      (connection) =>
        // One lock for all, and all as of one moment.
        connection.snapshot(() => keys.map((key) => this.#read(connection, key, now))),
      now,
    );
  }

  set(key: string, entry: Entry, now: number, payload?: Uint8Array): MaybePromise<number> {
    return this.#storing(key, entry, now, payload, (encoded) => (transaction) => {
      const version = this.#writer.put(transaction, key, encoded, now);
      this.#announce(transaction, { kind: 'set', keys: [key], versions: [version], at: version });
      return version;
    });
  }

  setMany(items: readonly KeyspaceItem[], now: number): MaybePromise<(number | Error)[]> {
    const written: Encoded[] = [];
    const writes = items.map(({ key, entry, payload }): Write<number | Error> => {
      try {
        const encoded = this.#codec.encode(this.#prefix + key, entry, payload);
        written.push(encoded);
        return (transaction) => this.#writer.put(transaction, key, encoded, now);
      } catch (error) {
        return (transaction) => {
          this.#writer.delete(transaction, key, now);
          return error as Error;
        };
      }
    });
    return orElse(
      () => this.#mode.writeAll(writes, bytesOf(written)),
      () => {
        for (const encoded of written) this.#codec.discard(encoded);
      },
    );
  }

  delete(key: string, now: number): MaybePromise<boolean> {
    return this.#mode.write((transaction) => {
      const wasThere = this.#writer.delete(transaction, key, now);
      this.#announce(transaction, { kind: 'delete', keys: [key], at: 0 });
      return wasThere;
    });
  }

  deleteMany(keys: readonly string[], now: number): MaybePromise<boolean[]> {
    return this.#mode.writeAll(keys.map((key) => (transaction) => this.#writer.delete(transaction, key, now)));
  }

  touch(key: string, freshUntil: number, now: number): MaybePromise<number> {
    return this.#mode.write((transaction) => {
      const standing = this.#writer.find(transaction, key);
      if (standing === undefined || !isVisible(standing.header, now)) return 0;
      const { row, header } = standing;
      const version = transaction.seqAfter(header.version, now);
      // Its own sequence number stays: a touch voids no lease.
      this.#writer.retime(transaction, row, row.seq, touched(asEntry(header), freshUntil, version));
      this.#announce(transaction, { kind: 'touch', keys: [key], versions: [version], at: version });
      return version;
    });
  }

  expire(key: string, now: number): MaybePromise<number> {
    return this.#mode.write((transaction) => {
      const standing = this.#writer.find(transaction, key);
      const seq = this.#writer.void(transaction, key, standing?.header.version ?? 0, now);
      if (standing === undefined) return 0;
      const { row, header } = standing;
      const after = expired(asEntry(header), now, seq);
      if (after === undefined) this.#writer.remove(transaction, row);
      else this.#writer.retime(transaction, row, seq, after);
      if (!isVisible(header, now)) return 0;
      this.#announce(transaction, { kind: 'expire', keys: [key], versions: [seq], at: seq });
      return seq;
    });
  }

  deletePattern(pattern: string, now: number): MaybePromise<void> {
    if (!isLiteral(pattern)) return sweepMatching(this.#shared, this.#mode, this.#prefix, pattern, now);
    return this.#mode.write((transaction) => {
      this.#writer.delete(transaction, literalPrefix(pattern), now);
    });
  }

  clear(now: number): MaybePromise<void> {
    return sweepAll(this.#shared, this.#mode, this.#scope, now);
  }

  keys(pattern?: string): Iterable<string> | AsyncIterable<string> {
    return listedKeys(this.#store, this.#prefix, pattern, this.#host.clock, this.#mode.isSync);
  }

  size(): number {
    const count = 'SELECT entries FROM ledger WHERE name = ?';
    const row = this.#store.read((connection) => connection.get<{ entries: number }>(count, this.#prefix));
    return row?.entries ?? 0;
  }

  #read(connection: Connection, key: string, now: number): Entry | undefined {
    const physical = this.#prefix + key;
    const bytes = this.#entries.read(connection, physical);
    if (bytes === undefined) return undefined;
    try {
      const entry = isPartial(bytes) ? this.#readLarge(connection, physical) : this.#codec.decode(bytes, physical);
      if (entry === undefined || usableUntil(entry) <= now) return undefined;
      this.#shared.recency.note(physical);
      return entry;
    } catch (error) {
      const report = (): void => this.#host.report({ kind: 'error', error, key, operation: 'get' });
      if (connection.isInTransaction) queueMicrotask(report);
      else report();
      return undefined;
    }
  }

  #readLarge(connection: Connection, physical: string): Entry | undefined {
    const row = this.#entries.find(connection, physical);
    const entry = row && this.#codec.decodeLarge(row, physical);
    if (entry !== undefined || row === undefined) return entry;
    // The payload's file has gone: another process may just have replaced the entry.
    const again = this.#entries.find(connection, physical);
    return again === undefined || again.file === row.file ? undefined : this.#codec.decodeLarge(again, physical);
  }

  /** Encodes an entry and has it written. What cannot be stored leaves nothing of what was there before. */
  #storing(
    key: string,
    entry: Entry,
    now: number,
    payload: Uint8Array | undefined,
    write: (encoded: Encoded) => Write<number>,
  ): MaybePromise<number> {
    let encoded: Encoded;
    try {
      encoded = this.#codec.encode(this.#prefix + key, entry, payload);
    } catch (error) {
      const dropped = this.#mode.write((transaction) => this.#writer.delete(transaction, key, now));
      if (!(dropped instanceof Promise)) throw error;
      return dropped.then(() => {
        throw error;
      });
    }
    const discard = (): void => this.#codec.discard(encoded);
    const kept = (version: number): number => {
      if (version === 0) discard();
      return version;
    };
    return orElse(() => {
      const version = this.#mode.write(write(encoded), encoded.bytes.length);
      return typeof version === 'number' ? kept(version) : version.then(kept);
    }, discard);
  }

  #announce(transaction: Transaction, message: Announcement): void {
    if (!this.#host.announce) return;
    const { namespace, region } = this.#scope;
    this.#shared.announce(transaction, namespace, { ...message, sender: this.#host.sender, region });
  }
}

/** Does something; when that fails, cleans up. */
function orElse<T>(action: () => MaybePromise<T>, cleanUp: () => void): MaybePromise<T> {
  const failed = (error: unknown): never => {
    cleanUp();
    throw error;
  };
  try {
    const answer = action();
    return answer instanceof Promise ? answer.catch(failed) : answer;
  } catch (error) {
    return failed(error);
  }
}

function bytesOf(encoded: readonly Encoded[]): number {
  return encoded.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
