import { checkName, checkOptions } from '@uno-cache/core/adapter';
import type { Strategy, StrategyOptions, Target } from '../strategy.ts';
import { NONE, STRATEGY_OPTION_NAMES } from '../strategy.ts';
import { unknownName } from '../unknown-name.ts';
import type { CompiledRule } from './event-rules.ts';

/** What strategies over events have in common: rules by the name of the event. */
export class RuleBook<Events> implements Strategy<Events, never> {
  declare readonly '~of'?: { readonly events: Events; readonly entity: never };
  readonly events: ReadonlySet<string>;
  readonly entities: ReadonlySet<string> = NONE;
  readonly #rules: ReadonlyMap<string, readonly CompiledRule[]>;
  readonly #region: string | undefined;

  constructor(owner: string, rules: ReadonlyMap<string, readonly CompiledRule[]>, options: StrategyOptions) {
    checkOptions(owner, options, STRATEGY_OPTION_NAMES);
    if (options.region !== undefined) checkName(options.region, 'region');
    this.events = new Set(rules.keys());
    this.#rules = rules;
    this.#region = options.region;
  }

  /** Each target once. @throws TypeError for an unknown event, or a payload without a field that is needed. */
  eventTargets(event: string, payload?: unknown): readonly Target[] {
    const rules = this.#rules.get(event);
    if (rules === undefined) throw unknownName('event', event, this.events);
    const targets = new Map<string, Target>();
    for (const rule of rules) {
      for (const { kind, target } of rule(payload, `event ${JSON.stringify(event)}`)) {
        targets.set(`${kind}:${target}`, { kind, target, region: this.#region });
      }
    }
    return [...targets.values()];
  }

  entityTargets(): readonly Target[] {
    return [];
  }

  protected textsOf(kind: Target['kind'], event: string, payload: unknown): string[] {
    return this.eventTargets(event, payload)
      .filter((target) => target.kind === kind)
      .map(({ target }) => target);
  }
}
