import type { Entry, Keyspace, KeyspaceItem, Leases, MaybePromise, Serializer, Versions } from '@uno-cache/core';
import { scatterUp } from './scatter-up.ts';
import { after, settleAll, settleInOrder } from './settle.ts';
import type { Shards } from './shards.ts';

/** One scope's keys in many tiers: each key in the tier that the ring names. */
export class ShardedKeyspace implements Keyspace {
  readonly serializer?: Serializer;
  readonly leases?: Leases;
  readonly versions: Versions;
  readonly fresh?: (key: string, now: number) => unknown;
  readonly keys?: (pattern?: string) => Iterable<string> | AsyncIterable<string>;
  readonly size?: () => MaybePromise<number>;
  readonly #shards: Shards<Keyspace>;

  constructor(shards: Shards<Keyspace>, isSync: boolean) {
    this.#shards = shards;
    this.versions = versionsOf(shards);
    const [first] = shards.all;
    if (first?.serializer !== undefined) this.serializer = first.serializer;
    if (shards.all.every(({ leases }) => leases !== undefined)) this.leases = leasesOf(shards);
    if (shards.all.every(({ fresh }) => fresh !== undefined))
      this.fresh = (key, now) => shards.of(key).fresh!(key, now);
    if (shards.all.every(({ size }) => size !== undefined)) {
      this.size = () => after(settleAll(shards.all.map((shard) => () => shard.size!())), sum);
    }
    if (shards.all.every(({ keys }) => keys !== undefined)) {
      this.keys = (pattern) => (isSync ? listed(shards.all, pattern) : listedSlowly(shards.all, pattern));
    }
  }

  get(key: string, now: number): MaybePromise<Entry | undefined> {
    return this.#shards.of(key).get(key, now);
  }

  /** What a shard that is down has is missing. */
  getMany(keys: readonly string[], now: number): MaybePromise<(Entry | undefined)[]> {
    return scatterUp<string, Entry | undefined>(this.#shards, keys, {
      keyOf: itself,
      ask: (shard, part) => shard.getMany(part, now),
      otherwise: () => undefined,
    });
  }

  set(key: string, entry: Entry, now: number, payload?: Uint8Array): MaybePromise<number> {
    const shard = this.#shards.of(key);
    return shard.set(key, entry, now, this.#payloadFor(shard, payload));
  }

  setMany(items: readonly KeyspaceItem[], now: number): MaybePromise<(number | Error)[]> {
    return scatterUp<KeyspaceItem, number | Error>(this.#shards, items, {
      keyOf: ({ key }) => key,
      ask: (shard, part) => shard.setMany(shard.serializer === this.serializer ? part : part.map(withoutPayload), now),
      otherwise: (error) => error,
    });
  }

  delete(key: string, now: number): MaybePromise<boolean> {
    return this.#shards.of(key).delete(key, now);
  }

  deleteMany(keys: readonly string[], now: number): MaybePromise<(boolean | Error)[]> {
    return scatterUp<string, boolean | Error>(this.#shards, keys, {
      keyOf: itself,
      ask: (shard, part) => shard.deleteMany(part, now),
      otherwise: (error) => error,
    });
  }

  touch(key: string, freshUntil: number, now: number): MaybePromise<number> {
    return this.#shards.of(key).touch(key, freshUntil, now);
  }

  expire(key: string, now: number): MaybePromise<number> {
    return this.#shards.of(key).expire(key, now);
  }

  deletePattern(pattern: string, now: number): MaybePromise<void> {
    return after(settleAll(this.#shards.all.map((shard) => () => shard.deletePattern(pattern, now))), nothing);
  }

  clear(now: number): MaybePromise<void> {
    return after(settleAll(this.#shards.all.map((shard) => () => shard.clear(now))), nothing);
  }

  /** A shard with another serializer than the first encodes by itself. */
  #payloadFor(shard: Keyspace, payload: Uint8Array | undefined): Uint8Array | undefined {
    return shard.serializer === this.serializer ? payload : undefined;
  }
}

function leasesOf(shards: Shards<Keyspace>): Leases {
  const of = (key: string): Leases => shards.of(key).leases!;
  const leases: Leases = {
    acquire: (key, request) => of(key).acquire(key, request),
    renew: (key, token, ttlMs, now) => of(key).renew(key, token, ttlMs, now),
    release: (key, token, now) => of(key).release(key, token, now),
    fill: (key, entry, token, now, payload) => {
      const shard = shards.of(key);
      const isFit = shard.serializer === shards.all[0]!.serializer;
      return shard.leases!.fill(key, entry, token, now, isFit ? payload : undefined);
    },
  };
  if (shards.all.some((shard) => shard.leases!.wait === undefined)) return leases;
  return { ...leases, wait: (key, timeoutMs, signal) => of(key).wait!(key, timeoutMs, signal) };
}

/** Versions lie where the ring puts their names, so that no tier has to answer for all of them. */
function versionsOf(shards: Shards<Keyspace>): Versions {
  return {
    read: (names, now) => shards.scatter(names, itself, (shard, part) => shard.versions.read(part, now)),
    ensure: (names, until, now) =>
      shards.scatter(names, itself, (shard, part) => shard.versions.ensure(part, until, now)),
    // Whoever sees a later one has to see the earlier ones, so each run waits for the last.
    renew: (pairs, now) =>
      settleInOrder(
        runsOf(pairs, ([name]) => shards.of(name)).map(
          ([shard, run]) =>
            () =>
              shard.versions.renew(run, now),
        ),
      ),
  };
}

/** Neighbours that belong together. */
function runsOf<Item, Owner>(items: readonly Item[], ownerOf: (item: Item) => Owner): [owner: Owner, run: Item[]][] {
  const runs: [Owner, Item[]][] = [];
  for (const item of items) {
    const owner = ownerOf(item);
    const last = runs.at(-1);
    if (last !== undefined && last[0] === owner) last[1].push(item);
    else runs.push([owner, [item]]);
  }
  return runs;
}

function* listed(shards: readonly Keyspace[], pattern: string | undefined): Generator<string> {
  for (const shard of shards) yield* shard.keys!(pattern) as Iterable<string>;
}

async function* listedSlowly(shards: readonly Keyspace[], pattern: string | undefined): AsyncGenerator<string> {
  for (const shard of shards) yield* shard.keys!(pattern);
}

function withoutPayload({ key, entry }: KeyspaceItem): KeyspaceItem {
  return { key, entry };
}

function itself(key: string): string {
  return key;
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}

function nothing(): void {}
