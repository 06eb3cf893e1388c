import {
  checkInteger,
  checkName,
  checkNumber,
  checkOneOf,
  checkOptions,
  durationMs,
  mismatch,
} from '@uno-cache/core/adapter';
import type { AlertMetric, AlertRule, AlertSeverity } from './alert.ts';

/** A rule, checked and in milliseconds. */
export interface CheckedRule {
  readonly name: string;
  readonly metric: AlertMetric;
  readonly tier: string | undefined;
  readonly region: string | undefined;
  readonly direction: 'above' | 'below';
  readonly threshold: number;
  readonly forMs: number;
  readonly windowMs: number;
  readonly minCount: number;
  readonly severity: AlertSeverity;
}

const METRICS = [
  'hitRate',
  'p50',
  'p95',
  'p99',
  'errorRate',
  'down',
  'degraded',
  'busLag',
  'undelivered',
  'evictedBeforeExpiry',
  'fencedRate',
  'memory',
] as const satisfies readonly AlertMetric[];
const SEVERITIES = ['info', 'warning', 'critical'] as const satisfies readonly AlertSeverity[];
const RULE_NAMES: readonly (keyof AlertRule)[] = Object.freeze([
  'name',
  'metric',
  'tier',
  'region',
  'above',
  'below',
  'for',
  'window',
  'minCount',
  'severity',
]);
/** What is counted by region; the rest is about tiers, or about the whole. */
const BY_REGION: ReadonlySet<AlertMetric> = new Set(['hitRate', 'fencedRate']);
const MOST_RULES = 1_000;

/** @throws TypeError naming the rule and its property. */
export function checkRules(rules: unknown): readonly CheckedRule[] {
  if (!Array.isArray(rules) || rules.length > MOST_RULES) {
    throw new TypeError(mismatch('alerts', `false, or an array of at most ${MOST_RULES} rules`, rules));
  }
  const names = new Set<string>();
  return rules.map((rule: AlertRule, index) => {
    const checked = checkRule(rule, `alerts[${index}]`);
    if (names.has(checked.name)) {
      throw new TypeError(`${mismatch(`alerts[${index}].name`, 'a name of its own', checked.name)}, a second time`);
    }
    names.add(checked.name);
    return checked;
  });
}

function checkRule(rule: AlertRule, option: string): CheckedRule {
  checkOptions(option, rule, RULE_NAMES);
  const { name, metric, tier, region, above, below, window = '1m', minCount = 100, severity = 'warning' } = rule;
  const threshold = above ?? below;
  if (threshold === undefined || (above !== undefined && below !== undefined)) {
    throw new TypeError(mismatch(option, 'a rule with one of above and below', rule));
  }
  checkOneOf(metric, `${option}.metric`, METRICS);
  if (region !== undefined && (tier !== undefined || !BY_REGION.has(metric))) {
    const allowed = `undefined: rules of a region are about ${[...BY_REGION].join(' or ')}, and have no tier`;
    throw new TypeError(mismatch(`${option}.region`, allowed, region));
  }
  if (tier !== undefined && metric === 'fencedRate') {
    throw new TypeError(mismatch(`${option}.tier`, 'undefined: loads are fenced in a region, not in a tier', tier));
  }
  return Object.freeze({
    name: checkName(name, `${option}.name`),
    metric,
    tier: tier === undefined ? undefined : checkName(tier, `${option}.tier`),
    region: region === undefined || region === '' ? region : checkName(region, `${option}.region`),
    direction: above === undefined ? 'below' : 'above',
    threshold: checkNumber(threshold, `${option}.${above === undefined ? 'below' : 'above'}`),
    forMs: rule.for === undefined ? 0 : durationMs(rule.for, `${option}.for`),
    windowMs: durationMs(window, `${option}.window`),
    minCount: checkInteger(minCount, `${option}.minCount`, { min: 1 }),
    severity: checkOneOf(severity, `${option}.severity`, SEVERITIES),
  });
}
