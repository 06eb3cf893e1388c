import { inspect } from 'node:util';
import type { CacheOptions } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { describe, expect, it, vi } from 'vitest';
import {
  developmentDefaults,
  explain,
  fromEnv,
  productionDefaults,
  serverlessDefaults,
  testDefaults,
} from '../src/index.ts';

/** As in a container of 256 MB, wherever the test runs. */
vi.spyOn(process, 'constrainedMemory').mockReturnValue(256 * 1024 ** 2);

const REDIS = 'redis://user:hunter2@cache:6379/1?password=hunter2';

describe('explain()', () => {
  it.each<[string, CacheOptions]>([
    ['development', developmentDefaults()],
    ['production', productionDefaults({ name: 'shop', redis: REDIS })],
    ['test', testDefaults()],
    ['serverless', serverlessDefaults({ redis: { url: REDIS, ttl: '1d' } })],
  ])('shows each option with its value, where it comes from and why: %s', async (name, options) => {
    await expect(`${explain(options)}\n`).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it('shows what the environment says, and what it replaces', async () => {
    const options = fromEnv({ UNO_CACHE_PRESET: 'production', UNO_CACHE_REDIS_URL: 'off', UNO_CACHE_TTL: '1h' });
    await expect(`${explain(options)}\n`).toMatchFileSnapshot('golden/environment.txt');
  });

  it('follows options that are put over a preset by hand', () => {
    const replaced = { ...developmentDefaults({ ttl: '5m' }), ttl: '2m', tiers: [memory({ name: 'mine' })] } as const;
    expect(explain(replaced).replace(/ +/g, ' ')).toMatchInlineSnapshot(`
      "option value from reason
      jitter 0 preset an entry ends when its ttl says
      staleWhileRevalidate 0 preset what is read is what was loaded last, never the one before
      staleIfError 0 preset an error of a factory is seen, not covered by an old value
      ttl 2m override
      tiers mine override"
    `);
  });

  it('shows options that no preset made', () => {
    expect(explain({ ttl: '1m', tiers: [memory()] }).replace(/ +/g, ' ')).toMatchInlineSnapshot(`
      "option value from reason
      ttl 1m override
      tiers memory override"
    `);
    expect(() => explain(undefined as never)).toThrow(/options must be the options of a cache; got undefined/);
  });

  it('shows tiers that were given by their names, and functions as such', () => {
    const options = productionDefaults({ redis: memory({ name: 'far' }), ttl: () => 60, tags: ['a', 'b'] });
    const told = explain(options).replace(/ +/g, ' ');
    expect(told).toMatch(/^redis tier "far" override$/m);
    expect(told).toMatch(/^ttl function ttl override instead of 10m$/m);
    expect(told).toMatch(/^tags a, b override$/m);
  });

  it('shows no password, and neither do the options when they are printed', async () => {
    const options = productionDefaults({ redis: REDIS });
    expect(explain(options)).not.toContain('hunter2');
    expect(explain(options)).toContain('redis://***@cache:6379/1?***');
    expect(inspect({ ...options, tiers: [] }, { depth: 10, showHidden: true })).not.toContain('hunter2');
    await createCache(options).close();
  });
});
