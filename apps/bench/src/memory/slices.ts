import { PerformanceObserver, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@uno-cache/core';
import { systemClock } from '@uno-cache/core';
import { MemoryCache } from '@uno-cache/memory';

/** A synchronous piece of work that took longer than most. */
interface Slice {
  readonly began: number;
  readonly ms: number;
}

/** Shorter ones are not looked at. */
const NOTED_MS = 0.5;

/**
 * Prints the longest synchronous slices of what concerns very many entries, garbage collection apart. What other
 * processes take of the machine counts as well: run it alone, and more than once.
 */
export async function printSlices(entries: number): Promise<void> {
  const pauses: Slice[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) pauses.push({ began: startTime, ms: duration });
  });
  observer.observe({ entryTypes: ['gc'] });
  const slices: Slice[] = [];
  const timed = (work: () => void): void => {
    const began = performance.now();
    work();
    const ms = performance.now() - began;
    if (ms > NOTED_MS) slices.push({ began, ms });
  };
  const report = async (name: string): Promise<void> => {
    await sleep(20);
    const net = slices.splice(0).map((slice) => slice.ms - within(slice, pauses));
    const worst = net.sort((a, b) => b - a).slice(0, 3);
    console.log(`  ${name.padEnd(16)} ${worst.map((ms) => ms.toFixed(2).padStart(8)).join('')}`);
  };
  console.log(`\nLongest slices in ms, ${entries} entries\n`);
  await exercise(entries, timed, report);
  observer.disconnect();
}

async function exercise(
  entries: number,
  timed: (work: () => void) => void,
  report: (name: string) => Promise<void>,
): Promise<void> {
  const clock: Clock = {
    ...systemClock,
    setTimer: (callback, delayMs, background) => systemClock.setTimer(() => timed(callback), delayMs, background),
  };
  const keys = Array.from({ length: entries }, (_, index) => `user:${index}:profile`);
  const cache = new MemoryCache<string, number>({ maxEntries: entries, clock });
  const fill = async (ttl: number): Promise<void> => {
    for (const [index, key] of keys.entries()) {
      timed(() => cache.set(key, index, { ttl }));
      if (index % 10_000 === 0) await sleep(0);
    }
  };
  await fill(60);
  await report('fill');
  await fill(1);
  await report('replace');
  while (cache.size > 0) await sleep(50);
  await report('expire at once');
  await fill(3600);
  await report('fill again');
  timed(() => cache.deletePattern('*5:profile'));
  while (cache.size > entries * 0.9) await sleep(50);
  await report('pattern sweep');
  timed(() => cache.clear());
  for (let index = 0; index < 1000; index++) timed(() => cache.set(`new:${index}`, index));
  await sleep(2000);
  await report('clear');
  cache.close();
}

/** How long garbage collection took of a slice. */
function within({ began, ms }: Slice, pauses: readonly Slice[]): number {
  let sum = 0;
  for (const pause of pauses) if (pause.began >= began && pause.began < began + ms) sum += pause.ms;
  return Math.min(sum, ms);
}
