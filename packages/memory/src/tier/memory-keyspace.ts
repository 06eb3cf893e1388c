import type { Entry, Keyspace, KeyspaceItem, Leases, Serializer, TierHost, Versions } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import {
  compileGlob,
  expired,
  isLiteral,
  literalPrefix,
  show,
  touched,
  usableUntil,
  visibleUntil,
} from '@uno-cache/core/adapter';
import type { Keeping } from '../keeping/keeping.ts';
import { withValue } from '../keeping/keeping.ts';
import { Serialized } from '../keeping/serialized.ts';
import type { Policy } from '../policy/policy.ts';
import type { Pages } from '../store/pages.ts';
import type { Partition } from '../store/partition.ts';
import type { Store } from '../store/store.ts';
import type { LeaseTable } from './lease-table.ts';
import { MemoryLeases } from './memory-leases.ts';
import type { Space } from './space.ts';
import type { TagVersions } from './tag-versions.ts';

/** What the keyspaces of one tier have in common. */
export interface Shared {
  readonly store: Store;
  /** How many bytes an entry counts. */
  weigh(key: string, entry: Entry, kept: Entry): number;
  /** Throws `VALUE_TOO_LARGE`; not there when there is no limit. */
  checkValue?(key: string, entry: Entry, kept: Entry): void;
  /** Greater than any before. */
  nextVersion(now: number): number;
  /** An entry brought a version of its own. */
  sawVersion(version: number): void;
}

/** One scope's keys in a memory tier, as one cache sees them. All of it answers with values. */
export class MemoryKeyspace implements Keyspace {
  readonly serializer?: Serializer;
  readonly leases: Leases;
  readonly versions: Versions;
  readonly copyOf?: (value: unknown) => unknown;
  readonly #shared: Shared;
  readonly #store: Store;
  readonly #values: Pages;
  readonly #policy: Policy;
  readonly #partition: Partition;
  readonly #table: LeaseTable;
  readonly #tagVersions: TagVersions;
  readonly #keeping: Keeping | undefined;

  constructor(shared: Shared, space: Space, keeping: Keeping | undefined, host: TierHost) {
    this.#shared = shared;
    this.#store = shared.store;
    this.#values = shared.store.values;
    this.#policy = shared.store.policy;
    this.#partition = space.partition;
    this.#table = space.leases;
    this.#keeping = keeping;
    if (keeping?.copyOf !== undefined) this.copyOf = keeping.copyOf;
    if (keeping instanceof Serialized) this.serializer = keeping.serializer;
    this.leases = new MemoryLeases(this, space, host.clock);
    this.versions = space.versions;
    this.#tagVersions = space.versions;
  }

  // The hit path: no allocation, no parsing, and the entry itself is not looked at: its end stands in a column, too.
  get(key: string, now: number): Entry | undefined {
    const slot = this.#partition.index.get(key);
    if (slot === undefined) return undefined;
    const store = this.#store;
    const end = store.expiresAt[slot]!;
    if ((end !== 0 && end <= now) || store.sweeper.active) return this.#getCarefully(key, now);
    this.#policy.hit(slot);
    const entry = this.#values.get(slot) as Entry;
    return this.#keeping === undefined ? entry : this.#keeping.give(key, entry);
  }

  fresh(key: string, now: number): unknown {
    const store = this.#store;
    const slot = this.#partition.index.get(key);
    if (slot === undefined || store.plain === undefined || store.sweeper.active) return undefined;
    const end = store.expiresAt[slot]!;
    if (end !== 0 && end <= now) return undefined;
    const value = store.plain.get(slot);
    if (value !== undefined) this.#policy.hit(slot);
    return value;
  }

  getMany(keys: readonly string[], now: number): (Entry | undefined)[] {
    return keys.map((key) => this.get(key, now));
  }

  set(key: string, entry: Entry, now: number, payload?: Uint8Array): number {
    this.#table.void(key);
    const { version } = entry;
    if (version !== 0) this.#shared.sawVersion(version);
    const stamped = version !== 0 ? entry : withValue(entry, entry.value, this.#shared.nextVersion(now));
    const { kept, bytes } = this.#prepare(key, stamped, payload);
    if (!this.#store.put(this.#partition, key, kept, bytes, usableUntil(entry))) {
      throw new CacheError(
        'VALUE_TOO_LARGE',
        `The value of key ${show(key)} takes ${bytes} bytes, more than maxBytes.`,
      );
    }
    return stamped.version;
  }

  setMany(items: readonly KeyspaceItem[], now: number): (number | Error)[] {
    return items.map(({ key, entry, payload }) => {
      try {
        return this.set(key, entry, now, payload);
      } catch (error) {
        if (!CacheError.is(error) || error.code === 'CLOSED') throw error;
        return error;
      }
    });
  }

  delete(key: string, now: number): boolean {
    this.#table.void(key);
    const slot = this.#store.find(this.#partition, key);
    if (slot < 0) return false;
    const wasVisible = isVisible(this.#store.values.get(slot) as Entry, now);
    this.#store.remove(slot);
    return wasVisible;
  }

  deleteMany(keys: readonly string[], now: number): boolean[] {
    return keys.map((key) => this.delete(key, now));
  }

  touch(key: string, freshUntil: number, now: number): number {
    const slot = this.#store.find(this.#partition, key);
    if (slot < 0) return 0;
    const entry = this.#store.values.get(slot) as Entry;
    if (!isVisible(entry, now)) return 0;
    const after = touched(entry, freshUntil, this.#shared.nextVersion(now));
    this.#store.update(slot, after, usableUntil(after));
    return after.version;
  }

  expire(key: string, now: number): number {
    this.#table.void(key);
    const slot = this.#store.find(this.#partition, key);
    if (slot < 0) return 0;
    const entry = this.#store.values.get(slot) as Entry;
    const version = this.#shared.nextVersion(now);
    const after = expired(entry, now, version);
    if (after === undefined) this.#store.remove(slot);
    else this.#store.update(slot, after, usableUntil(after));
    return isVisible(entry, now) ? version : 0;
  }

  deletePattern(pattern: string, now: number): void {
    if (isLiteral(pattern)) return void this.delete(literalPrefix(pattern), now);
    const matches = compileGlob(pattern);
    this.#partition.index.check();
    this.#table.voidMatching(matches);
    this.#store.sweeper.start(this.#partition, { pattern, prefix: literalPrefix(pattern), matches });
  }

  clear(_now: number): void {
    this.#partition.index.check();
    this.#table.clear();
    this.#tagVersions.clear();
    this.#store.clear(this.#partition);
  }

  *keys(pattern?: string): Generator<string> {
    const matches = pattern === undefined ? undefined : compileGlob(pattern);
    const { clock } = this.#partition;
    for (const slot of this.#partition.index.slots()) {
      if (this.#store.sweeper.active && this.#store.sweeper.covers(slot)) continue;
      if (!isVisible(this.#store.values.get(slot) as Entry, clock.now())) continue;
      const key = this.#store.keys.get(slot) as string;
      if (matches === undefined || matches(key)) yield key;
    }
  }

  size(): number {
    return this.#partition.index.size;
  }

  #getCarefully(key: string, now: number): Entry | undefined {
    const slot = this.#store.find(this.#partition, key);
    if (slot < 0) return undefined;
    const entry = this.#store.values.get(slot) as Entry;
    if (usableUntil(entry) <= now) {
      this.#store.evict(slot, 'expired');
      return undefined;
    }
    this.#policy.hit(slot);
    return this.#keeping === undefined ? entry : this.#keeping.give(key, entry);
  }

  /**
   * What is to be stored, and its size.
   *
   * @throws CacheError `SERIALIZATION_FAILED`, `VALUE_TOO_LARGE`; then the key is gone.
   */
  #prepare(key: string, entry: Entry, payload: Uint8Array | undefined): { kept: Entry; bytes: number } {
    try {
      const kept = this.#keeping === undefined ? entry : this.#keeping.keep(key, entry, payload);
      this.#shared.checkValue?.(key, entry, kept);
      return { kept, bytes: this.#shared.weigh(key, entry, kept) };
    } catch (error) {
      this.delete(key, 0);
      if (CacheError.is(error)) throw error;
      // The user's `sizeOf` failed, which says nothing of the tier's health.
      throw new CacheError('VALUE_TOO_LARGE', `The size of key ${show(key)} cannot be told: ${String(error)}`, {
        cause: error,
      });
    }
  }
}

/** Whether reads answer with it. */
function isVisible(entry: Entry, now: number): boolean {
  return !entry.negative && visibleUntil(entry) > now;
}
