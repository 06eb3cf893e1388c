import { writeSync } from 'node:fs';
import { createCache } from '@uno-cache/core';
import { file } from '@uno-cache/file';

/** Writes as fast as it can, in every way there is, until it is killed. Each confirmed number goes out by a pipe. */
const [directory = '', start = '0'] = process.argv.slice(2);
const cache = createCache({ name: 'shop', tiers: [file({ directory, maxBytes: '16mb' })], ttl: '1d' });

/** Sizes from nothing to more than what is kept in the table; the text can be checked by itself. */
function makeValue(number: number): { number: number; text: string } {
  const size = number % 25 === 0 ? 300_000 : (number * 7919) % 6_000;
  return { number, text: String(number % 10).repeat(size) };
}

process.send?.('ready');
for (let number = Number(start); ; number += 4) {
  cache.sync.set(`key:${number % 500}`, makeValue(number));
  await Promise.all([
    cache.set(`key:${(number + 1) % 500}`, makeValue(number + 1), { tags: [`tag:${number % 3}`] }),
    cache.getOrSet(`key:${(number + 2) % 500}`, () => makeValue(number + 2)),
    cache.delete(`key:${(number + 100) % 500}`),
  ]);
  cache.sync.set('last', number);
  writeSync(1, `${number}\n`);
}
