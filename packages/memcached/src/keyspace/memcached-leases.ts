import type { Entry, LeaseAnswer, LeaseRequest, Leases } from '@uno-cache/core';
import type { StandingLease } from '@uno-cache/core/adapter';
import { encodeMarker, inspectEntry, randomToken, usableUntil } from '@uno-cache/core/adapter';
import { exptime } from '../items/exptime.ts';
import type { Frame } from '../items/frame.ts';
import { decodeFrame, encodeFrame } from '../items/frame.ts';
import { wireKey } from '../items/wire-key.ts';
import type { Item } from '../servers/response-reader.ts';
import type { Server } from '../servers/server.ts';
import { ItemRefused } from '../servers/server.ts';
import type { Site } from '../servers/site.ts';
import type { Place } from '../space/space.ts';
import type { EntryWriter } from './entry-writer.ts';
import type { InTime } from './key-queue.ts';
import type { KeyspaceContext, Target } from './keyspace-context.ts';
import { MAX_TRIES, targetOf } from './keyspace-context.ts';
import type { Slot } from './slot.ts';
import { readSlot } from './slot.ts';

/** A lease that stands, and the item that says so. */
interface Holding {
  readonly frame: Frame;
  readonly lease: StandingLease;
  readonly item: Item;
}

/** A key with its lease, as they were just now. */
interface Sight {
  readonly server: Server;
  readonly place: Place;
  readonly slot: Slot;
  /** Of the value that the lease is a lock over; `undefined` where it is a marker in its place. */
  readonly over: Frame | undefined;
  /** What is under the key of the lock, valid or not. */
  readonly lockItem: Item | undefined;
  readonly holding: Holding | undefined;
}

/**
 * Leases of one keyspace. On a key without a value the lease is a marker in its place; over a value it is a lock under
 * a key beside it, which names the value that it is for: any other that takes its place makes the lock void. So the value's
 * item is kept for as long as its lock, though the value may end before.
 */
export class MemcachedLeases implements Leases {
  readonly #context: KeyspaceContext;
  readonly #writer: EntryWriter;

  constructor(context: KeyspaceContext, writer: EntryWriter) {
    this.#context = context;
    this.#writer = writer;
  }

  acquire(key: string, request: LeaseRequest): Promise<LeaseAnswer> {
    const { now, ttlMs, exclusive, replaces } = request;
    const held: LeaseAnswer = { state: 'held' };
    return this.#change<LeaseAnswer>(key, now, held, async (sight, target) => {
      const { slot, holding } = sight;
      if (slot.kind === 'entry' && now < slot.entry.freshUntil && slot.entry.version !== replaces) {
        return { state: 'hit', entry: slot.entry };
      }
      const isOwn = holding !== undefined && holding.lease.token === request.token;
      if (holding !== undefined && !isOwn && !isShared(holding.lease.token)) return held;
      const kept = isOwn || !exclusive ? holding : undefined;
      const token = kept?.lease.token ?? newToken(exclusive);
      const isStored = await this.#write(sight, target, { token, until: now + ttlMs }, kept, now);
      return isStored ? { state: 'won', token, grantedAt: 0 } : undefined;
    });
  }

  renew(key: string, token: string, ttlMs: number, now: number): Promise<boolean> {
    return this.#change(key, now, false, async (sight, target) => {
      if (sight.holding?.lease.token !== token) return false;
      return (await this.#write(sight, target, { token, until: now + ttlMs }, sight.holding, now)) || undefined;
    });
  }

  async release(key: string, token: string, now: number): Promise<void> {
    await this.#change(key, now, false, async ({ holding, over, server }, target) => {
      if (holding?.lease.token !== token) return false;
      const wire = over !== undefined ? this.#lockKey(target) : target.wire;
      return (await server.remove(wire, holding.item)) === 'stored' || undefined;
    });
  }

  fill(key: string, entry: Entry, token: string, now: number, payload?: Uint8Array): Promise<number> {
    return this.#change(key, now, 0, async ({ holding, server, slot, place }, target) => {
      if (holding?.lease.token !== token) return 0;
      const version = entry.version || this.#context.versions.after(slot.version);
      const { generation } = place;
      const value = { entry: { ...entry, version }, payload, generation, mark: holding.frame.mark };
      return (await this.#writer.store(server, target, slot.item, value, now)) ? version : undefined;
    });
  }

  /** Looks and changes, anew when another was faster: until the change gives something else than `undefined`. */
  #change<T>(
    key: string,
    now: number,
    otherwise: T,
    change: (sight: Sight, target: Target) => Promise<T | undefined>,
  ): Promise<T> {
    const { fleet, queue } = this.#context;
    const target = targetOf(this.#context, key);
    const attempts = async (site: Site, inTime: InTime): Promise<T> => {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const sight = await this.#look(site, target, now);
        inTime();
        const changed = await change(sight, target);
        if (changed !== undefined) return changed;
      }
      return otherwise;
    };
    return queue.run(target.wire, (inTime) => fleet.run(target.wire, 'loads', (site) => attempts(site, inTime)));
  }

  async #look(site: Site, target: Target, now: number): Promise<Sight> {
    const lockKey = this.#lockKey(target);
    const [place, items] = await this.#context.space.read(site, [target.wire, lockKey]);
    const slot = await readSlot(this.#context, place, items.get(target.wire), target, now);
    const lockItem = items.get(lockKey);
    const value = slot.kind === 'entry' ? slot.frame : slot.kind === 'absent' ? slot.ended : undefined;
    const found = value !== undefined ? lockOf(lockItem, value, target) : slot.kind === 'marker' ? slot : undefined;
    const holding = found !== undefined && found.lease.until > now ? found : undefined;
    const over = slot.kind === 'entry' || holding !== undefined ? value : undefined;
    return { server: site.server, place, slot, over, lockItem, holding };
  }

  /** @param kept - the lease that goes on: its load began when its mark was the last. */
  async #write(
    sight: Sight,
    target: Target,
    lease: StandingLease,
    kept: Holding | undefined,
    now: number,
  ): Promise<boolean> {
    const { server, place, slot, over, lockItem } = sight;
    if (over !== undefined && !(await this.#keepValue(sight, target, lease, now))) return false;
    const bytes = encodeFrame({
      kind: over === undefined ? 'entry' : 'lock',
      generation: place.generation,
      mark: kept?.frame.mark ?? place.record.mark,
      id: over?.id ?? this.#writer.newId(),
      key: target.named,
      body: encodeMarker(target.physical, lease),
    });
    const [wire, before] = over === undefined ? [target.wire, slot.item] : [this.#lockKey(target), lockItem];
    return (await server.replace(wire, before, bytes, exptime(lease.until - now, now))) === 'stored';
  }

  /** Lets the server keep the value's item until its lease ends. → whether the value still stood. */
  async #keepValue({ server, slot }: Sight, { wire }: Target, { until }: StandingLease, now: number): Promise<boolean> {
    if (slot.item === undefined || (slot.kind === 'entry' && usableUntil(slot.entry) >= until)) return true;
    try {
      return (await server.replace(wire, slot.item, slot.item.value, exptime(until - now, now))) === 'stored';
    } catch (error) {
      // Without room for it the lease may end with the value.
      if (!(error instanceof ItemRefused)) throw error;
      return true;
    }
  }

  #lockKey({ physical }: Target): string {
    return wireKey(this.#context.prefix, '*lock*', physical);
  }
}

/** The lock, if it is for the value that stands. */
function lockOf(item: Item | undefined, value: Frame, { named }: Target): Holding | undefined {
  if (item === undefined) return undefined;
  try {
    const frame = decodeFrame(item.value, 'lock', named);
    const { lease } = inspectEntry(frame.body);
    const isIts = frame.id === value.id && frame.generation === value.generation;
    return isIts && lease !== undefined ? { frame, lease, item } : undefined;
  } catch {
    return undefined;
  }
}

/** The last digit of a token says what it is for: odd, to copy with, given to many. */
function newToken(exclusive: boolean): string {
  const token = randomToken();
  const last = Number.parseInt(token.slice(-1), 16);
  return token.slice(0, -1) + (exclusive ? last & ~1 : last | 1).toString(16);
}

function isShared(token: string): boolean {
  return (Number.parseInt(token.slice(-1), 16) & 1) === 1;
}
