import type { Entry, Keyspace, KeyspaceItem, Serializer } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { checkKey } from '@uno-cache/core/adapter';
import { askForMany } from '../connection/many-keys.ts';
import type { Argument } from '../connection/run-script.ts';
import { refused } from '../connection/server-error.ts';
import {
  deleteManyScript,
  deleteScript,
  dropDamagedScript,
  expireScript,
  setScript,
  touchScript,
} from '../scripts/entry-scripts.ts';
import type { Script } from '../scripts/script.ts';
import { double, entryBytes } from './entry-bytes.ts';
import { EntryReader } from './entry-reader.ts';
import type { KeyspaceContext } from './keyspace-context.ts';
import type { PendingRead } from './read-batch.ts';
import type { Change, RecentChanges } from './recent-changes.ts';
import { RedisLeases } from './redis-leases.ts';
import { RedisVersions } from './redis-versions.ts';
import { Sweep } from './sweep.ts';

/** Keys that one script deletes: a longer one would keep the server from answering others. */
const MAX_KEYS = 1_000;

/** One region's keys on a server. A key of Redis holds an entry with its lease, or the lease alone. */
export class RedisKeyspace implements Keyspace {
  readonly timely = true;
  readonly serializer: Serializer;
  readonly leases: RedisLeases;
  readonly versions: RedisVersions;
  readonly #context: KeyspaceContext;
  readonly #reader: EntryReader;
  readonly #sweep: Sweep;
  readonly #recent: RecentChanges;

  /** @param recent - where it notes what the server confirmed. */
  constructor(context: KeyspaceContext, recent: RecentChanges) {
    const { serializer, host, time, connection } = context;
    this.#context = context;
    this.#recent = recent;
    this.serializer = serializer;
    const onDamage = (physical: string, header: Buffer): void => {
      connection.script(dropDamagedScript, [this.#context.prefix + physical], [header]).catch(() => {});
    };
    this.#reader = new EntryReader({ serializer, host, time, onDamage });
    this.leases = new RedisLeases(context, this.#reader);
    this.versions = new RedisVersions(context, recent);
    this.#sweep = new Sweep(context);
  }

  get(key: string, now: number): Promise<Entry | undefined> {
    const { connection, reads, prefix, time } = this.#context;
    time.keep(now, connection);
    return new Promise((resolve, reject) => {
      reads.add(new EntryRead(this.#reader, prefix, this.#context.start, key, now, resolve, reject));
    });
  }

  async getMany(keys: readonly string[], now: number): Promise<(Entry | undefined)[]> {
    const { connection, reads, prefix, start, time } = this.#context;
    time.keep(now, connection);
    const physical = keys.map((key) => start + key);
    const found = await reads.readMany(physical.map((key) => prefix + key));
    return found.map((bytes, index) => this.#reader.read(bytes, keys[index]!, physical[index]!, now));
  }

  async set(key: string, entry: Entry, now: number, payload?: Uint8Array): Promise<number> {
    const message = this.#context.announcement({ kind: 'set', keys: [key], versions: [0] });
    return this.#store(key, entry, now, payload, message);
  }

  async setMany(items: readonly KeyspaceItem[], now: number): Promise<(number | Error)[]> {
    const { connection } = this.#context;
    // One of us waits, and not as many as there are items.
    if (connection.now === undefined) await connection.ready();
    let failure: unknown;
    const stored = items.map(async ({ key, entry, payload }) => {
      try {
        return await this.#store(key, entry, now, payload, undefined);
      } catch (error) {
        if (!CacheError.is(error, 'VALUE_TOO_LARGE') && !CacheError.is(error, 'SERIALIZATION_FAILED'))
          failure ??= error;
        return error as Error;
      }
    });
    const answers = await Promise.all(stored);
    if (failure !== undefined) throw failure;
    return answers;
  }

  async delete(key: string, _now: number): Promise<boolean> {
    const message = this.#context.announcement({ kind: 'delete', keys: [key] });
    const [there] = await this.#change(deleteScript, key, [], message);
    this.#recent.note({ kind: 'key', key });
    return there === 1;
  }

  async deleteMany(keys: readonly string[], _now: number): Promise<boolean[]> {
    const { connection } = this.#context;
    const names = keys.map((key) => this.#name(key));
    const deleted = await askForMany(
      connection,
      names,
      MAX_KEYS,
      async (some) => (await connection.script(deleteManyScript, some, [])) as number[],
    );
    for (const key of keys) this.#recent.note({ kind: 'key', key });
    return deleted.map((there) => there === 1);
  }

  async touch(key: string, freshUntil: number, _now: number): Promise<number> {
    const message = this.#context.announcement({ kind: 'touch', keys: [key], versions: [0] });
    const until = double(this.#context.time.toServer(freshUntil));
    // Not noted: should it be undone, the entry ends when it would have ended before.
    const [version] = await this.#change(touchScript, key, [until], message);
    return version;
  }

  async expire(key: string, _now: number): Promise<number> {
    const message = this.#context.announcement({ kind: 'expire', keys: [key], versions: [0] });
    const [version] = await this.#change(expireScript, key, [], message);
    this.#recent.note({ kind: 'key', key });
    return version;
  }

  async deletePattern(pattern: string, _now: number): Promise<void> {
    await this.#swept({ kind: 'pattern', pattern }, this.#sweep.deletePattern(pattern));
  }

  async clear(_now: number): Promise<void> {
    await this.#swept({ kind: 'clear' }, this.#sweep.clear());
  }

  keys(pattern: string = '*'): AsyncIterable<string> {
    return this.#sweep.keys(pattern);
  }

  /** A part of what takes long may have been confirmed by one server, and the rest by the next. */
  async #swept(change: Change, done: Promise<void>): Promise<void> {
    this.#recent.note(change);
    await done;
    this.#recent.note(change);
  }

  #name(key: string): string {
    checkKey(key);
    return this.#context.prefix + this.#context.start + key;
  }

  async #store(
    key: string,
    entry: Entry,
    now: number,
    payload: Uint8Array | undefined,
    message: readonly Argument[] | undefined,
  ): Promise<number> {
    const { time, start, mostValueBytes } = this.#context;
    let bytes: ReturnType<typeof entryBytes>;
    try {
      const physical = start + key;
      bytes = entryBytes(physical, time.stored(entry), time.toServer(now), payload, this.serializer, mostValueBytes);
    } catch (error) {
      // What cannot be stored must not leave the old value standing.
      await this.delete(key, now);
      throw error;
    }
    const [version] = await this.#change(setScript, key, [bytes.head, bytes.rest, bytes.ttl], message);
    this.#recent.note({ kind: 'key', key });
    return entry.version || version;
  }

  /** Runs a script on one key, with its announcement in the same step. → what it answers, and when. */
  async #change(
    script: Script,
    key: string,
    args: readonly Argument[],
    message: readonly Argument[] | undefined,
  ): Promise<[number, number]> {
    const { connection, stream, time } = this.#context;
    const keys = message === undefined ? [this.#name(key)] : [this.#name(key), stream!];
    const askedAt = time.now();
    try {
      const answer = (await connection.script(script, keys, [...args, ...(message ?? [])])) as [number, number];
      time.learn(answer[1], askedAt);
      return answer;
    } catch (error) {
      throw refused(error);
    }
  }
}

/** The read of one entry. A class, and no closures, because a process may wait for many thousands of them. */
class EntryRead implements PendingRead {
  readonly name: string;
  readonly failed: (error: unknown) => void;
  readonly #reader: EntryReader;
  readonly #key: string;
  readonly #physical: string;
  readonly #now: number;
  readonly #resolve: (entry: Entry | undefined) => void;

  constructor(
    reader: EntryReader,
    prefix: string,
    start: string,
    key: string,
    now: number,
    resolve: (entry: Entry | undefined) => void,
    reject: (error: unknown) => void,
  ) {
    this.#reader = reader;
    this.#key = key;
    this.#physical = start + key;
    this.#now = now;
    this.#resolve = resolve;
    this.name = prefix + this.#physical;
    this.failed = reject;
  }

  answered(bytes: Buffer | null): void {
    this.#resolve(this.#reader.read(bytes, this.#key, this.#physical, this.#now));
  }
}
