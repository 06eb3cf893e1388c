import type { Entry, Keyspace, KeyspaceItem, Serializer } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import {
  checkKey,
  checkValueBytes,
  encodeValue,
  expired,
  patchEntry,
  touched,
  usableUntil,
  visibleUntil,
} from '@uno-cache/core/adapter';
import { exptime } from '../items/exptime.ts';
import { encodeFrame } from '../items/frame.ts';
import type { Server } from '../servers/server.ts';
import type { Site } from '../servers/site.ts';
import { EntryWriter } from './entry-writer.ts';
import type { InTime } from './key-queue.ts';
import type { KeyspaceContext, Target } from './keyspace-context.ts';
import { MAX_TRIES, targetOf } from './keyspace-context.ts';
import { MemcachedLeases } from './memcached-leases.ts';
import { MemcachedVersions } from './memcached-versions.ts';
import type { Slot } from './slot.ts';
import { readSlot } from './slot.ts';

/** One region's keys on the servers. */
export class MemcachedKeyspace implements Keyspace {
  readonly serializer: Serializer;
  readonly leases: MemcachedLeases;
  readonly versions: MemcachedVersions;
  readonly #context: KeyspaceContext;
  readonly #writer: EntryWriter;

  constructor(context: KeyspaceContext) {
    this.#context = context;
    this.serializer = context.serializer;
    this.#writer = new EntryWriter(context);
    this.leases = new MemcachedLeases(context, this.#writer);
    this.versions = new MemcachedVersions(context);
  }

  get(key: string, now: number): Promise<Entry | undefined> {
    const target = targetOf(this.#context, key);
    const { fleet, space } = this.#context;
    return fleet.run(target.wire, 'reads', (site) =>
      space.read(site, [target.wire]).then(([place, items]) => {
        const slot = readSlot(this.#context, place, items.get(target.wire), target, now);
        return slot instanceof Promise ? slot.then(entryOf) : entryOf(slot);
      }),
    );
  }

  /** Reads of one tick are one command for each server. */
  getMany(keys: readonly string[], now: number): Promise<(Entry | undefined)[]> {
    return Promise.all(keys.map((key) => this.get(key, now)));
  }

  async set(key: string, entry: Entry, now: number, payload?: Uint8Array): Promise<number> {
    checkKey(key);
    const target = targetOf(this.#context, key);
    let body: Uint8Array;
    try {
      body =
        payload ?? (entry.negative ? new Uint8Array(0) : encodeValue(this.serializer, entry.value, target.physical));
      checkValueBytes(key, body.length, this.#context.mostValueBytes);
    } catch (error) {
      // What cannot be stored must not leave the old value standing.
      await this.delete(key, now);
      throw error;
    }
    return this.#change(target, now, async (slot, server, mark, generation, isLast) => {
      const version = entry.version || this.#context.versions.after(slot.version);
      const value = { entry: { ...entry, version }, payload: body, mark, generation };
      return (await this.#writer.store(server, target, slot.item, value, now, isLast)) ? version : undefined;
    });
  }

  async setMany(items: readonly KeyspaceItem[], now: number): Promise<(number | Error)[]> {
    let failure: unknown;
    const stored = items.map(async ({ key, entry, payload }) => {
      try {
        return await this.set(key, entry, now, payload);
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

  async delete(key: string, now: number): Promise<boolean> {
    checkKey(key);
    const target = targetOf(this.#context, key);
    return this.#change(target, now, async (slot, server, _mark, _generation, isLast) => {
      const { item } = slot;
      if (item === undefined) return false;
      if (isLast) await server.delete(target.wire);
      else if ((await server.remove(target.wire, item)) === 'refused') return undefined;
      return isVisible(slot, now);
    });
  }

  deleteMany(keys: readonly string[], now: number): Promise<boolean[]> {
    return Promise.all(keys.map((key) => this.delete(key, now)));
  }

  async touch(key: string, freshUntil: number, now: number): Promise<number> {
    checkKey(key);
    const target = targetOf(this.#context, key);
    return this.#change(target, now, async (slot, server) => {
      if (slot.kind !== 'entry' || !isVisible(slot, now)) return 0;
      const version = this.#context.versions.after(slot.version);
      const entry = touched(slot.entry, freshUntil, version);
      return (await this.#retime(server, target, slot, entry, slot.frame.id, now)) ? version : undefined;
    });
  }

  async expire(key: string, now: number): Promise<number> {
    checkKey(key);
    const target = targetOf(this.#context, key);
    return this.#change(target, now, async (slot, server) => {
      if (slot.item === undefined) return 0;
      const version = this.#context.versions.after(slot.version);
      const entry = slot.kind === 'entry' ? expired(slot.entry, now, version) : undefined;
      const isDone =
        slot.kind === 'entry' && entry !== undefined
          ? await this.#retime(server, target, slot, entry, undefined, now)
          : (await server.remove(target.wire, slot.item)) === 'stored';
      if (!isDone) return undefined;
      return isVisible(slot, now) ? version : 0;
    });
  }

  async deletePattern(pattern: string, _now: number): Promise<void> {
    const { fleet, space } = this.#context;
    await fleet.everywhere((site) => space.mark(site, pattern));
  }

  async clear(_now: number): Promise<void> {
    const { fleet, space } = this.#context;
    await fleet.everywhere((site) => space.clear(site));
  }

  /**
   * Reads what stands and changes it, anew when another was faster: until the change gives something else than
   * `undefined`.
   */
  #change<T>(
    target: Target,
    now: number,
    change: (slot: Slot, server: Server, mark: number, generation: string, isLast: boolean) => Promise<T | undefined>,
  ): Promise<T> {
    const { fleet, space, queue } = this.#context;
    const attempts = async (site: Site, inTime: InTime): Promise<T> => {
      for (let tries = 1; tries <= MAX_TRIES; tries++) {
        const [place, items] = await space.read(site, [target.wire]);
        const slot = await readSlot(this.#context, place, items.get(target.wire), target, now);
        const { mark } = place.record;
        inTime();
        const changed = await change(slot, site.server, mark, place.generation, tries === MAX_TRIES);
        if (changed !== undefined) return changed;
      }
      throw new CacheError('TIER_FAILED', `A key of ${site.server.name} is changed by too many at once.`);
    };
    return queue.run(target.wire, (inTime) => fleet.run(target.wire, 'changes', (site) => attempts(site, inTime)));
  }

  /** Stores the same value with other times. */
  async #retime(
    server: Server,
    { wire }: Target,
    { frame, item }: Extract<Slot, { kind: 'entry' }>,
    entry: Entry,
    id: string | undefined,
    now: number,
  ): Promise<boolean> {
    const { version, freshUntil, slidingMs, slidesUntil } = entry;
    const body = patchEntry(frame.body, { version, freshUntil, slidingMs, slidesUntil });
    const bytes = encodeFrame({ ...frame, id: id ?? this.#writer.newId(), body });
    const ttlMs = usableUntil(entry) - now;
    if (ttlMs <= 0) return (await server.remove(wire, item)) === 'stored';
    return this.#writer.put(server, wire, item, bytes, exptime(ttlMs, now));
  }
}

function entryOf(slot: Slot): Entry | undefined {
  return slot.kind === 'entry' ? slot.entry : undefined;
}

function isVisible(slot: Slot, now: number): boolean {
  return slot.kind === 'entry' && !slot.entry.negative && now < visibleUntil(slot.entry);
}
