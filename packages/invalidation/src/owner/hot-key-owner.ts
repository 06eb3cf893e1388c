import type { Cache, EntryOptions, Factory } from '@uno-cache/core';
import { checkFunction, checkOptions, mismatch } from '@uno-cache/core/adapter';
import type { HashRing } from '../ring/hash-ring.ts';
import { hashRing } from '../ring/hash-ring.ts';
import type { Membership } from './membership.ts';

export interface HotKeyOwnerOptions {
  readonly cache: Pick<Cache, 'get' | 'getOrSet'>;
  readonly membership: Membership;
}

/**
 * Lets one process alone refresh a hot key: the one that a ring over the living processes names. The others serve what
 * is there, also while it is stale, and load only when there is nothing to serve. When the owner dies, another owns its
 * keys as soon as the membership has noticed.
 *
 * Useful for keys with `staleWhileRevalidate` or `earlyRefresh`: a process that does not own a key then spends neither
 * a lease nor a load on it. It saves work and is no lock; leases go on keeping loads apart. An owner refreshes when it is
 * asked itself: for a key that its own users never want, the others serve what is stale to the end of the window. So it is
 * for keys that every process is asked for.
 *
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { localBus } from '@uno-cache/core/testing';
 * import { busMembership, hotKeyOwner } from '@uno-cache/invalidation';
 * import { memory } from '@uno-cache/memory';
 *
 * await using cache = createCache({ tiers: [memory()], ttl: '10s', staleWhileRevalidate: '1m' });
 * const membership = busMembership(localBus(), { group: 'shop' }); // in production, the bus of the shared tier
 * const hot = hotKeyOwner({ cache, membership });
 *
 * console.log(await hot.getOrSet('front page', () => 'news'), hot.owns('front page'));
 * await membership.close();
 * ```
 * @throws TypeError naming the option, what came and what is allowed.
 */
export function hotKeyOwner(options: HotKeyOwnerOptions): HotKeyOwner {
  checkOptions('hotKeyOwner()', options, ['cache', 'membership']);
  checkFunction((options.cache as Partial<Cache> | undefined)?.getOrSet, 'cache.getOrSet');
  const { self, members } = (options.membership ?? {}) as Partial<Membership>;
  if (typeof self !== 'string' || typeof members !== 'function') {
    throw new TypeError(mismatch('membership', 'a Membership, with self and members()', options.membership));
  }
  return new HotKeyOwner(options);
}

export class HotKeyOwner {
  readonly #cache: Pick<Cache, 'get' | 'getOrSet'>;
  readonly #membership: Membership;
  #ring: HashRing | undefined;

  constructor({ cache, membership }: HotKeyOwnerOptions) {
    this.#cache = cache;
    this.#membership = membership;
  }

  /** Whether this process is the one that refreshes the key. */
  owns(key: string): boolean {
    return this.ownerOf(key) === this.#membership.self;
  }

  /** The member that refreshes the key. */
  ownerOf(key: string): string {
    const members = this.#membership.members();
    if (!isSame(this.#ring?.nodes, members)) this.#ring = hashRing(members);
    return this.#ring!.get(key);
  }

  /** As `getOrSet` of the cache where the key is this process's own; elsewhere nothing is refreshed. */
  async getOrSet<V>(key: string, factory: Factory<V>, options?: EntryOptions<NoInfer<V>>): Promise<V> {
    if (!this.owns(key)) {
      const value = await this.#cache.get<V>(key);
      if (value !== undefined) return value;
    }
    return this.#cache.getOrSet(key, factory, options);
  }
}

function isSame(nodes: readonly string[] | undefined, members: readonly string[]): boolean {
  return nodes?.length === members.length && members.every((member, index) => nodes[index] === member);
}
