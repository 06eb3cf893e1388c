import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { createMonitor } from '../../src/index.ts';

/** The names of all series that a monitor exports, with those that a histogram consists of. */
export async function exportedNames(): Promise<ReadonlySet<string>> {
  await using cache = createCache({ tiers: [memory()] });
  const metrics = await createMonitor(cache).registry.getMetricsAsJSON();
  return new Set(
    metrics.flatMap(({ name, type }) =>
      String(type) === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}

/** The names of series in a PromQL expression. */
export function namesIn(expression: string): readonly string[] {
  return expression.match(/\bcache_[a-z_]+\b/g) ?? [];
}
