import type { StrategyOptions } from '../strategy.ts';
import type { EventRules, PayloadArguments, PayloadOf, PayloadsOf } from '../template/payload.ts';
import { compileRules, tagRule } from './event-rules.ts';
import { RuleBook } from './event-strategy.ts';

/**
 * Events that make tags invalid: one write per tag, however many entries carry it. The templates are those of
 * `eventBased()`; a tag is no glob, so nothing is escaped.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { tagBased } from '@uno-cache/invalidation';
 *
 * const strategy = tagBased({ 'user.updated': ['user-{id}', 'users'] });
 * assert.deepEqual(strategy.handleEvent('user.updated', { id: '7' }), ['user-7', 'users']);
 * ```
 * @throws TypeError for a template that cannot be read.
 */
export function tagBased<const Rules extends EventRules>(rules: Rules, options: StrategyOptions = {}): TagBased<Rules> {
  return new TagBased('tagBased()', compileRules('tagBased()', rules, tagRule), options);
}

export class TagBased<Rules extends EventRules> extends RuleBook<PayloadsOf<Rules>> {
  /**
   * The tags that an event makes invalid, for `cache.invalidateTags()`.
   *
   * @throws TypeError for an unknown event; for a payload without a field, or with one that is neither a string nor a
   * number, naming event and field.
   */
  handleEvent<Name extends keyof Rules & string, Args extends PayloadArguments<PayloadOf<Rules[Name]>>>(
    event: Name,
    ...[payload]: Args
  ): string[] {
    return this.textsOf('tag', event, payload);
  }
}
