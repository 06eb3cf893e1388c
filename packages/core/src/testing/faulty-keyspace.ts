import type { Entry } from '../entry/entry.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { isPromise } from '../maybe-promise.ts';
import type { Keyspace, KeyspaceItem, LeaseAnswer, LeaseRequest, Leases, Versions } from '../ports/keyspace.ts';
import type { Serializer } from '../ports/serializer.ts';
import type { Faults } from './faults.ts';

/** The methods of a keyspace, of its leases and of its versions. */
export type KeyspaceOperation =
  | 'get'
  | 'getMany'
  | 'set'
  | 'setMany'
  | 'delete'
  | 'deleteMany'
  | 'touch'
  | 'expire'
  | 'deletePattern'
  | 'clear'
  | 'keys'
  | 'size'
  | 'leases.acquire'
  | 'leases.renew'
  | 'leases.release'
  | 'leases.fill'
  | 'leases.wait'
  | 'versions.read'
  | 'versions.ensure'
  | 'versions.renew';

export interface FaultyKeyspaceOptions {
  readonly region: string;
  readonly sync: boolean;
  readonly async: boolean;
  readonly leases: boolean;
  readonly lists: boolean;
  /** There when the tier is to announce changes of single keys. */
  readonly announce: ((kind: AnnouncedKind, key: string, version: number) => MaybePromise<void>) | undefined;
}

export type AnnouncedKind = 'set' | 'touch' | 'expire' | 'delete';

type Keys = Iterable<string> | AsyncIterable<string>;
type Runs = Pick<Faults<KeyspaceOperation>, 'run'>;
type Run = <T>(op: KeyspaceOperation, key: string | undefined, args: readonly unknown[], inner: () => T) => T;

/** A keyspace whose every method runs through the faults of its tier. */
export class FaultyKeyspace implements Keyspace {
  readonly serializer?: Serializer;
  readonly leases?: Leases;
  readonly versions: Versions;
  readonly keys?: (pattern?: string) => Keys;
  readonly size?: () => MaybePromise<number>;
  readonly copyOf?: (value: unknown) => unknown;
  readonly #inner: Keyspace;
  readonly #run: Run;
  readonly #announce: FaultyKeyspaceOptions['announce'];

  constructor(inner: Keyspace, faults: Runs, options: FaultyKeyspaceOptions) {
    this.#inner = inner;
    this.#run = runner(faults, options);
    this.#announce = options.announce;
    this.versions = faultyVersions(inner.versions, this.#run);
    if (inner.serializer) this.serializer = inner.serializer;
    if (inner.leases && options.leases) this.leases = faultyLeases(inner.leases, this.#run);
    if (inner.copyOf) this.copyOf = (value) => inner.copyOf?.(value);
    if (inner.size) this.size = () => this.#run('size', undefined, [], () => inner.size?.() ?? 0);
    if (inner.keys && options.lists) this.keys = (pattern) => this.#keys(pattern);
  }

  get(key: string, now: number): MaybePromise<Entry | undefined> {
    return this.#run('get', key, [key, now], () => this.#inner.get(key, now));
  }

  getMany(keys: readonly string[], now: number): MaybePromise<(Entry | undefined)[]> {
    return this.#run('getMany', undefined, [keys, now], () => this.#inner.getMany(keys, now));
  }

  set(key: string, entry: Entry, now: number, payload?: Uint8Array): MaybePromise<number> {
    return this.#run('set', key, [key, entry, now], () =>
      this.#announced('set', key, this.#inner.set(key, entry, now, payload)),
    );
  }

  setMany(items: readonly KeyspaceItem[], now: number): MaybePromise<(number | Error)[]> {
    return this.#run('setMany', undefined, [items, now], () => this.#inner.setMany(items, now));
  }

  delete(key: string, now: number): MaybePromise<boolean> {
    return this.#run('delete', key, [key, now], () => this.#announced('delete', key, this.#inner.delete(key, now)));
  }

  deleteMany(keys: readonly string[], now: number): MaybePromise<(boolean | Error)[]> {
    return this.#run('deleteMany', undefined, [keys, now], () => this.#inner.deleteMany(keys, now));
  }

  touch(key: string, freshUntil: number, now: number): MaybePromise<number> {
    return this.#run('touch', key, [key, freshUntil, now], () =>
      this.#announced('touch', key, this.#inner.touch(key, freshUntil, now)),
    );
  }

  expire(key: string, now: number): MaybePromise<number> {
    return this.#run('expire', key, [key, now], () => this.#announced('expire', key, this.#inner.expire(key, now)));
  }

  deletePattern(pattern: string, now: number): MaybePromise<void> {
    return this.#run('deletePattern', undefined, [pattern, now], () => this.#inner.deletePattern(pattern, now));
  }

  clear(now: number): MaybePromise<void> {
    return this.#run('clear', undefined, [now], () => this.#inner.clear(now));
  }

  /** Passes an answer on, when it has been announced what it is the answer of. */
  #announced<T extends number | boolean>(kind: AnnouncedKind, key: string, answer: MaybePromise<T>): MaybePromise<T> {
    const announce = this.#announce;
    if (announce === undefined) return answer;
    if (isPromise(answer)) return answer.then((late) => this.#announced(kind, key, late));
    if (kind === 'touch' && answer === 0) return answer;
    const announcing = announce(kind, key, Number(answer));
    return isPromise(announcing) ? announcing.then(() => answer) : answer;
  }

  #keys(pattern: string | undefined): Keys {
    const keys = this.#run<MaybePromise<Keys>>('keys', undefined, [pattern], () => this.#inner.keys?.(pattern) ?? []);
    if (!isPromise(keys)) return keys;
    keys.catch(() => {});
    return later(keys);
  }
}

/** Calls an operation through the faults, recording it; the answer is of the kind that the options ask for. */
function runner(faults: Runs, { region, sync, async }: FaultyKeyspaceOptions): Run {
  const run = <T>(op: KeyspaceOperation, key: string | undefined, args: readonly unknown[], inner: () => T): T =>
    faults.run({ op, key, region, args, sync }, inner) as T;
  if (!async) return run;
  return ((op, key, args, inner) => Promise.resolve().then(() => run(op, key, args, inner))) as Run;
}

function faultyLeases(inner: Leases, run: Run): Leases {
  const { wait } = inner;
  return {
    acquire: (key: string, request: LeaseRequest): MaybePromise<LeaseAnswer> =>
      run('leases.acquire', key, [key, request], () => inner.acquire(key, request)),
    renew: (key, token, ttlMs, now) =>
      run('leases.renew', key, [key, token, ttlMs, now], () => inner.renew(key, token, ttlMs, now)),
    release: (key, token, now) => run('leases.release', key, [key, token, now], () => inner.release(key, token, now)),
    fill: (key, entry, token, now, payload) =>
      run('leases.fill', key, [key, entry, token, now], () => inner.fill(key, entry, token, now, payload)),
    ...(wait && {
      wait: async (key: string, timeoutMs: number, signal: AbortSignal): Promise<void> =>
        run('leases.wait', key, [key, timeoutMs], () => wait.call(inner, key, timeoutMs, signal)),
    }),
  };
}

function faultyVersions(inner: Versions, run: Run): Versions {
  return {
    read: (names, now) => run('versions.read', undefined, [names, now], () => inner.read(names, now)),
    ensure: (names, until, now) =>
      run('versions.ensure', undefined, [names, until, now], () => inner.ensure(names, until, now)),
    renew: (pairs, now) => run('versions.renew', undefined, [pairs, now], () => inner.renew(pairs, now)),
  };
}

async function* later(keys: Promise<Keys>): AsyncGenerator<string> {
  yield* await keys;
}
