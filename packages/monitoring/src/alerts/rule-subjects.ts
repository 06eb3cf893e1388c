import { checkOneOf, mismatch } from '@uno-cache/core/adapter';
import type { AlertMetric } from './alert.ts';
import type { CheckedRule } from './check-rules.ts';

/** What a cache has that rules can be about. */
export interface RuleSubjects {
  readonly regions: readonly string[];
  /** Labels. */
  readonly tiers: readonly string[];
  /** Names of components. */
  readonly buses: readonly string[];
}

const ABOUT_BUSES: ReadonlySet<AlertMetric> = new Set(['down', 'degraded', 'busLag']);

/**
 * Refuses rules that could never fire, as what they are about is not there.
 *
 * @throws TypeError naming the rule, its property and what the cache has.
 */
export function checkSubjects(rules: readonly CheckedRule[], { regions, tiers, buses }: RuleSubjects): void {
  for (const [index, { metric, tier, region }] of rules.entries()) {
    if (region !== undefined) checkKnown(region, `alerts[${index}].region`, regions);
    if (tier === undefined) continue;
    const known = [...(metric === 'busLag' ? [] : tiers), ...(ABOUT_BUSES.has(metric) ? buses : [])];
    checkKnown(tier, `alerts[${index}].tier`, known);
  }
}

function checkKnown(name: string, option: string, known: readonly string[]): void {
  if (known.length === 0) throw new TypeError(mismatch(option, 'undefined: the cache has none', name));
  checkOneOf(name, option, known);
}
