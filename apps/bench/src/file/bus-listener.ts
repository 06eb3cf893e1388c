import { createCache } from '@uno-cache/core';
import { file } from '@uno-cache/file';
import { memory } from '@uno-cache/memory';

/** The other process of the bus benchmark: keys are the time at which they were deleted. */
const [directory = '', idleMs = '0'] = process.argv.slice(2);
const cache = createCache({ name: 'bench', tiers: [memory(), file({ directory })] });
const latenciesMs: number[] = [];
cache.on('invalidate', ({ target }) => {
  latenciesMs.push(performance.timeOrigin + performance.now() - Number(target[0]));
});
await new Promise((resolve) => setTimeout(resolve, 500));
const before = process.cpuUsage();
await new Promise((resolve) => setTimeout(resolve, Number(idleMs)));
const { user, system } = process.cpuUsage(before);
const idleCpuMs = (user + system) / 1000;

process.on('message', () => void finish());
process.send?.('ready');

async function finish(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
  process.send?.({ latenciesMs, idleCpuMs });
  await cache.close();
  process.disconnect();
}
