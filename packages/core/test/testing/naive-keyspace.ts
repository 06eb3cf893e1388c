import {
  compileGlob,
  expired,
  randomToken,
  randomVersion,
  touched,
  usableUntil,
  visibleUntil,
} from '../../src/adapter/index.ts';
import type { Entry } from '../../src/entry/entry.ts';
import { CacheError } from '../../src/errors.ts';
import type { Clock, Timer } from '../../src/ports/clock.ts';
import type { Keyspace, KeyspaceItem, LeaseAnswer, LeaseRequest, Leases, Versions } from '../../src/ports/keyspace.ts';

export interface NaiveLease {
  readonly token: string;
  readonly until: number;
  readonly exclusive: boolean;
}

/** Values longer than this are refused. */
export const TOO_LONG = 1_000_000;

/** What the keyspaces of one naive tier have in common. */
export interface NaiveState {
  version: number;
  closed: boolean;
  readonly waiters: Set<() => void>;
}

/** What one region's keys are. */
export interface NaiveMaps {
  readonly entries: Map<string, Entry>;
  readonly held: Map<string, NaiveLease[]>;
  readonly names: Map<string, string>;
}

export function newMaps(): NaiveMaps {
  return { entries: new Map(), held: new Map(), names: new Map() };
}

/** One region's keys in maps, as simply as the contract can be kept. Its parts are open, so that tests can break them. */
export class NaiveKeyspace implements Keyspace {
  readonly entries: Map<string, Entry>;
  readonly held: Map<string, NaiveLease[]>;
  readonly names: Map<string, string>;
  readonly state: NaiveState;
  readonly clock: Clock;

  constructor(state: NaiveState, clock: Clock, maps: NaiveMaps = newMaps()) {
    this.entries = maps.entries;
    this.held = maps.held;
    this.names = maps.names;
    this.state = state;
    this.clock = clock;
  }

  get(key: string, now: number): Entry | undefined {
    this.assertOpen();
    const entry = this.entries.get(key);
    return entry && now < usableUntil(entry) ? entry : undefined;
  }

  getMany(keys: readonly string[], now: number): (Entry | undefined)[] {
    this.assertOpen();
    return keys.map((key) => this.get(key, now));
  }

  set(key: string, entry: Entry, _now: number, payload?: Uint8Array): number {
    this.assertOpen();
    this.void(key);
    return this.store(key, entry, payload);
  }

  setMany(items: readonly KeyspaceItem[], now: number): (number | Error)[] {
    this.assertOpen();
    return items.map(({ key, entry, payload }) => {
      try {
        return this.set(key, entry, now, payload);
      } catch (error) {
        return error as Error;
      }
    });
  }

  delete(key: string, now: number): boolean {
    this.assertOpen();
    this.void(key);
    const entry = this.#visible(key, now);
    this.entries.delete(key);
    return entry !== undefined;
  }

  deleteMany(keys: readonly string[], now: number): boolean[] {
    this.assertOpen();
    return keys.map((key) => this.delete(key, now));
  }

  touch(key: string, freshUntil: number, now: number): number {
    this.assertOpen();
    const entry = this.#visible(key, now);
    return entry ? this.store(key, touched(entry, freshUntil, this.next())) : 0;
  }

  expire(key: string, now: number): number {
    this.assertOpen();
    this.void(key);
    const entry = this.get(key, now);
    if (entry === undefined) return 0;
    const wasVisible = this.#visible(key, now) !== undefined;
    const version = this.next();
    const rest = expired(entry, now, version);
    if (rest) this.put(key, rest);
    else this.entries.delete(key);
    return wasVisible ? version : 0;
  }

  deletePattern(pattern: string, _now: number): void {
    this.assertOpen();
    const matches = compileGlob(pattern);
    for (const key of [...this.entries.keys(), ...this.held.keys()]) {
      if (!matches(key)) continue;
      this.void(key);
      this.entries.delete(key);
    }
  }

  clear(_now: number): void {
    this.assertOpen();
    this.entries.clear();
    this.names.clear();
    for (const key of [...this.held.keys()]) this.void(key);
  }

  keys(pattern: string = '*'): Iterable<string> {
    this.assertOpen();
    const matches = compileGlob(pattern);
    return [...this.entries.keys()].filter((key) => matches(key) && this.get(key, this.clock.now()) !== undefined);
  }

  size(): number {
    return [...this.keys()].length;
  }

  readonly leases: Leases = {
    acquire: (key: string, request: LeaseRequest): LeaseAnswer => {
      this.assertOpen();
      const { now, ttlMs, exclusive, replaces } = request;
      const entry = this.get(key, now);
      if (entry && now < entry.freshUntil && entry.version !== replaces) return { state: 'hit', entry };
      const standing = (this.held.get(key) ?? []).filter(({ until }) => now < until);
      const own = standing.find(({ token }) => token === request.token);
      if (exclusive && !own && standing.some((lease) => lease.exclusive)) return { state: 'held' };
      const token = own?.token ?? randomToken();
      const others = standing.filter((lease) => lease !== own);
      this.held.set(key, [...others, { token, until: now + ttlMs, exclusive }]);
      return { state: 'won', token, grantedAt: now };
    },
    renew: (key, token, ttlMs, now) => {
      this.assertOpen();
      const lease = this.#standing(key, token, now);
      if (lease) this.held.set(key, [...this.#without(key, lease), { ...lease, until: now + ttlMs }]);
      return lease !== undefined;
    },
    release: (key, token, now) => {
      this.assertOpen();
      const lease = this.#standing(key, token, now);
      if (lease === undefined) return;
      this.held.set(key, this.#without(key, lease));
      this.wake();
    },
    fill: (key, entry, token, now, payload) => {
      this.assertOpen();
      if (this.#standing(key, token, now) === undefined) return 0;
      this.void(key);
      return this.store(key, entry, payload);
    },
    wait: (_key, timeoutMs, signal) =>
      new Promise((resolve) => {
        let timer: Timer | undefined;
        const done = (): void => {
          timer?.cancel();
          this.state.waiters.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        if (signal.aborted) return done();
        timer = this.clock.setTimer(done, timeoutMs, true);
        signal.addEventListener('abort', done);
        this.state.waiters.add(done);
      }),
  };

  readonly versions: Versions = {
    read: (names) => {
      this.assertOpen();
      return names.map((name) => this.names.get(name));
    },
    ensure: (names) => {
      this.assertOpen();
      for (const name of names) if (!this.names.has(name)) this.names.set(name, randomVersion());
      return names.map((name) => this.names.get(name) as string);
    },
    renew: (pairs) => {
      this.assertOpen();
      for (const [name, version] of pairs) this.names.set(name, version);
    },
  };

  /** Ends every lease of the key. */
  void(key: string): void {
    this.held.delete(key);
    this.wake();
  }

  wake(): void {
    for (const waiter of [...this.state.waiters]) waiter();
  }

  next(): number {
    this.state.version = Math.max(this.state.version + 1, this.clock.now());
    return this.state.version;
  }

  store(key: string, entry: Entry, payload?: Uint8Array): number {
    this.entries.delete(key);
    if (typeof entry.value === 'string' && entry.value.length > TOO_LONG) {
      throw new CacheError('VALUE_TOO_LARGE', 'The value is too long.');
    }
    const version = entry.version || this.next();
    this.state.version = Math.max(this.state.version, version);
    this.put(key, { ...entry, version }, payload);
    return version;
  }

  put(key: string, entry: Entry, _payload?: Uint8Array): void {
    this.entries.set(key, entry);
  }

  assertOpen(): void {
    if (this.state.closed) throw new CacheError('CLOSED', 'The tier is closed.');
  }

  /** The entry that reads of the cache answer with a value from. */
  #visible(key: string, now: number): Entry | undefined {
    const entry = this.get(key, now);
    return entry && !entry.negative && now < visibleUntil(entry) ? entry : undefined;
  }

  #standing(key: string, token: string, now: number): NaiveLease | undefined {
    return this.held.get(key)?.find((lease) => lease.token === token && now < lease.until);
  }

  #without(key: string, lease: NaiveLease): NaiveLease[] {
    return (this.held.get(key) ?? []).filter((other) => other !== lease);
  }
}
