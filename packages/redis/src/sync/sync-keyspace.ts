import type {
  Entry,
  Keyspace,
  KeyspaceItem,
  LeaseAnswer,
  LeaseRequest,
  Leases,
  Scope,
  Serializer,
  TierHost,
  Versions,
} from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { checkKey, decodeValue, encodeValue, scopePrefix } from '@uno-cache/core/adapter';
import type { SyncBridge } from './sync-bridge.ts';
import type { SentValue, SyncScope } from './sync-request.ts';

/** A pattern, a clear or a list is many commands. */
const SWEEP_TIMEOUTS = 60;

/** One region's keys, answering with values: a worker asks the server meanwhile. */
export class SyncKeyspace implements Keyspace {
  readonly serializer: Serializer;
  readonly leases?: Leases;
  readonly versions: Versions;
  readonly #bridge: SyncBridge;
  readonly #host: TierHost;
  readonly #scope: SyncScope;
  readonly #start: string;
  readonly #timeoutMs: number;

  constructor(init: {
    bridge: SyncBridge;
    scope: Scope;
    host: TierHost;
    serializer: Serializer;
    timeoutMs: number;
    announce: boolean;
    leases: boolean;
  }) {
    const { bridge, scope, host, serializer, timeoutMs, announce } = init;
    const { namespace, region } = scope;
    this.#bridge = bridge;
    this.#host = host;
    this.serializer = serializer;
    this.#start = scopePrefix(scope);
    this.#timeoutMs = timeoutMs;
    const accepts = [...(serializer.accepts ?? [])];
    this.#scope = { namespace, region, serializerId: serializer.id, accepts, sender: host.sender, announce };
    if (init.leases) this.leases = this.#leases();
    this.versions = {
      read: (names, now) => this.#ask('versions.read', names, now) as (string | undefined)[],
      ensure: (names, until, now) => this.#ask('versions.ensure', names, until, now) as string[],
      renew: (pairs, now) => void this.#ask('versions.renew', pairs, now),
    };
  }

  get(key: string, now: number): Entry | undefined {
    return this.#decoded(this.#ask('get', key, now), key);
  }

  getMany(keys: readonly string[], now: number): (Entry | undefined)[] {
    return (this.#ask('getMany', keys, now) as unknown[]).map((entry, index) => this.#decoded(entry, keys[index]!));
  }

  set(key: string, entry: Entry, now: number, payload?: Uint8Array): number {
    let bytes: Uint8Array | undefined;
    try {
      bytes = this.#payload(key, entry, payload);
    } catch (error) {
      // What cannot be stored must not leave the old value standing.
      this.delete(key, now);
      throw error;
    }
    return this.#ask('set', key, bare(entry), now, bytes) as number;
  }

  /** One after the other: of a batch only what is refused fails. */
  setMany(items: readonly KeyspaceItem[], now: number): (number | Error)[] {
    return items.map(({ key, entry, payload }) => {
      try {
        return this.set(key, entry, now, payload);
      } catch (error) {
        if (CacheError.is(error, 'VALUE_TOO_LARGE') || CacheError.is(error, 'SERIALIZATION_FAILED')) return error;
        throw error;
      }
    });
  }

  delete(key: string, now: number): boolean {
    return this.#ask('delete', key, now) as boolean;
  }

  deleteMany(keys: readonly string[], now: number): boolean[] {
    return this.#ask('deleteMany', keys, now) as boolean[];
  }

  touch(key: string, freshUntil: number, now: number): number {
    return this.#ask('touch', key, freshUntil, now) as number;
  }

  expire(key: string, now: number): number {
    return this.#ask('expire', key, now) as number;
  }

  deletePattern(pattern: string, now: number): void {
    this.#sweep('deletePattern', pattern, now);
  }

  clear(now: number): void {
    this.#sweep('clear', now);
  }

  keys(pattern: string = '*'): string[] {
    return this.#sweep('keys', pattern) as string[];
  }

  #leases(): Leases {
    return {
      acquire: (key, request) => this.#acquire(key, request),
      renew: (key, token, ttlMs, now) => this.#ask('leases.renew', key, token, ttlMs, now) as boolean,
      release: (key, token, now) => void this.#ask('leases.release', key, token, now),
      fill: (key, entry, token, now, payload) =>
        this.#ask('leases.fill', key, bare(entry), token, now, this.#payload(key, entry, payload)) as number,
    };
  }

  #acquire(key: string, request: LeaseRequest): LeaseAnswer {
    const answer = this.#ask('leases.acquire', key, request) as LeaseAnswer;
    if (answer.state !== 'hit') return answer;
    const entry = this.#decoded(answer.entry, key);
    if (entry !== undefined) return { state: 'hit', entry };
    // It cannot be read here, so it is replaced.
    const again = this.#ask('leases.acquire', key, { ...request, replaces: answer.entry.version }) as LeaseAnswer;
    return again.state === 'hit' ? { state: 'held' } : again;
  }

  #payload(key: string, entry: Entry, payload: Uint8Array | undefined): Uint8Array | undefined {
    checkKey(key);
    return entry.negative ? undefined : (payload ?? encodeValue(this.serializer, entry.value, this.#start + key));
  }

  #decoded(entry: unknown, key: string): Entry | undefined {
    const stored = entry as Entry | undefined;
    if (stored === undefined || stored.negative) return stored;
    try {
      const { bytes, id } = stored.value as SentValue;
      // As the async view has it: serializers may expect a Buffer's methods.
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return { ...stored, value: decodeValue(this.serializer, buffer, this.#start + key, id) };
    } catch (error) {
      this.#host.report({ kind: 'error', error, key, operation: 'get' });
      return undefined;
    }
  }

  #ask(method: string, ...args: unknown[]): unknown {
    return this.#bridge.ask({ scope: this.#scope, method, args, timeoutMs: this.#timeoutMs });
  }

  #sweep(method: string, ...args: unknown[]): unknown {
    const timeoutMs = this.#timeoutMs * SWEEP_TIMEOUTS;
    return this.#bridge.ask({ scope: this.#scope, method, args, timeoutMs });
  }
}

/** The value goes as bytes. */
function bare(entry: Entry): Entry {
  return { ...entry, value: undefined };
}
