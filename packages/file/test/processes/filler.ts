import type { CacheError } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { file } from '@uno-cache/file';

/** Writes several times what the directory may hold. */
const [directory = '', name = ''] = process.argv.slice(2);
const cache = createCache({ name: 'shop', tiers: [file({ directory, maxBytes: '8mb', durability: 'process' })] });
const errors: string[] = [];
cache.on('error', ({ error }) => void errors.push(String((error as CacheError).cause ?? error)));

async function fill(): Promise<void> {
  for (let round = 0; round < 40; round++) {
    const batch = Array.from({ length: 50 }, (_, index): [string, string] => [
      `${name}:${round}:${index}`,
      'x'.repeat(2_000),
    ]);
    await cache.setMany(new Map(batch));
    for (let index = 0; index < 10; index++) cache.sync.set(`${name}:${index}`, round);
  }
  await cache.close();
  process.send?.(errors);
}

process.once('message', () => void fill());
process.on('disconnect', () => process.exit());
process.send?.('ready');
