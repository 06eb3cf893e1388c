import { CacheError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { Bus, BusLink, BusReceiver } from '../ports/bus.ts';
import type { Keyspace } from '../ports/keyspace.ts';
import type { Scope, Tier, TierAbilities, TierHost } from '../ports/tier.ts';
import type { Call } from './fault.ts';
import type { Ops } from './faults.ts';
import { Faults } from './faults.ts';
import type { FaultyKeyspaceOptions, KeyspaceOperation } from './faulty-keyspace.ts';
import { FaultyKeyspace } from './faulty-keyspace.ts';

/** What can be made to fail: the methods of a keyspace, of its leases and versions, and of the tier. */
export type TierOperation = KeyspaceOperation | 'ping' | 'close';

/** Faults from the start, and what the tier is to look like. What is left out is as in the inner tier. */
export interface FaultyTierPlan {
  readonly name?: string;
  /** `true` lets a tier of this process play one that processes share: give it to two caches. */
  readonly shared?: boolean;
  readonly persistent?: boolean;
  /** `false` takes the ability away. */
  readonly leases?: false;
  /** `false` takes the ability away. */
  readonly lists?: false;
  /** `true` answers everything with promises, and has no sync view. Default `false`. */
  readonly async?: boolean;
  /** The bus it brings instead of its own; `false` for none. */
  readonly bus?: Bus | false;
  /**
   * `true` lets it announce changes of single keys on `bus` by itself, as a server's scripts do. Default: as the inner
   * tier where that keeps its own bus, else `false`.
   */
  readonly announces?: true;
  readonly ttlMs?: number;
  readonly commandTimeoutMs?: number;
  /** `true` leaves the inner tier open at `close`, for several faulty tiers around one. Default `false`. */
  readonly keepOpen?: boolean;
  /** Operations that fail until `heal`; `true` for all. */
  readonly fail?: Ops<TierOperation> | true;
  /** Operations that are never answered until `heal`; `true` for all. */
  readonly hang?: Ops<TierOperation> | true;
}

/**
 * The same tier, with the same abilities, and with faults on request: operations that fail, hang, come late, lose
 * their answer, or stop at a gate until the test opens it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { faultyTier, manualClock } from '@uno-cache/core/testing';
 * import { memory } from '@uno-cache/memory';
 *
 * const tier = faultyTier(memory());
 * const host = { clock: manualClock(), sender: 'test', announce: false, report: () => {} };
 * const keys = tier.open({ namespace: 'shop', region: '' }, host);
 *
 * tier.fail('get', new Error('no route to host')).once();
 * assert.throws(() => keys.get('k', host.clock.now()), /no route/);
 * assert.equal(await keys.get('k', host.clock.now()), undefined);
 *
 * const gate = tier.hold('delete', 'after');
 * const deleting = keys.delete('k', host.clock.now());
 * await gate.reached; // it is deleted, and nobody has been told
 * gate.release();
 * assert.equal(await deleting, false);
 * assert.equal(tier.count('get', 'k'), 2);
 * ```
 */
export function faultyTier(inner: Tier, plan: FaultyTierPlan = {}): FaultyTier {
  return new FaultyTier(inner, plan);
}

export class FaultyTier extends Faults<TierOperation> implements Tier {
  readonly name: string;
  readonly can: TierAbilities;
  readonly ttlMs?: number;
  readonly commandTimeoutMs?: number;
  readonly bus?: Bus;
  readonly sync?: Pick<Tier, 'open'>;
  readonly inner: Tier;
  readonly #plan: FaultyTierPlan;
  readonly #links = new Map<string, BusLink>();
  #closed = false;

  constructor(inner: Tier, plan: FaultyTierPlan) {
    super();
    this.inner = inner;
    this.#plan = plan;
    this.name = plan.name ?? inner.name;
    this.can = abilities(inner, plan);
    if (plan.announces && !plan.bus) throw new TypeError('announces needs a bus: { announces: true, bus }');
    const { ttlMs = inner.ttlMs, commandTimeoutMs = inner.commandTimeoutMs, bus = inner.bus } = plan;
    if (ttlMs !== undefined) this.ttlMs = ttlMs;
    if (commandTimeoutMs !== undefined) this.commandTimeoutMs = commandTimeoutMs;
    if (bus) this.bus = bus;
    if (inner.sync && !plan.async)
      this.sync = { open: (scope, host) => this.#open(inner.sync ?? inner, scope, host, true) };
    if (plan.fail) this.fail(plan.fail === true ? undefined : plan.fail);
    if (plan.hang) this.hang(plan.hang === true ? undefined : plan.hang);
  }

  open(scope: Scope, host: TierHost): Keyspace {
    return this.#open(this.inner, scope, host, false);
  }

  ping(): MaybePromise<void> {
    return this.#run('ping', () => this.inner.ping());
  }

  close(): MaybePromise<void> {
    return this.#run('close', () => {
      this.#closed = true;
      for (const link of this.#links.values()) link.leave();
      this.#links.clear();
      return this.#plan.keepOpen ? undefined : this.inner.close();
    });
  }

  override run<T>(call: Call<TierOperation>, inner: () => MaybePromise<T>): MaybePromise<T> {
    return super.run(call, () => {
      if (this.#closed && call.op !== 'close') throw new CacheError('CLOSED', `The tier "${this.name}" is closed.`);
      return inner();
    });
  }

  #open(opener: Pick<Tier, 'open'>, scope: Scope, host: TierHost, sync: boolean): Keyspace {
    const { leases, lists, bus, async = false } = this.#plan;
    const keyspace = opener.open(scope, bus === undefined ? host : { ...host, announce: false });
    return new FaultyKeyspace(keyspace, this, {
      region: scope.region,
      sync,
      async,
      leases: leases !== false,
      lists: lists !== false,
      announce: this.#plan.announces && host.announce ? this.#announcer(scope, host) : undefined,
    });
  }

  #announcer({ namespace, region }: Scope, { clock, sender }: TierHost): FaultyKeyspaceOptions['announce'] {
    return (kind, key, version) => {
      if (this.#closed || !this.bus) return;
      const link = this.#links.get(namespace) ?? this.bus.join(namespace, DEAF, clock);
      this.#links.set(namespace, link);
      const about = { sender, region, at: clock.now(), keys: [key] };
      return link.publish(kind === 'delete' ? { ...about, kind } : { ...about, kind, versions: [version] });
    };
  }

  #run(op: 'ping' | 'close', inner: () => MaybePromise<void>): MaybePromise<void> {
    const run = (): MaybePromise<void> => this.run({ op, key: undefined, region: '', args: [], sync: false }, inner);
    return this.#plan.async ? Promise.resolve().then(run) : run();
  }
}

/** The end of a bus that is only there to publish. */
const DEAF: BusReceiver = { receive: () => {}, gap: () => {}, current: () => {} };

function abilities({ can }: Tier, plan: FaultyTierPlan): TierAbilities {
  const { announces, ...rest } = can;
  return {
    ...rest,
    shared: plan.shared ?? can.shared,
    persistent: plan.persistent ?? can.persistent,
    leases: plan.leases ?? can.leases,
    lists: plan.lists ?? can.lists,
    ...(plan.bus === undefined && announces !== undefined && { announces }),
    ...(plan.announces && { announces: true }),
  };
}
