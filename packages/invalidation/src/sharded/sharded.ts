import type { Bus, Keyspace, MaybePromise, Scope, Tier, TierAbilities, TierHost } from '@uno-cache/core';
import { checkName, checkOptions, mismatch, show } from '@uno-cache/core/adapter';
import type { HashRing } from '../ring/hash-ring.ts';
import { after, settleAll } from './settle.ts';
import { ShardedBus } from './sharded-bus.ts';
import { ShardedKeyspace } from './sharded-keyspace.ts';
import { Shards } from './shards.ts';

const DEFAULT_NAME = 'sharded';

export interface ShardedOptions {
  /** @defaultValue `'sharded'` */
  readonly name?: string;
}

/**
 * One tier over many, of any kind: each key lives in the tier that the ring names. Patterns and `clear` reach all of
 * them; versions of tags are spread as keys are. It can what all of them can.
 *
 * @param tiers - by the names of the ring's nodes. Either all are shared between processes or none, and either all keep
 * bytes or none.
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { hashRing, sharded } from '@uno-cache/invalidation';
 * import { memory } from '@uno-cache/memory';
 *
 * const ring = hashRing(['a', 'b']);
 * const tier = sharded(ring, { a: memory({ maxBytes: '64mb' }), b: memory({ maxBytes: '64mb' }) });
 * await using cache = createCache({ tiers: [tier] });
 * await cache.set('city:1', 'Oslo');
 * ```
 * @throws TypeError when the ring and the tiers do not name the same, or the tiers do not go together.
 */
export function sharded<Node extends string>(
  ring: HashRing<Node>,
  tiers: Readonly<Record<Node, Tier>>,
  options: ShardedOptions = {},
): Tier {
  checkOptions('sharded()', options, ['name']);
  const { name = DEFAULT_NAME } = options;
  checkName(name, 'name');
  const byNode = new Map<string, Tier>(Object.entries(tiers));
  checkNodes(ring.nodes, byNode);
  checkKinds([...byNode.values()]);
  return new ShardedTier(name, new Shards(ring as HashRing, byNode));
}

class ShardedTier implements Tier {
  readonly name: string;
  readonly can: TierAbilities;
  readonly ttlMs?: number;
  readonly commandTimeoutMs?: number;
  readonly bus?: Bus;
  readonly sync?: Pick<Tier, 'open'>;
  readonly #tiers: Shards<Tier>;

  constructor(name: string, tiers: Shards<Tier>) {
    this.name = name;
    this.#tiers = tiers;
    this.can = Object.freeze(abilitiesOf(tiers.all));
    const ttls = tiers.all.flatMap(({ ttlMs }) => ttlMs ?? []);
    if (ttls.length > 0) this.ttlMs = Math.min(...ttls);
    const timeouts = tiers.all.flatMap(({ commandTimeoutMs }) => commandTimeoutMs ?? []);
    if (timeouts.length > 0) this.commandTimeoutMs = Math.max(...timeouts);
    if (tiers.all.every(({ bus }) => bus !== undefined)) {
      this.bus = new ShardedBus(
        name,
        tiers.map(({ bus }) => bus!),
      );
    }
    if (tiers.all.every(({ sync }) => sync !== undefined)) {
      this.sync = { open: (scope, host) => this.#open(scope, host, true) };
    }
  }

  open(scope: Scope, host: TierHost): Keyspace {
    return this.#open(scope, host, false);
  }

  ping(): MaybePromise<void> {
    return after(settleAll(this.#tiers.all.map((tier) => () => tier.ping())), () => {});
  }

  close(): MaybePromise<void> {
    return after(settleAll(this.#tiers.all.map((tier) => () => tier.close())), () => {});
  }

  #open(scope: Scope, host: TierHost, isSync: boolean): Keyspace {
    // Where some cannot announce, the cache does it for all.
    const inner = this.can.announces ? host : { ...host, announce: false };
    const spaces = this.#tiers.map((tier) => (isSync ? tier.sync! : tier).open(scope, inner));
    return new ShardedKeyspace(spaces, isSync);
  }
}

function abilitiesOf(tiers: readonly Tier[]): TierAbilities {
  const all = (ability: keyof TierAbilities): boolean => tiers.every(({ can }) => can[ability]);
  return {
    shared: all('shared'),
    leases: all('leases'),
    lists: all('lists'),
    persistent: all('persistent'),
    bytes: all('bytes'),
    ...(all('announces') && tiers.every(({ bus }) => bus !== undefined) && { announces: true }),
  };
}

function checkNodes(nodes: readonly string[], tiers: ReadonlyMap<string, Tier>): void {
  const missing = nodes.find((node) => !tiers.has(node));
  if (missing !== undefined) throw new TypeError(`sharded(): the node ${show(missing)} has no tier`);
  for (const [node, tier] of tiers) {
    if (!nodes.includes(node)) throw new TypeError(`sharded(): the tier of ${show(node)} is no node of the ring`);
    if (typeof tier?.open !== 'function') throw new TypeError(mismatch(`sharded(): tiers.${node}`, 'a tier', tier));
  }
}

function checkKinds(tiers: readonly Tier[]): void {
  for (const ability of ['shared', 'bytes'] as const) {
    const claims = new Set(tiers.map(({ can }) => can[ability]));
    if (claims.size > 1) {
      const what = ability === 'shared' ? 'are shared between processes' : 'keep bytes';
      throw new TypeError(
        `sharded(): either all tiers ${what} or none; got ${tiers.map(({ name }) => name).join(', ')}`,
      );
    }
  }
}
