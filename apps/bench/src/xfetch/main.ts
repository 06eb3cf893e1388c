/*
 * XFetch (`earlyRefresh`) against "Optimal Probabilistic Cache Stampede Prevention" (VLDB 2015): how many recomputations
 * there are at once, how early, for which beta: by the paper's model, and by core itself.
 *
 *   npx -y pnpm@12.21.0 bench xfetch [requests per load]
 *
 * Time is counted in Δ, the time that a recomputation takes. Deterministic.
 */
import { coreRefreshRate } from './core-rate.ts';
import { coreStampede } from './core-stampede.ts';
import { plot } from './plot.ts';
import type { Scenario, Stampede } from './simulate.ts';
import { expected, simulate } from './simulate.ts';

const requestsPerLoad = Number(process.argv[2] ?? 100);
const BETAS = [0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8];
const MODEL_CYCLES = 2_000;
const CORE_CYCLES = 400;
const scenarioOf = (beta: number): Scenario => ({ beta, requestsPerLoad, ttl: 60, cycles: MODEL_CYCLES });

function cells(values: readonly (number | string)[]): string {
  return values.map((value) => (typeof value === 'number' ? value.toFixed(2) : value).padStart(10)).join('');
}

console.log(`\nOne key, ttl 60 Δ, ${requestsPerLoad} requests per Δ: recomputations per cycle, and how early\n`);
console.log(`${cells(['', 'at once'])}${' '.repeat(20)}${cells(['waiting', '', 'early, Δ'])}`);
console.log(cells(['beta', 'model', 'core', 'e^(1/β)', 'model', 'core', 'model', 'core', 'expected']));
const rows: { beta: number; model: Stampede; core: Stampede }[] = [];
for (const beta of [0, ...BETAS]) {
  const scenario = scenarioOf(beta);
  const model = simulate(scenario);
  const core = await coreStampede({ ...scenario, cycles: CORE_CYCLES });
  const theory = expected(scenario);
  rows.push({ beta, model, core });
  console.log(
    cells([beta, model.size, core.size, theory.size, model.waited, core.waited, model.gap, core.gap, theory.gap]),
  );
}
console.log(
  `\n"model" is the paper's rule, ${MODEL_CYCLES} cycles; "core" is 1,000 caches over one shared tier, without leases, ${CORE_CYCLES} ` +
    'cycles.\n"waiting" came when the value was over. e^(1/β) and "expected" hold where the first recomputation ends in time.\n',
);

const drawn = rows.filter(({ beta }) => beta > 0);
console.log(
  plot(`Stampede size and earliness against beta, ${BETAS[0]} to ${BETAS.at(-1)} (both axes logarithmic)`, [
    { name: 'at once, model', mark: '·', points: drawn.map(({ beta, model }) => [beta, model.size]) },
    { name: 'at once, core', mark: '●', points: drawn.map(({ beta, core }) => [beta, core.size]) },
    { name: 'early in Δ, model', mark: ':', points: drawn.map(({ beta, model }) => [beta, Math.max(0.1, model.gap)]) },
    { name: 'early in Δ, core', mark: '○', points: drawn.map(({ beta, core }) => [beta, Math.max(0.1, core.gap)]) },
  ]),
);

const GAPS = [0.25, 0.5, 1, 2, 3];
console.log('\nHow often a hit of core refreshes, so many Δ before the end; below it the paper’s e^(-gap / β)\n');
console.log(cells(['beta', ...GAPS.map(String)]));
for (const beta of [0.5, 1, 2]) {
  const rates = await Promise.all(GAPS.map((gap) => coreRefreshRate(beta, gap, 4_000, beta * 100 + gap * 4)));
  console.log(cells([beta, ...rates]));
  console.log(cells(['', ...GAPS.map((gap) => Math.exp(-gap / beta))]));
}
