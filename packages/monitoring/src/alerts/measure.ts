import type { TierUsage } from '@uno-cache/core';
import { summed } from '../analysis/analyze.ts';
import type { ComponentHealth, Health } from '../health/health.ts';
import type { Recorder } from '../recorder.ts';
import { share } from '../stats/share.ts';
import type { CheckedRule } from './check-rules.ts';
import type { Measurement } from './measurement.ts';

/** What a rule's metric is now, for each thing that the rule is about. */
export function measure(rule: CheckedRule, recorder: Recorder, health: Health): readonly Measurement[] {
  switch (rule.metric) {
    case 'hitRate':
    case 'fencedRate':
      return [measureCounters(rule, recorder)];
    case 'p50':
    case 'p95':
    case 'p99':
    case 'errorRate':
    case 'evictedBeforeExpiry':
      return labels(rule, recorder.names.labels).map((tier) => measureTier(rule, recorder, tier));
    case 'memory': {
      const usages = recorder.usages.atOnce();
      return labels(rule, recorder.names.labels).map((tier) => ({ tier, value: fullness(usages.get(tier)) }));
    }
    case 'down':
    case 'degraded':
    case 'busLag':
    case 'undelivered':
      return labels(rule, Object.keys(health.components)).flatMap((name) => {
        const component = health.components[name];
        return component === undefined ? [] : measureComponent(rule, name, component);
      });
  }
}

function labels({ tier }: CheckedRule, all: readonly string[]): readonly string[] {
  return tier === undefined ? all : [tier];
}

function measureCounters({ metric, tier, region, windowMs, minCount }: CheckedRule, recorder: Recorder): Measurement {
  const growth = recorder.growth(recorder.window(windowMs));
  const counted = region === undefined ? summed(growth) : growth.regions.get(region);
  if (counted === undefined) return { tier, value: undefined };
  if (metric === 'fencedRate') return { tier, value: rate(counted.fenced, counted.loads, minCount) };
  const { hits, misses } = tier === undefined ? counted : (counted.tiers.get(tier) ?? { hits: 0, misses: 0 });
  return { tier, value: rate(hits, hits + misses, minCount) };
}

function measureTier({ metric, windowMs, minCount }: CheckedRule, recorder: Recorder, tier: string): Measurement {
  const window = recorder.window(windowMs);
  if (metric === 'p50' || metric === 'p95' || metric === 'p99') {
    const latency = recorder.latency.ofTier(tier, window.closedSlices);
    return { tier, value: latency.count >= minCount ? latency[metric] : undefined };
  }
  const growth = recorder.growth(window).tiers.get(tier);
  if (growth === undefined) return { tier, value: undefined };
  const [part, all] =
    metric === 'errorRate' ? [growth.failures, growth.commands] : [growth.evictedFresh, growth.evictions];
  return { tier, value: rate(part, all, minCount) };
}

function measureComponent({ metric }: CheckedRule, tier: string, component: ComponentHealth): readonly Measurement[] {
  if (metric === 'down') return [{ tier, value: component.ok ? 0 : 1 }];
  if (metric === 'degraded') return [{ tier, value: component.status === 'up' ? 0 : 1 }];
  if (metric === 'busLag') return component.kind === 'bus' ? [{ tier, value: component.lagMs ?? Infinity }] : [];
  return component.kind === 'tier' ? [{ tier, value: component.undelivered }] : [];
}

function rate(part: number, all: number, minCount: number): number | undefined {
  return all < minCount ? undefined : share(part, all);
}

/** Of whichever bound is nearer. */
function fullness({ entries = 0, bytes = 0, maxEntries, maxBytes }: TierUsage = {}): number | undefined {
  if (maxEntries === undefined && maxBytes === undefined) return undefined;
  return Math.max(share(entries, maxEntries ?? 0), share(bytes, maxBytes ?? 0));
}
