import assert from 'node:assert/strict';
import { describe, it, vi } from 'vitest';
import type { CacheOptions } from '../../src/index.ts';
import { createCache } from '../../src/index.ts';
import { localBus } from '../../src/testing/index.ts';
import { aTier } from './setting.ts';

/** The codes that the process is warned with when such a cache is made. */
async function warnings(options: CacheOptions): Promise<unknown[]> {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const cache = createCache(options);
  await cache.close();
  const codes = warned.mock.calls.map(([, about]) => (about as unknown as { code: string }).code);
  warned.mockRestore();
  return codes;
}

const shared = () => aTier('far', { shared: true, async: true });
const unleased = () => aTier('far', { shared: true, async: true, leases: false });

describe('the process is warned once', () => {
  it('of memory before a shared tier without a bus, unless that is meant', async () => {
    assert.deepEqual(await warnings({ tiers: [aTier('near'), shared()] }), ['UNO_CACHE_NO_BUS']);
    assert.deepEqual(await warnings({ tiers: [aTier('near'), shared()], bus: false }), []);
    assert.deepEqual(await warnings({ tiers: [aTier('near'), shared()], bus: localBus() }), []);
    assert.deepEqual(await warnings({ tiers: [shared()] }), []);
  });

  it('of a shared tier that cannot lease, however many regions use it', async () => {
    const tiers = [unleased()];
    assert.deepEqual(await warnings({ tiers, regions: { a: {}, b: {} } }), ['UNO_CACHE_NO_LEASES']);
    assert.deepEqual(await warnings({ tiers: [aTier('own', { leases: false })] }), []);
  });
});
