import assert from 'node:assert/strict';
import type { Cache, EntryOptions, FactoryContext } from '../../../src/index.ts';
import { CacheError } from '../../../src/index.ts';
import type { LevelKind, Stage, StageOptions } from '../stage.ts';
import { stage } from '../stage.ts';
import type { Fact } from './history.ts';
import { History } from './history.ts';
import { Traffic } from './traffic.ts';

/** Keys by how they are loaded; each has a twin with a `2`. */
export const KEYS = ['plain', 'tagged', 'named', 'stale'] as const;
export type Key = (typeof KEYS)[number];

const TTL_S = 5;
const WINDOW_S = 5;

const OPTIONS: Readonly<Record<Key, EntryOptions>> = {
  plain: { ttl: TTL_S },
  tagged: { ttl: TTL_S, tags: ['t'] },
  named: { ttl: TTL_S },
  stale: { ttl: TTL_S, staleWhileRevalidate: WINDOW_S, staleIfError: WINDOW_S },
};

export const OPERATIONS = [
  'get',
  'getMany',
  'getOrSet',
  'getOrSet',
  'getOrSetMany',
  'set',
  'setMany',
  'delete',
  'deleteMany',
  'expire',
  'invalidateTags',
  'invalidatePattern',
  'clear',
] as const;
export type Operation = (typeof OPERATIONS)[number];

export interface WorldOptions extends StageOptions {
  readonly kinds: readonly LevelKind[];
  /** How much later readers are held to the invalidations of the other process. */
  readonly lagMs: number;
  readonly holdsAnswers: boolean;
}

/** Two processes in traffic, and a history that what they serve is held to. */
export class World {
  readonly stage: Stage;
  readonly traffic: Traffic;
  readonly history: History = new History();
  readonly #lagMs: number;
  #running = 0;
  #failure: unknown;

  constructor({ kinds, lagMs, holdsAnswers, ...options }: WorldOptions) {
    this.stage = stage(kinds, options);
    this.traffic = new Traffic(this.stage.clock);
    this.#lagMs = lagMs;
    const held = kinds.flatMap((kind, index) => (kind === 'own' ? [] : [index]));
    for (const { tiers } of [this.stage.one, this.stage.two]) {
      for (const index of held) this.traffic.watch(tiers[index]!, holdsAnswers);
    }
  }

  call(process: number, operation: Operation, key: Key): void {
    const { cache } = process === 0 ? this.stage.one : this.stage.two;
    this.#running++;
    this.#perform(cache, process, operation, key)
      .catch((error: unknown) => {
        // With every tier down there is nothing better to say.
        if (!CacheError.is(error, 'TIER_FAILED')) this.#failure ??= error;
      })
      .finally(() => this.#running--);
  }

  /** Lets everything come to its end, closes the caches, and fails if anything was wrong. */
  async end(): Promise<void> {
    await this.#go(() => this.#running === 0 && this.traffic.size === 0);
    // What is kept for a tier is on its way once more.
    let isClosed = false;
    const closing = this.stage.close().finally(() => {
      isClosed = true;
    });
    await this.#go(() => isClosed);
    await closing;
    if (this.#failure !== undefined) throw this.#failure;
    assert.equal(this.stage.clock.pending, 0, 'timers are left after close');
  }

  /** Lets one thing after the other go, and time when there is nothing, until it is over. */
  async #go(isOver: () => boolean): Promise<void> {
    const { clock } = this.stage;
    for (let turn = 0; !isOver(); turn++) {
      assert.ok(turn < 2_000, 'something does not come to its end');
      if (this.traffic.size > 0) this.traffic.release(0);
      else await clock.advanceAsync('100ms');
      await clock.flush();
    }
  }

  /** Fails if anything was wrong so far. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #perform(cache: Cache, process: number, operation: Operation, key: Key): Promise<void> {
    const asked = this.history.tick();
    const askedAt = this.stage.clock.now();
    const twins = [key, `${key}2`];
    // Whoever joins a load gets what the load saw, however slow the bus is.
    const lagMs = this.#lagMs > 0 && operation.startsWith('getOrSet') ? Infinity : this.#lagMs;
    const serves = (name: string, value: unknown): void => {
      this.history.check({ process, asked, askedAt, key: name }, value, lagMs);
      if (value !== undefined) this.#checkAge(value as Fact, askedAt);
    };
    switch (operation) {
      case 'get':
        return serves(key, await cache.get(key));
      case 'getMany':
        for (const [name, value] of await cache.getMany(twins)) serves(name, value);
        return;
      case 'getOrSet':
        return serves(key, await cache.getOrSet(key, this.#factory(key), OPTIONS[key]));
      case 'getOrSetMany':
        // Its loader cannot name tags.
        if (key === 'named') return;
        for (const [name, value] of await cache.getOrSetMany(twins, (keys) => this.#load(keys), OPTIONS[key])) {
          serves(name, value);
        }
        return;
      case 'set':
        return this.#set(process, [key], (facts) => cache.set(key, facts[0], this.#setOptions(key)));
      case 'setMany':
        return this.#set(process, twins, (facts) =>
          cache.setMany(
            facts.map((fact): [string, Fact] => [fact.key, fact]),
            this.#setOptions(key),
          ),
        );
      case 'delete':
        return this.#invalidate(
          process,
          (name) => name === key,
          () => cache.delete(key),
        );
      case 'deleteMany':
        return this.#invalidate(
          process,
          (name) => twins.includes(name),
          () => cache.deleteMany(twins),
        );
      case 'expire':
        // Within a window what has expired may be served.
        return this.#invalidate(
          process,
          (name) => name === key && key !== 'stale',
          () => cache.expire(key),
        );
      case 'invalidateTags':
        return this.#invalidate(
          process,
          (name) => /tagged|named/.test(name),
          () => cache.invalidateTags(['t']),
        );
      case 'invalidatePattern':
        return this.#invalidate(
          process,
          (name) => name.startsWith(key),
          () => cache.invalidatePattern(`${key}*`),
        );
      case 'clear':
        return this.#invalidate(
          process,
          () => true,
          () => cache.clear(),
        );
    }
  }

  /** Neither its ttl nor, where it has one, its window may be over. */
  #checkAge(fact: Fact, asked: number): void {
    const { key, doneAt } = fact;
    // Loads answer when they have stored.
    if (doneAt === Infinity) fact.doneAt = this.stage.clock.now();
    const lifeMs = 1000 * (key.startsWith('stale') ? TTL_S + WINDOW_S : TTL_S);
    assert.ok(asked <= doneAt + lifeMs, `${key} was served at ${asked}, and should have ended by ${doneAt + lifeMs}`);
  }

  #fact(key: string, began: number): Fact {
    return { key, began, doneAt: Infinity };
  }

  #factory(key: Key): (context: FactoryContext) => Promise<Fact> {
    return async ({ setTags }) => {
      if (key === 'named') setTags(['t']);
      const [fact] = await this.#load([key]).then((facts) => [...facts.values()]);
      return fact!;
    };
  }

  async #load(keys: readonly string[]): Promise<Map<string, Fact>> {
    const began = this.history.tick();
    const facts = new Map(keys.map((key) => [key, this.#fact(key, began)]));
    await this.traffic.hold('source');
    return facts;
  }

  #setOptions(key: Key): EntryOptions {
    return key === 'named' ? OPTIONS.tagged : OPTIONS[key];
  }

  async #set(process: number, keys: readonly string[], set: (facts: Fact[]) => Promise<void>): Promise<void> {
    const facts = keys.map((key) => this.#fact(key, Infinity));
    await this.#invalidate(
      process,
      (name) => keys.includes(name),
      () => set(facts),
    );
    for (const fact of facts) {
      fact.began = this.history.tick();
      fact.doneAt = this.stage.clock.now();
    }
  }

  async #invalidate(process: number, concerns: (key: string) => boolean, act: () => Promise<unknown>): Promise<void> {
    const confirm = this.history.invalidate(process, concerns);
    await act();
    confirm(this.stage.clock.now());
  }
}
