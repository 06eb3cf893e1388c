/*
 * XFetch (`earlyRefresh`) against "Optimal Probabilistic Cache Stampede Prevention" (VLDB 2015): how many recomputations
 * there are at once, how early, for which beta; and whether core's rule is the paper's.
 *
 *   npx -y pnpm@12.21.0 bench xfetch [requests per load]
 *
 * Time is counted in Δ, the time that a recomputation takes. Deterministic.
 */
import { coreRefreshRate } from './core-rate.ts';
import { plot } from './plot.ts';
import type { Scenario } from './simulate.ts';
import { expected, simulate } from './simulate.ts';

const requestsPerLoad = Number(process.argv[2] ?? 100);
const BETAS = [0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8];
const scenarioOf = (beta: number): Scenario => ({ beta, requestsPerLoad, ttl: 60, cycles: 2_000 });

function cells(values: readonly (number | string)[]): string {
  return values.map((value) => (typeof value === 'number' ? value.toFixed(2) : value).padStart(10)).join('');
}

console.log(`\nOne key, ttl 60 Δ, ${requestsPerLoad} requests per Δ: recomputations per cycle, and how early\n`);
console.log(cells(['beta', 'at once', 'e^(1/β)', 'waiting', 'early, Δ', 'expected']));
const rows = [0, ...BETAS].map((beta) => {
  const scenario = scenarioOf(beta);
  return { beta, found: simulate(scenario), theory: expected(scenario) };
});
for (const { beta, found, theory } of rows) {
  console.log(cells([beta, found.size, theory.size, found.waited, found.gap, theory.gap]));
}
console.log(
  '\n"waiting" came when the value was over. The last columns hold where the first recomputation ends in time.\n',
);

const drawn = rows.filter(({ beta }) => beta > 0);
console.log(
  plot(`Stampede size and earliness against beta, ${BETAS[0]} to ${BETAS.at(-1)} (both axes logarithmic)`, [
    { name: 'recomputations at once', mark: '●', points: drawn.map(({ beta, found }) => [beta, found.size]) },
    { name: 'how early, in Δ', mark: '○', points: drawn.map(({ beta, found }) => [beta, Math.max(0.1, found.gap)]) },
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
