import { checkName, checkOptions, mismatch } from '@uno-cache/core/adapter';
import type { EntityId, Strategy, StrategyOptions, Target } from '../strategy.ts';
import { NONE, STRATEGY_OPTION_NAMES } from '../strategy.ts';
import { patternTemplate } from '../template/pattern-template.ts';
import type { Placeholders } from '../template/payload.ts';
import type { Template } from '../template/template.ts';
import { unknownName } from '../unknown-name.ts';
import type { Relation, Relations } from './relations.ts';
import { compileRelations } from './relations.ts';

/** Templates of patterns by entity; `{id}` is the only placeholder. */
export type EntityRules = Readonly<Record<string, readonly string[]>>;

export interface PatternBasedOptions<Entity extends string> extends StrategyOptions {
  /**
   * What else an entity's change touches. `{ user: ['feed'] }` with the same id; `{ post: { feed: (id) => ids } }` with
   * others. Circles are refused. @defaultValue none
   */
  readonly relations?: Relations<Entity>;
}

/** Refuses templates with another placeholder than `{id}`. */
type OnlyId<Rules extends EntityRules> = {
  readonly [Name in keyof Rules]: readonly (Placeholders<Rules[Name][number]> extends 'id' ? string : never)[];
};

/**
 * Patterns by entity: what a row's change makes invalid.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { patternBased } from '@uno-cache/invalidation';
 *
 * const strategy = patternBased(
 *   { user: ['user:{id}*'], feed: ['feed:{id}', 'timeline:*'] },
 *   { relations: { user: ['feed'] } },
 * );
 * assert.deepEqual(strategy.invalidateEntity('user', '123'), ['user:123*', 'feed:123', 'timeline:*']);
 * ```
 * @throws TypeError for a template that cannot be read, an unknown entity, or relations that go in a circle.
 */
export function patternBased<const Rules extends EntityRules>(
  rules: Rules & OnlyId<Rules>,
  options: PatternBasedOptions<keyof Rules & string> = {},
): PatternBased<keyof Rules & string> {
  checkOptions('patternBased()', options, [...STRATEGY_OPTION_NAMES, 'relations']);
  return new PatternBased(compile(rules), options);
}

export class PatternBased<Entity extends string> implements Strategy<object, Entity> {
  declare readonly '~of'?: { readonly events: object; readonly entity: Entity };
  readonly events: ReadonlySet<string> = NONE;
  readonly entities: ReadonlySet<string>;
  readonly #templates: ReadonlyMap<string, readonly Template[]>;
  readonly #relations: ReadonlyMap<string, readonly Relation[]>;
  readonly #region: string | undefined;

  constructor(templates: ReadonlyMap<string, readonly Template[]>, options: PatternBasedOptions<Entity>) {
    const { region, relations = {} } = options;
    if (region !== undefined) checkName(region, 'region');
    this.entities = new Set(templates.keys());
    this.#templates = templates;
    this.#relations = compileRelations(relations, this.entities);
    this.#region = region;
  }

  /**
   * The patterns that a row's change makes invalid, with those of related entities, each once.
   *
   * @throws TypeError for an unknown entity, or an id that is neither a string nor a number.
   */
  invalidateEntity(entity: Entity, id: EntityId): string[] {
    return this.entityTargets(entity, id).map(({ target }) => target);
  }

  eventTargets(): readonly Target[] {
    return [];
  }

  entityTargets(entity: string, id: EntityId): readonly Target[] {
    if (!this.entities.has(entity)) throw unknownName('entity', entity, this.entities);
    const patterns = new Set<string>();
    this.#collect(entity, id, patterns, new Set());
    return [...patterns].map((target) => ({ kind: 'pattern', target, region: this.#region }));
  }

  #collect(entity: string, id: EntityId, patterns: Set<string>, seen: Set<string>): void {
    const row = JSON.stringify([entity, String(id)]);
    if (seen.has(row)) return;
    seen.add(row);
    const owner = `entity ${JSON.stringify(entity)}`;
    for (const template of this.#templates.get(entity) ?? []) {
      for (const pattern of template.expand({ id: checkId(id, owner) }, owner)) patterns.add(pattern);
    }
    for (const { to, ids } of this.#relations.get(entity) ?? []) {
      for (const other of [ids(id)].flat()) this.#collect(to, other as EntityId, patterns, seen);
    }
  }
}

function checkId(id: unknown, owner: string): EntityId {
  if ((typeof id === 'string' && id !== '') || (typeof id === 'number' && Number.isFinite(id))) return id;
  throw new TypeError(mismatch(`id of ${owner}`, 'a finite number or a string that is not empty', id));
}

function compile(rules: unknown): Map<string, Template[]> {
  if (typeof rules !== 'object' || rules === null || Array.isArray(rules)) {
    throw new TypeError(mismatch('patternBased(): the rules', 'an object of arrays of patterns', rules));
  }
  return new Map(
    Object.entries(rules).map(([entity, list]: [string, unknown]) => {
      const option = `patternBased(): ${JSON.stringify(entity)}`;
      if (!Array.isArray(list)) throw new TypeError(mismatch(option, 'an array of patterns', list));
      return [entity, list.map((text: string, index) => entityTemplate(text, `${option}[${index}]`))];
    }),
  );
}

function entityTemplate(text: string, option: string): Template {
  const template = patternTemplate(text, option);
  const other = template.fields.find((field) => field !== 'id');
  if (other !== undefined) throw new TypeError(`${option}: an entity has {id} only; got {${other}}`);
  return template;
}
