import { decimal, milliseconds, percent } from '../wording.ts';
import type { AlertMetric } from './alert.ts';
import type { CheckedRule } from './check-rules.ts';

/** What each metric is called, and how its numbers are written. */
const WORDS: Readonly<Record<AlertMetric, readonly [name: string, write: (value: number) => string]>> = {
  hitRate: ['hit rate', percent],
  p50: ['median read', milliseconds],
  p95: ['95th percentile of reads', milliseconds],
  p99: ['99th percentile of reads', milliseconds],
  errorRate: ['share of failed commands', percent],
  down: ['is down', decimal],
  degraded: ['is degraded', decimal],
  busLag: ['lag of the bus', milliseconds],
  undelivered: ['number of undelivered invalidations', decimal],
  evictedBeforeExpiry: ['share of entries evicted before their time', percent],
  fencedRate: ['share of loads that could not be stored', percent],
  memory: ['share of its bound', percent],
};

/** What is the matter, as a sentence. */
export function alertText(rule: CheckedRule, tier: string | undefined, value: number | undefined): string {
  const about = subject(rule, tier);
  const [name, write] = WORDS[rule.metric];
  if (value === undefined) return `${about}: nothing to measure its ${name} by.`;
  if (rule.metric === 'down' || rule.metric === 'degraded') return `${about} ${value > 0 ? name : 'is well again'}.`;
  return `${about}: the ${name} is ${write(value)} (${rule.direction} ${write(rule.threshold)} it alerts).`;
}

function subject({ region }: CheckedRule, tier: string | undefined): string {
  if (tier === 'bus' || tier?.startsWith('bus:')) return tier === 'bus' ? 'The bus' : `Bus ${tier.slice(4)}`;
  if (tier !== undefined) return `Tier ${tier}`;
  if (region === undefined) return 'The cache';
  return region === '' ? 'The root region' : `Region ${region}`;
}
