import type { CacheError } from '../errors.ts';
import { isPromise } from '../maybe-promise.ts';
import type { EvictionCause } from '../ports/tier.ts';

/** What a call on the cache was about. */
interface Subject {
  /** The cache's `name`. */
  readonly cache: string;
  /** `''` is the root. */
  readonly region: string;
}

/** Payload of each event. Keys are the user's; values are never part of an event. */
export interface CacheEvents {
  /** A lookup was answered. `stale`: from a window after the TTL. `negative`: the source is known to have nothing. */
  hit: Subject & { readonly key: string; readonly tier: string; readonly stale: boolean; readonly negative: boolean };
  /** A lookup found nothing in any tier. */
  miss: Subject & { readonly key: string };
  /** A value was set (not: loaded). */
  set: Subject & { readonly key: string };
  /** A key was deleted. `existed`: a value was there. */
  delete: Subject & { readonly key: string; readonly existed: boolean };
  /** Tags, a pattern or everything was invalidated. `remote`: another process did it. */
  invalidate: Subject & {
    readonly kind: 'tags' | 'pattern' | 'clear' | 'key';
    readonly target: readonly string[];
    readonly remote: boolean;
    readonly done: readonly string[];
    readonly deferred: readonly string[];
  };
  /** A tier let an entry go. Its times, in epoch milliseconds, when the tier can tell them. */
  evict: Subject & {
    readonly key: string;
    readonly tier: string;
    readonly cause: EvictionCause;
    readonly createdAt?: number;
    readonly expiresAt?: number;
  };
  /** A factory ran. `durationMs` of the run; `error` when it failed; `background` when nobody waited for it. */
  load: Subject & {
    readonly keys: readonly string[];
    readonly durationMs: number;
    readonly background: boolean;
    readonly error?: unknown;
  };
  /**
   * A loaded value was not stored: its load had been overtaken, or was one too many (50,000 in a region at once); or,
   * with `tier`, that tier's lease was void.
   */
  fenced: Subject & { readonly key: string; readonly tier?: string };
  /** An invalidation was not confirmed by a tier; it is kept. */
  deferred: Subject & { readonly tier: string; readonly kept: number };
  /** The invalidations kept for a tier have been delivered. */
  delivered: Subject & { readonly tier: string; readonly count: number };
  /** Something failed that no caller hears of. `tier` when it was a tier; regions share tiers, so that it is the root's. */
  error: Subject & {
    readonly error: CacheError;
    readonly tier?: string;
    readonly operation?: string;
    readonly key?: string;
  };
  /** The bus may have lost messages: what near tiers held was dropped. */
  'bus-gap': Subject & { readonly bus: string; readonly reason: string };
  /** A tier's breaker opened (the tier is skipped) or closed. */
  breaker: Subject & { readonly tier: string; readonly state: 'open' | 'closed'; readonly error?: unknown };
}

export type CacheEventName = keyof CacheEvents;
/** It may be async; nobody waits for it. */
export type CacheListener<E extends CacheEventName> = (event: CacheEvents[E]) => unknown;

const EVENT_NAMES: Record<CacheEventName, true> = {
  hit: true,
  miss: true,
  set: true,
  delete: true,
  invalidate: true,
  evict: true,
  load: true,
  fenced: true,
  deferred: true,
  delivered: true,
  error: true,
  'bus-gap': true,
  breaker: true,
};

/** The names of all events. */
export const CACHE_EVENTS: readonly CacheEventName[] = Object.freeze(Object.keys(EVENT_NAMES) as CacheEventName[]);

/** Listeners of one cache or region. What is emitted on a region is emitted on its root as well. */
export class Events {
  readonly #listeners = new Map<CacheEventName, Set<(event: never) => unknown>>();
  readonly #parent: Events | undefined;
  readonly #children: Events[] = [];
  /** Whether somebody listens to hits, here or on the root: the hot path asks for nothing else. */
  hearsHits = false;

  constructor(parent?: Events) {
    this.#parent = parent;
    if (parent !== undefined) parent.#children.push(this);
  }

  /** @returns what takes the listener away again. */
  on<E extends CacheEventName>(event: E, listener: CacheListener<E>): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    // A wrapper, so that one function added twice is heard twice and each `off` takes away its own.
    const entry = (payload: never): unknown => listener(payload);
    listeners.add(entry);
    this.#noteHits();
    return () => {
      listeners.delete(entry);
      if (listeners.size === 0) this.#listeners.delete(event);
      this.#noteHits();
    };
  }

  /** Whether an event would reach anybody, so that its payload need not be made in vain. */
  hears(event: CacheEventName): boolean {
    if (this.#listeners.has(event)) return true;
    return this.#parent === undefined ? false : this.#parent.hears(event);
  }

  /**
   * A listener that throws, or whose promise rejects, harms nobody else; an `error` event tells of it, unless it was
   * listening to that.
   */
  emit<E extends CacheEventName>(event: E, payload: CacheEvents[E], onThrow: (error: unknown) => void): void {
    const failed = event === 'error' ? () => {} : onThrow;
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        const returned = listener(payload as never);
        if (isPromise(returned)) Promise.resolve(returned).catch(failed);
      } catch (error) {
        failed(error);
      }
    }
    if (this.#parent !== undefined) this.#parent.emit(event, payload, onThrow);
  }

  #noteHits(): void {
    this.hearsHits = this.hears('hit');
    for (const child of this.#children) child.#noteHits();
  }
}
