import type { StrategyOptions } from '../strategy.ts';
import type { EventRules, PayloadArguments, PayloadOf, PayloadsOf } from '../template/payload.ts';
import { compileRules, patternRule } from './event-rules.ts';
import { RuleBook } from './event-strategy.ts';

/**
 * Events that make keys invalid, by templates of Redis globs. Names of events and fields of payloads are checked by the
 * compiler.
 *
 * - `{id}` is a field of the payload, `{user.id}` one within another; an array gives a pattern for each of its values.
 * - `tags:` before a template makes it a tag. A function says what templates cannot; what it gives is not escaped.
 * - A value with `* ? [ ] \` is escaped: it never means more than itself.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { eventBased } from '@uno-cache/invalidation';
 *
 * const strategy = eventBased({ 'user.updated': ['user:{id}*', 'profile:{id}*', 'tags:team-{team.id}'] });
 *
 * const payload = { id: 7, team: { id: [1, 2] } };
 * assert.deepEqual(strategy.handleEvent('user.updated', payload), ['user:7*', 'profile:7*']);
 * assert.deepEqual(strategy.tagsFor('user.updated', payload), ['team-1', 'team-2']);
 * ```
 * @throws TypeError for a template that cannot be read.
 */
export function eventBased<const Rules extends EventRules>(
  rules: Rules,
  options: StrategyOptions = {},
): EventBased<Rules> {
  return new EventBased('eventBased()', compileRules('eventBased()', rules, patternRule), options);
}

export class EventBased<Rules extends EventRules> extends RuleBook<PayloadsOf<Rules>> {
  /**
   * The patterns that an event makes invalid, for `cache.invalidatePattern()`. Tags are not among them.
   *
   * @throws TypeError for an unknown event; for a payload without a field, or with one that is neither a string nor a
   * number, naming event and field.
   */
  handleEvent<Name extends keyof Rules & string, Args extends PayloadArguments<PayloadOf<Rules[Name]>>>(
    event: Name,
    ...[payload]: Args
  ): string[] {
    return this.textsOf('pattern', event, payload);
  }

  /** The tags that an event makes invalid, for `cache.invalidateTags()`. @throws TypeError as `handleEvent`. */
  tagsFor<Name extends keyof Rules & string, Args extends PayloadArguments<PayloadOf<Rules[Name]>>>(
    event: Name,
    ...[payload]: Args
  ): string[] {
    return this.textsOf('tag', event, payload);
  }
}
