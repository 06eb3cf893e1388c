import type { Entry, LeaseAnswer, LeaseRequest, Leases } from '@uno-cache/core';
import { encodeMarker, randomToken } from '@uno-cache/core/adapter';
import type { Argument } from '../connection/run-script.ts';
import { refused } from '../connection/server-error.ts';
import { acquireScript, awaitScript, fillScript, releaseScript, renewScript } from '../scripts/lease-scripts.ts';
import type { Script } from '../scripts/script.ts';
import type { EntryBytes } from './entry-bytes.ts';
import { double, entryBytes } from './entry-bytes.ts';
import type { EntryReader } from './entry-reader.ts';
import type { KeyspaceContext } from './keyspace-context.ts';

const HIT = 2;
const WON = 1;
const TOKEN = /^[0-9a-f]{32}$/;
const NO_TOKEN = Buffer.alloc(0);
/** Entries that a server calls fresh and that cannot be read here are replaced, as one that is known would be. */
const MAX_UNREADABLE = 3;

/** The leases of one keyspace, which stand in the entries' own keys. */
export class RedisLeases implements Leases {
  readonly #context: KeyspaceContext;
  readonly #reader: EntryReader;

  constructor(context: KeyspaceContext, reader: EntryReader) {
    this.#context = context;
    this.#reader = reader;
  }

  async acquire(key: string, request: LeaseRequest): Promise<LeaseAnswer> {
    const { time, start, prefix } = this.#context;
    const physical = start + key;
    const marker = Buffer.from(encodeMarker(physical, { token: newToken(request.exclusive), until: 0 }));
    const own = tokenBytes(request.token) ?? NO_TOKEN;
    let { replaces } = request;
    for (let unreadable = 0; ; unreadable++) {
      const askedAt = time.now();
      const ttl = Math.ceil(request.ttlMs);
      const args = [marker, ttl, request.exclusive ? '1' : '0', double(replaces), own];
      const answer = await this.#run(acquireScript, prefix + physical, args);
      const [state, us, rest] = answer as [number, number, Buffer | undefined];
      time.learn(us, askedAt);
      if (state === WON) return { state: 'won', token: rest!.toString('hex'), grantedAt: us };
      if (state !== HIT) return { state: 'held' };
      const entry = this.#reader.read(rest!, key, physical, request.now);
      if (entry !== undefined) return { state: 'hit', entry };
      if (unreadable === MAX_UNREADABLE) return { state: 'held' };
      replaces = this.#reader.versionOf(rest!) ?? replaces;
    }
  }

  async renew(key: string, token: string, ttlMs: number, _now: number): Promise<boolean> {
    const bytes = tokenBytes(token);
    if (bytes === undefined) return false;
    return (await this.#run(renewScript, this.#name(key), [bytes, Math.ceil(ttlMs)])) === 1;
  }

  async release(key: string, token: string, _now: number): Promise<void> {
    const bytes = tokenBytes(token);
    if (bytes !== undefined) await this.#run(releaseScript, this.#name(key), [bytes]);
  }

  async fill(key: string, entry: Entry, token: string, now: number, payload?: Uint8Array): Promise<number> {
    const { connection, time, start, prefix, serializer, mostValueBytes } = this.#context;
    const lease = tokenBytes(token);
    // Asked all the same: a closed or unreachable tier is not one that refuses.
    if (lease === undefined) {
      await connection.ready();
      return 0;
    }
    const physical = start + key;
    const stored = time.stored(entry);
    const encoded = (from: Entry): EntryBytes =>
      entryBytes(physical, from, time.toServer(now), payload, serializer, mostValueBytes);
    let bytes: EntryBytes;
    let refusal: { readonly error: unknown } | undefined;
    try {
      bytes = encoded(stored);
    } catch (error) {
      // What cannot be stored must not leave the old value standing: an end that has passed takes it away.
      refusal = { error };
      bytes = { ...encoded({ ...stored, value: undefined, negative: true }), ttl: '0' };
    }
    const { head, rest, ttl } = bytes;
    const askedAt = time.now();
    const answer = await this.#run(fillScript, prefix + physical, [head, rest, ttl, lease]);
    const [version, us] = answer as [number, number];
    time.learn(us, askedAt);
    if (refusal !== undefined) throw refusal.error;
    return version === 0 ? 0 : entry.version || version;
  }

  /** Listens first and looks then, so that no end is missed between the two. */
  async wait(key: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const { wakes } = this.#context;
    if (signal.aborted) return;
    const name = this.#name(key);
    await wakes.wait(name, signal, async () => {
      const left = (await this.#run(awaitScript, name, [])) as number;
      return Math.min(left, timeoutMs);
    });
  }

  async #run(script: Script, name: string, args: readonly Argument[]): Promise<unknown> {
    try {
      return await this.#context.connection.script(script, [name], args);
    } catch (error) {
      throw refused(error);
    }
  }

  #name(key: string): string {
    return this.#context.prefix + this.#context.start + key;
  }
}

/** Random, but for the two bits that say what it is (`lease-scripts.ts`). */
function newToken(exclusive: boolean): string {
  const token = randomToken();
  const last = (Number.parseInt(token.slice(30), 16) & 0xfc) | (exclusive ? 0 : 1);
  return token.slice(0, 30) + last.toString(16).padStart(2, '0');
}

function tokenBytes(token: string | undefined): Buffer | undefined {
  return token !== undefined && TOKEN.test(token) ? Buffer.from(token, 'hex') : undefined;
}
