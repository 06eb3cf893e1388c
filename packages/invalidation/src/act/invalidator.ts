import type { Cache, InvalidationResult } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { mismatch, show } from '@uno-cache/core/adapter';
import type { EmitterLike, EmitterOptions } from '../sources/emitter-source.ts';
import { subscribe } from '../sources/emitter-source.ts';
import type { IncomingEvent, Subscription } from '../sources/event-sink.ts';
import type { EntityId, Strategy, Target } from '../strategy.ts';
import type { PayloadArguments, UnionToIntersection } from '../template/payload.ts';
import { unknownName } from '../unknown-name.ts';
import type { InvalidationReport } from './report.ts';
import { reportOf } from './report.ts';
import { TargetQueue } from './target-queue.ts';

type Known<S> = S extends { readonly '~of'?: infer Of } ? NonNullable<Of> : never;
type EventsIn<S> = UnionToIntersection<
  Known<S> extends infer K ? (K extends { readonly events: infer E } ? E : never) : never
>;
type EntitiesIn<S> = Known<S> extends infer K ? (K extends { readonly entity: infer N } ? N & string : never) : never;

/** The events that some strategies know, each with the payload that all of them together need. */
export type EventsOf<S extends readonly Strategy<unknown>[]> = EventsIn<S[number]>;

/** Names of the entities that some strategies know. */
export type EntitiesOf<S extends readonly Strategy<unknown>[]> = EntitiesIn<S[number]>;

/** One of `emitMany`: `[event, payload]`. */
export type EventPair<Events> = {
  [Name in keyof Events & string]: readonly [event: Name, ...payload: PayloadArguments<Events[Name]>];
}[keyof Events & string];

/**
 * Makes a cache, or a region of it, do what strategies say.
 *
 * @param strategies - what one of them says is done; what several say is done once.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { createCache } from '@uno-cache/core';
 * import { eventBased, invalidator } from '@uno-cache/invalidation';
 * import { memory } from '@uno-cache/memory';
 *
 * await using cache = createCache({ tiers: [memory()] });
 * const invalidation = invalidator(cache, [eventBased({ 'user.updated': ['user:{id}'] })]);
 *
 * await cache.set('user:7', 'Ada');
 * const { done } = await invalidation.emit('user.updated', { id: 7 });
 * assert.deepEqual(done, ['memory']);
 * assert.equal(await cache.get('user:7'), undefined);
 * ```
 * @throws TypeError when the cache or a strategy is none.
 */
export function invalidator<const S extends readonly Strategy<unknown>[]>(
  cache: Cache,
  strategies: S,
): Invalidator<EventsOf<S>, EntitiesOf<S>> {
  if (typeof cache?.invalidatePattern !== 'function') throw new TypeError(mismatch('cache', 'a cache', cache));
  if (!Array.isArray(strategies)) throw new TypeError(mismatch('strategies', 'an array of strategies', strategies));
  for (const [index, strategy] of (strategies as readonly Partial<Strategy>[]).entries()) {
    if (typeof strategy?.eventTargets === 'function' && typeof strategy.entityTargets === 'function') continue;
    throw new TypeError(mismatch(`strategies[${index}]`, 'a strategy over events or entities', strategy));
  }
  return new Invalidator(cache, strategies as readonly Strategy[]);
}

export class Invalidator<Events, Entity extends string> {
  /** Names of all events that a strategy knows. */
  readonly events: ReadonlySet<string>;
  /** Names of all entities that a strategy knows. */
  readonly entities: ReadonlySet<string>;
  readonly #cache: Cache;
  readonly #strategies: readonly Strategy[];
  readonly #queue: TargetQueue;

  constructor(cache: Cache, strategies: readonly Strategy[]) {
    this.#cache = cache;
    this.#queue = new TargetQueue((region) => (region === undefined ? cache : cache.region(region)));
    this.#strategies = strategies;
    this.events = new Set(strategies.flatMap(({ events }) => [...events]));
    this.entities = new Set(strategies.flatMap(({ entities }) => [...entities]));
  }

  /**
   * Does what an event makes necessary, and resolves when it is done.
   *
   * @throws TypeError for an unknown event, or a payload without a field that is needed; CacheError `UNKNOWN_REGION`,
   * or `RULE_FAILED` when a function among the rules threw: then nothing is done. What the cache throws, such as
   * `KEY_TOO_LONG` for a tag, or `CLOSED`.
   */
  emit<Name extends keyof Events & string, Args extends PayloadArguments<Events[Name]>>(
    event: Name,
    ...[payload]: Args
  ): Promise<InvalidationReport> {
    return this.handle([{ event, payload }]);
  }

  /** As `emit` for each; what several of them name goes once. @throws TypeError before anything is done. */
  emitMany(events: Iterable<EventPair<Events>>): Promise<InvalidationReport> {
    const pairs = events as Iterable<readonly [string, unknown?]>;
    return this.handle(Array.from(pairs, ([event, payload]) => ({ event, payload })));
  }

  /** As `emitMany`, of events that the compiler knows nothing of: from a stream, an outbox. */
  async handle(events: readonly IncomingEvent[]): Promise<InvalidationReport> {
    return this.#perform(events.flatMap(({ event, payload }) => this.#eventTargets(event, payload)));
  }

  /** Does what a row's change makes necessary. @throws TypeError for an unknown entity or a wrong id; as `emit`. */
  async invalidateEntity(entity: Entity, id: EntityId): Promise<InvalidationReport> {
    return this.#perform(this.#entityTargets(entity, id));
  }

  /** Clears the cache: for when events have been missed, and nobody knows which. @throws CacheError `CLOSED`. */
  invalidateAll(): Promise<InvalidationResult> {
    return this.#cache.clear();
  }

  /**
   * What `emit`, or `invalidateEntity`, would make go, without doing it. A name that is an event and an entity is an
   * entity where a string or a number comes with it. @throws TypeError as they do.
   */
  dryRun(entity: Entity, id: EntityId): Target[];
  dryRun<Name extends keyof Events & string, Args extends PayloadArguments<Events[Name]>>(
    event: Name,
    ...payload: Args
  ): Target[];
  dryRun(name: string, idOrPayload?: unknown): Target[] {
    const isId = typeof idOrPayload === 'string' || typeof idOrPayload === 'number';
    const isEntity = isId && (this.entities.has(name) || !this.events.has(name));
    const targets = isEntity ? this.#entityTargets(name, idOrPayload) : this.#eventTargets(name, idOrPayload);
    return once(targets);
  }

  /**
   * Listens to a Node `EventEmitter` or an `EventTarget` (there the payload is the event's `detail`). What comes while
   * 10,000 events are under way counts as everything, and clears the cache.
   *
   * @returns what ends it, and waits for what has been heard.
   */
  from(emitter: EmitterLike, options: EmitterOptions = {}): Subscription {
    return subscribe(emitter, this, options);
  }

  #eventTargets(event: string, payload: unknown): Target[] {
    if (!this.events.has(event)) throw unknownName('event', event, this.events);
    const knowing = this.#strategies.filter(({ events }) => events.has(event));
    return knowing.flatMap((strategy) => ruled(`event ${show(event)}`, () => strategy.eventTargets(event, payload)));
  }

  #entityTargets(entity: string, id: EntityId): Target[] {
    if (!this.entities.has(entity)) throw unknownName('entity', entity, this.entities);
    const knowing = this.#strategies.filter(({ entities }) => entities.has(entity));
    return knowing.flatMap((strategy) => ruled(`entity ${show(entity)}`, () => strategy.entityTargets(entity, id)));
  }

  async #perform(targets: readonly Target[]): Promise<InvalidationReport> {
    return reportOf(await this.#queue.invalidate(once(targets)));
  }
}

/** What a strategy says: its mistakes are told from failures of the cache, which another try may mend. */
function ruled(owner: string, say: () => readonly Target[]): readonly Target[] {
  try {
    return say();
  } catch (cause) {
    if (cause instanceof TypeError || CacheError.is(cause)) throw cause;
    throw new CacheError('RULE_FAILED', `A rule for ${owner} threw: ${String(cause)}`, { cause });
  }
}

/** What is named twice goes once, and not again in a region when it goes in all. */
function once(targets: readonly Target[]): Target[] {
  const whole = new Set(targets.filter(({ region }) => region === undefined).map(nameOf));
  const seen = new Map<string, Target>();
  for (const target of targets) {
    if (target.region !== undefined && whole.has(nameOf(target))) continue;
    seen.set(JSON.stringify([nameOf(target), target.region]), target);
  }
  return [...seen.values()];
}

function nameOf({ kind, target }: Target): string {
  return `${kind}:${target}`;
}
