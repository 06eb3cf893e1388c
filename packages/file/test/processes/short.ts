import { createCache } from '@uno-cache/core';
import { file } from '@uno-cache/file';
import { memory } from '@uno-cache/memory';

/** Uses a cache and comes to its end: with nothing left to do, or with nothing but a bus that listens. */
const [directory = '', how = ''] = process.argv.slice(2);
const cache = createCache({ name: 'shop', tiers: [memory(), file({ directory })] });
await cache.set('key', 'value');
process.send?.(await cache.get('key'));
if (how === 'close') await cache.close();
process.disconnect();
