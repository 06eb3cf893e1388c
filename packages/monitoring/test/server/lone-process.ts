import { get } from 'node:http';
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { createMonitor } from '../../src/index.ts';

/** Serves a monitor, has it answered over a connection that stays open, and closes nothing. */
const cache = createCache({ name: 'lone', tiers: [memory()] });
const { url } = await createMonitor(cache).serve({ port: 0 });
const status = await new Promise((resolve, reject) => {
  get(url, (response) => response.resume().on('end', () => resolve(response.statusCode))).on('error', reject);
});
console.log(status);
