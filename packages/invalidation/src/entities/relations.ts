import { mismatch } from '@uno-cache/core/adapter';
import type { EntityId } from '../strategy.ts';
import { unknownName } from '../unknown-name.ts';

/** Which row, or rows, of the other entity are concerned. */
export type RelatedIds = (id: EntityId) => EntityId | readonly EntityId[];

/**
 * What else an entity's change touches: names of entities, which get the same id, or functions from its id to theirs.
 */
export type Relations<Entity extends string> = Readonly<
  Partial<Record<Entity, readonly Entity[] | Readonly<Partial<Record<Entity, RelatedIds>>>>>
>;

/** One way from an entity to another. */
export interface Relation {
  readonly to: string;
  readonly ids: RelatedIds;
}

const sameId: RelatedIds = (id) => id;

/** @throws TypeError for an unknown entity, and for a circle, naming the way around. */
export function compileRelations(
  relations: unknown,
  known: ReadonlySet<string>,
): ReadonlyMap<string, readonly Relation[]> {
  if (typeof relations !== 'object' || relations === null) {
    throw new TypeError(mismatch('relations', 'an object of relations by entity', relations));
  }
  const compiled = new Map(Object.entries(relations).map(([from, to]) => [from, relationsOf(from, to)]));
  for (const name of [...compiled.keys(), ...[...compiled.values()].flat().map(({ to }) => to)]) {
    if (!known.has(name)) throw unknownName('entity', name, known);
  }
  for (const name of compiled.keys()) refuseCircles(name, compiled, []);
  return compiled;
}

function relationsOf(from: string, to: unknown): Relation[] {
  if (Array.isArray(to)) return to.map((name: string) => ({ to: name, ids: sameId }));
  if (typeof to !== 'object' || to === null) {
    throw new TypeError(mismatch(`relations.${from}`, 'an array of entities, or functions by entity', to));
  }
  return Object.entries(to).map(([name, ids]: [string, unknown]) => {
    if (typeof ids !== 'function') throw new TypeError(mismatch(`relations.${from}.${name}`, 'a function', ids));
    return { to: name, ids: ids as RelatedIds };
  });
}

function refuseCircles(
  name: string,
  relations: ReadonlyMap<string, readonly Relation[]>,
  way: readonly string[],
): void {
  const whole = [...way, name];
  if (way.includes(name)) throw new TypeError(`relations go in a circle: ${whole.join(' → ')}`);
  for (const { to } of relations.get(name) ?? []) refuseCircles(to, relations, whole);
}
