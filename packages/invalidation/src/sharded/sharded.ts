import type {
  Bus,
  Clock,
  Keyspace,
  MaybePromise,
  Scope,
  Tier,
  TierAbilities,
  TierHost,
  TierUsage,
} from '@uno-cache/core';
import { checkName, checkOptions, mismatch, scopePrefix, show, TierHandle } from '@uno-cache/core/adapter';
import type { HashRing } from '../ring/hash-ring.ts';
import { checkRing } from '../ring/hash-ring.ts';
import { after, settleAll } from './settle.ts';
import { ShardSpace } from './shard-space.ts';
import { ShardWatch } from './shard-watch.ts';
import { ShardedBus } from './sharded-bus.ts';
import { ShardedKeyspace } from './sharded-keyspace.ts';
import { Shards } from './shards.ts';

const DEFAULT_NAME = 'sharded';
const DEFAULT_TIMEOUT_MS = 1_000;
/** The deadlines of the shards count; that of the whole is longer than a command that asks some of them in turn. */
const WHOLE_TIMEOUTS = 4;

export interface ShardedOptions {
  /** @defaultValue `'sharded'` */
  readonly name?: string;
}

/**
 * One tier over many, of any kind: each key lives in the tier that the ring names. Patterns and `clear` reach all of
 * them; versions of tags are spread as keys are. It can what all of them can.
 *
 * A shard that is down is skipped, and the others go on: its keys are in no shard meanwhile. What it missed is kept, and
 * delivered before anything is read from it again.
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
 * @throws TypeError when the ring and the tiers do not name the same, a tier stands for two nodes, or the tiers do not go
 * together.
 */
export function sharded<Node extends string>(
  ring: HashRing<Node>,
  tiers: Readonly<Record<Node, Tier>>,
  options: ShardedOptions = {},
): Tier {
  checkOptions('sharded()', options, ['name']);
  const { name = DEFAULT_NAME } = options;
  checkName(name, 'name');
  checkRing(ring);
  if (typeof tiers !== 'object' || tiers === null) throw new TypeError(mismatch('tiers', 'tiers by node', tiers));
  const byNode = new Map<string, Tier>(Object.entries(tiers));
  checkNodes(ring.nodes, byNode);
  checkKinds([...byNode.values()]);
  return new ShardedTier(name, new Shards(ring as HashRing, byNode));
}

class ShardedTier implements Tier {
  readonly name: string;
  readonly can: TierAbilities;
  readonly ttlMs?: number;
  readonly commandTimeoutMs: number;
  readonly bus?: Bus;
  readonly sync?: Pick<Tier, 'open'>;
  readonly usage?: () => MaybePromise<TierUsage>;
  readonly #tiers: Shards<Tier>;
  readonly #watch: ShardWatch;
  /** From the first opening on, which brings the clock. */
  #handles: Shards<TierHandle> | undefined;

  constructor(name: string, tiers: Shards<Tier>) {
    this.name = name;
    this.#tiers = tiers;
    this.#watch = new ShardWatch(name);
    this.can = Object.freeze(abilitiesOf(tiers.all));
    const ttls = tiers.all.flatMap(({ ttlMs }) => ttlMs ?? []);
    if (ttls.length > 0) this.ttlMs = Math.min(...ttls);
    const timeouts = tiers.all.map(({ commandTimeoutMs }) => commandTimeoutMs ?? DEFAULT_TIMEOUT_MS);
    this.commandTimeoutMs = WHOLE_TIMEOUTS * Math.max(...timeouts);
    if (tiers.all.every(({ bus }) => bus !== undefined)) {
      this.bus = new ShardedBus(
        name,
        tiers.map(({ bus }) => bus!),
      );
    }
    if (tiers.all.every(({ usage }) => usage !== undefined)) {
      this.usage = () => after(settleAll(tiers.all.map((tier) => () => tier.usage!())), sumOfUsages);
    }
    if (tiers.all.every(({ sync }) => sync !== undefined)) {
      this.sync = { open: (scope, host) => this.#open(scope, host, true) };
    }
  }

  get undelivered(): number {
    return this.#handles?.all.reduce((sum, { undelivered }) => sum + undelivered.size, 0) ?? 0;
  }

  open(scope: Scope, host: TierHost): Keyspace {
    return this.#open(scope, host, false);
  }

  ping(): MaybePromise<void> {
    return after(settleAll(this.#tiers.all.map((tier) => () => tier.ping())), () => {});
  }

  close(): MaybePromise<void> {
    for (const handle of this.#handles?.all ?? []) handle.close();
    this.#watch.close();
    return after(settleAll(this.#tiers.all.map((tier) => () => tier.close())), () => {});
  }

  #open(scope: Scope, host: TierHost, isSync: boolean): Keyspace {
    // Where some cannot announce, the cache does it for all.
    const inner = this.can.announces ? host : { ...host, announce: false };
    const id = scopePrefix(scope);
    const spaces = this.#handlesOn(host.clock).map((handle) => {
      const space = (isSync ? handle.tier.sync! : handle.tier).open(scope, this.#watch.hostFor(handle, inner));
      // What is delivered later may take its time.
      if (!isSync) handle.serves(id, space);
      return new ShardSpace(space, handle, id);
    });
    const keyspace = new ShardedKeyspace(spaces, isSync);
    this.#watch.opened(id, host, keyspace);
    return keyspace;
  }

  #handlesOn(clock: Clock): Shards<TierHandle> {
    this.#handles ??= this.#tiers.map((tier, node) => new TierHandle(tier, clock, this.#watch, node));
    return this.#handles;
  }
}

/** What one of them cannot tell, nobody can of all. */
function sumOfUsages(usages: readonly TierUsage[]): TierUsage {
  const names = ['entries', 'bytes', 'maxEntries', 'maxBytes'] as const;
  const told = names.filter((name) => usages.every((usage) => usage[name] !== undefined));
  return Object.fromEntries(told.map((name) => [name, usages.reduce((sum, usage) => sum + usage[name]!, 0)]));
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
  if (new Set(tiers.values()).size < tiers.size) throw new TypeError('sharded(): a tier stands for two nodes');
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
