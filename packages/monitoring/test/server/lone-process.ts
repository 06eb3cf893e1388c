import { get } from 'node:http';
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { createMonitor } from '../../src/index.ts';

/** Serves a monitor, has it answered over a connection that stays open, closes nothing, and says when it ended. */
const cache = createCache({ name: 'lone', tiers: [memory()] });
const { url } = await createMonitor(cache).serve({ port: 0 });
const status = await new Promise((resolve, reject) => {
  get(url, (response) => response.resume().on('end', () => resolve(response.statusCode))).on('error', reject);
});
const answered = performance.now();
console.log(status);
process.on('exit', () => console.log(performance.now() - answered < 3000 ? 'at once' : 'late'));
