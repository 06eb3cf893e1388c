/** What is to go: a glob over keys, or a tag. */
export interface Target {
  readonly kind: 'pattern' | 'tag';
  readonly target: string;
  /** `undefined` for the cache that the invalidator was given, with all its regions when that is a root. */
  readonly region: string | undefined;
}

/** The id of one of an entity's rows. */
export type EntityId = string | number;

/**
 * What computes targets: from events, from entities, or from both. One of your own is an object with these members.
 *
 * @typeParam Events - payloads by the name of the event.
 * @typeParam Entity - names of the entities.
 */
export interface Strategy<Events = object, Entity extends string = string> {
  /** The events that it has something to say of. */
  readonly events: ReadonlySet<string>;
  readonly entities: ReadonlySet<string>;

  /** @throws TypeError when a field is missing in the payload, or is of another type. */
  eventTargets(event: string, payload: unknown): readonly Target[];

  entityTargets(entity: string, id: EntityId): readonly Target[];

  /** Never there: what the compiler knows. */
  readonly '~of'?: { readonly events: Events; readonly entity: Entity };
}

/** What every strategy takes. */
export interface StrategyOptions {
  /** Invalidates in that region of the cache only. @defaultValue the cache with all its regions */
  readonly region?: string;
}

export const STRATEGY_OPTION_NAMES: readonly string[] = Object.freeze(['region']);

export const NONE: ReadonlySet<string> = Object.freeze(new Set<string>());
