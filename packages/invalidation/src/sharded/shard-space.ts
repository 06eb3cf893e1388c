import type { Entry, Keyspace, KeyspaceItem, Leases, MaybePromise, Serializer, Versions } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import type { Failed, TierHandle } from '@uno-cache/core/adapter';
import { FAILED } from '@uno-cache/core/adapter';
import { after } from './settle.ts';

/**
 * One scope's keys in one shard, which may be down: then everything rejects with `PART_DOWN`, at once. What it did not
 * confirm is kept for it, and covers its keys until it has.
 */
export class ShardSpace implements Keyspace {
  readonly serializer?: Serializer;
  readonly leases?: Leases;
  readonly versions: Versions;
  readonly fresh?: (key: string, now: number) => unknown;
  readonly keys?: (pattern?: string) => Iterable<string> | AsyncIterable<string>;
  readonly size?: () => MaybePromise<number>;
  readonly #space: Keyspace;
  readonly #handle: TierHandle;
  readonly #scope: string;

  /** @param scope - as the handle knows it (`serves`). */
  constructor(space: Keyspace, handle: TierHandle, scope: string) {
    this.#space = space;
    this.#handle = handle;
    this.#scope = scope;
    this.versions = this.#guardedVersions(space.versions);
    if (space.serializer !== undefined) this.serializer = space.serializer;
    if (space.leases !== undefined) this.leases = this.#guardedLeases(space.leases);
    if (space.fresh !== undefined) this.fresh = (key, now) => (handle.clean ? space.fresh!(key, now) : undefined);
    if (space.keys !== undefined) this.keys = (pattern) => (handle.available ? space.keys!(pattern) : []);
    if (space.size !== undefined) {
      this.size = () =>
        after(
          handle.ask('size', () => space.size!()),
          (size) => (size === FAILED ? 0 : size),
        );
    }
  }

  get(key: string, now: number): MaybePromise<Entry | undefined> {
    if (this.#isHidden(key)) return undefined;
    const answer = this.#handle.ask('get', () => this.#space.get(key, now), key);
    return after(answer, (entry) => {
      const confirmed = this.#confirmed(entry);
      return this.#covers(key) ? undefined : confirmed;
    });
  }

  getMany(keys: readonly string[], now: number): MaybePromise<(Entry | undefined)[]> {
    const answer = this.#handle.ask('getMany', () => this.#space.getMany(keys, now));
    return after(answer, (entries) =>
      this.#confirmed(entries).map((entry, place) => (this.#covers(keys[place]!) ? undefined : entry)),
    );
  }

  set(key: string, entry: Entry, now: number, payload?: Uint8Array): MaybePromise<number> {
    const answer = this.#handle.attempt('set', () => this.#space.set(key, entry, now, payload), key);
    return after(answer, (version) => this.#settled(version, key));
  }

  setMany(items: readonly KeyspaceItem[], now: number): MaybePromise<(number | Error)[]> {
    const answer = this.#handle.ask('setMany', () => this.#space.setMany(items, now));
    return after(answer, (versions) =>
      this.#settledMany(
        versions,
        items.map(({ key }) => key),
      ),
    );
  }

  delete(key: string, now: number): MaybePromise<boolean> {
    const isHidden = this.#covers(key);
    const answer = this.#handle.ask('delete', () => this.#space.delete(key, now), key);
    return after(answer, (existed) => this.#settled(existed, key) && !isHidden);
  }

  deleteMany(keys: readonly string[], now: number): MaybePromise<(boolean | Error)[]> {
    const hidden = new Set(keys.filter((key) => this.#covers(key)));
    const answer = this.#handle.ask('deleteMany', () => this.#space.deleteMany(keys, now));
    return after(answer, (existed) => {
      const confirmed = this.#settledMany(existed, keys);
      return confirmed.map((was, place) => (was === true ? !hidden.has(keys[place]!) : was));
    });
  }

  touch(key: string, freshUntil: number, now: number): MaybePromise<number> {
    // What is not to be read must not live longer either.
    if (this.#isHidden(key)) return 0;
    const answer = this.#handle.ask('touch', () => this.#space.touch(key, freshUntil, now), key);
    return after(answer, (version) => this.#kept(version, key));
  }

  expire(key: string, now: number): MaybePromise<number> {
    const isHidden = this.#covers(key);
    const answer = this.#handle.ask('expire', () => this.#space.expire(key, now), key);
    return after(answer, (version) => (this.#kept(version, key) > 0 && !isHidden ? (version as number) : 0));
  }

  deletePattern(pattern: string, now: number): MaybePromise<void> {
    const answer = this.#handle.sweep('deletePattern', () => this.#space.deletePattern(pattern, now));
    return after(answer, (done) => {
      if (done === FAILED) this.#handle.keepPattern(this.#scope, pattern);
      this.#confirmed(done);
    });
  }

  clear(now: number): MaybePromise<void> {
    const answer = this.#handle.sweep('clear', () => this.#space.clear(now));
    return after(answer, (done) => {
      if (done === FAILED) this.#handle.keepAll(this.#scope);
      this.#confirmed(done);
    });
  }

  #guardedLeases(leases: Leases): Leases {
    const { wait } = leases;
    const ask = <T>(operation: string, key: string, command: () => MaybePromise<T>): MaybePromise<T> =>
      after(this.#handle.ask(operation, command, key), (answer) => this.#confirmed(answer));
    return {
      acquire: (key, request) =>
        after(
          ask('lease', key, () => leases.acquire(key, request)),
          (answer) => {
            if (answer.state === 'hit' && this.#covers(key)) throw this.#isDown();
            return answer;
          },
        ),
      renew: (key, token, ttlMs, now) => ask('renew', key, () => leases.renew(key, token, ttlMs, now)),
      release: (key, token, now) => ask('release', key, () => leases.release(key, token, now)),
      fill: (key, entry, token, now, payload) =>
        this.#isHidden(key) ? 0 : ask('fill', key, () => leases.fill(key, entry, token, now, payload)),
      ...(wait === undefined ? {} : { wait: (key, timeoutMs, signal) => leases.wait!(key, timeoutMs, signal) }),
    };
  }

  #guardedVersions(versions: Versions): Versions {
    const ask = <T>(operation: string, command: () => MaybePromise<T>): MaybePromise<T> =>
      after(this.#handle.ask(operation, command), (answer) => this.#confirmed(answer));
    return {
      read: (names, now) => ask('versions.read', () => versions.read(names, now)),
      ensure: (names, until, now) => ask('versions.ensure', () => versions.ensure(names, until, now)),
      // Their order between shards counts, so the cache keeps them.
      renew: (pairs, now) => ask('versions.renew', () => versions.renew(pairs, now)),
    };
  }

  #covers(key: string): boolean {
    return this.#handle.covers(this.#scope, key);
  }

  /** As `#covers`, but fails when the shard could not be asked anyway. */
  #isHidden(key: string): boolean {
    if (!this.#covers(key)) return false;
    if (!this.#handle.available) throw this.#isDown();
    return true;
  }

  /** The answer of what makes good whatever had been kept for the key, if it was confirmed. */
  #settled<T>(answer: T | Failed, key: string): T {
    if (answer !== FAILED) this.#handle.confirmed(this.#scope, key);
    return this.#kept(answer, key);
  }

  #settledMany<T>(answers: T[] | Failed, keys: readonly string[]): T[] {
    for (const [place, key] of keys.entries()) {
      if (answers === FAILED) this.#handle.keepKey(this.#scope, key);
      else if (!(answers[place] instanceof Error)) this.#handle.confirmed(this.#scope, key);
    }
    return this.#confirmed(answers);
  }

  #kept<T>(answer: T | Failed, key: string): T {
    if (answer === FAILED) this.#handle.keepKey(this.#scope, key);
    return this.#confirmed(answer);
  }

  /** @throws CacheError `PART_DOWN` */
  #confirmed<T>(answer: T | Failed): T {
    if (answer === FAILED) throw this.#isDown();
    return answer as T;
  }

  #isDown(): CacheError {
    return new CacheError('PART_DOWN', `Shard "${this.#handle.label}" is down.`);
  }
}
