import { parentPort, workerData } from 'node:worker_threads';
import { createCache } from '@uno-cache/core';
import { threadBus } from '@uno-cache/file';
import { memory } from '@uno-cache/memory';

/** A worker thread with a copy of its own, which tells what it holds. */
const cache = createCache({ name: 'shop', tiers: [memory()], bus: threadBus({ channel: String(workerData) }) });
await cache.set('k', 'old');
cache.on('invalidate', () => void tellAndEnd());
// Listening to the bus keeps no thread alive.
parentPort?.on('message', () => {});
parentPort?.postMessage(await cache.get('k'));

async function tellAndEnd(): Promise<void> {
  parentPort?.postMessage(await cache.get('k'));
  await cache.close();
  parentPort?.close();
}
