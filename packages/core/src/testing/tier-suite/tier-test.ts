import assert from 'node:assert/strict';
import type { Entry } from '../../entry/entry.ts';
import { isPromise } from '../../maybe-promise.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Keyspace, LeaseAnswer, LeaseGrant, LeaseRequest, Leases } from '../../ports/keyspace.ts';
import type { Scope, Tier, TierHost, TierReport } from '../../ports/tier.ts';
import type { TierContext, TierSuiteOptions } from '../tier-suite.ts';
import { valuesOnly } from './values-only.ts';

/** What an entry of a test is like; everything else has a harmless default. */
export interface EntryShape extends Partial<Omit<Entry, 'value'>> {
  /** Milliseconds from now to `freshUntil`. Default 60,000. */
  readonly ttlMs?: number;
}

export interface OpenShape extends Partial<Scope> {
  /** Default: the tier that the case began with. */
  readonly tier?: Tier;
  readonly announce?: boolean;
}

/** What a case of the tier suite works with: a new tier, and a namespace that nobody else uses. */
export class TierTest {
  readonly tier: Tier;
  readonly options: TierSuiteOptions;
  readonly context: TierContext;
  readonly reports: TierReport[] = [];
  readonly #view: 'async' | 'sync';
  readonly #tiers: Tier[] = [];
  #root: Keyspace | undefined;

  constructor(tier: Tier, options: TierSuiteOptions, context: TierContext, view: 'async' | 'sync') {
    this.tier = tier;
    this.options = options;
    this.context = context;
    this.#view = view;
    this.#tiers.push(tier);
  }

  get clock(): Clock {
    return this.context.clock;
  }

  /** The root's keys. */
  get keys(): Keyspace {
    this.#root ??= this.open();
    return this.#root;
  }

  /** The root's leases, for cases that only run when they are claimed. */
  get leases(): Leases {
    assert.ok(this.keys.leases, 'the tier says it can lease, and its keyspace has no leases');
    return this.keys.leases;
  }

  get now(): number {
    return this.clock.now();
  }

  wait(ms: number): Promise<void> {
    return this.context.wait(ms);
  }

  open({ tier = this.tier, announce = false, ...scope }: OpenShape = {}): Keyspace {
    const opener = this.#view === 'sync' ? tier.sync : tier;
    assert.ok(opener, 'the tier has no sync view');
    const whole = { namespace: this.context.namespace, region: '', ...scope };
    const keyspace = opener.open(whole, this.host(announce));
    assert.ok(!isPromise(keyspace as never), 'open answered with a promise');
    return this.#view === 'sync' ? valuesOnly(keyspace) : keyspace;
  }

  /** Another instance of the tier in the same place, as another process has it. Closed with the case. */
  async another(): Promise<Tier> {
    const tier = await this.options.create(this.context);
    this.#tiers.push(tier);
    return tier;
  }

  host(announce: boolean = false): TierHost {
    return { clock: this.clock, sender: 'suite', announce, report: (report) => void this.reports.push(report) };
  }

  entry(value: unknown, { ttlMs = 60_000, ...shape }: EntryShape = {}): Entry {
    const { now } = this;
    return {
      value,
      negative: false,
      createdAt: now,
      freshUntil: now + ttlMs,
      staleMs: 0,
      usableMs: 0,
      version: 0,
      cost: 0,
      slidingMs: 0,
      slidesUntil: Number.POSITIVE_INFINITY,
      tags: undefined,
      checkedAt: now,
      ...shape,
    };
  }

  /** Stores a value; gives its version. */
  async put(key: string, value: unknown, shape?: EntryShape): Promise<number> {
    return this.keys.set(key, this.entry(value, shape), this.now);
  }

  /** The value under a key; `undefined` when there is no entry. */
  async value(key: string): Promise<unknown> {
    return (await this.keys.get(key, this.now))?.value;
  }

  async listed(keyspace: Keyspace = this.keys, pattern?: string): Promise<string[]> {
    assert.ok(keyspace.keys, 'the tier says it lists, and its keyspace has no keys()');
    const keys: string[] = [];
    for await (const key of keyspace.keys(pattern)) keys.push(key);
    return keys.sort();
  }

  /** Asks for a lease to load with, as the engine does on a miss. */
  async acquire(key: string, request: Partial<LeaseRequest> = {}): Promise<LeaseAnswer> {
    return this.leases.acquire(key, { ...this.request(), ...request });
  }

  request(): LeaseRequest {
    return { now: this.now, ttlMs: 5_000, exclusive: true, replaces: 0 };
  }

  /** As `acquire`, where nothing stands in the way. */
  async win(key: string, request: Partial<LeaseRequest> = {}): Promise<LeaseGrant> {
    const answer = await this.acquire(key, request);
    assert.ok(answer.state === 'won', `a lease that nobody has was answered with "${answer.state}"`);
    return answer;
  }

  /** Fills; gives the version, 0 when the tier refused. */
  async fill(key: string, value: unknown, token: string, shape?: EntryShape): Promise<number> {
    return this.leases.fill(key, this.entry(value, shape), token, this.now);
  }

  async end(passed: boolean): Promise<void> {
    for (const tier of this.#tiers) await tier.close();
    if (passed) assert.equal(this.context.pendingTimers(), 0, 'the closed tier has left timers behind');
  }
}

/** Checks that a call fails, by throwing or by rejecting. */
export async function fails(call: () => unknown, name: string): Promise<void> {
  await assert.rejects(
    async () => call(),
    () => true,
    `${name} did not fail`,
  );
}
