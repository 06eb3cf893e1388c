import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Bus, BusReceiver, SeenKey } from '../../src/index.ts';
import { createCache } from '../../src/index.ts';
import { faultyTier, localBus, manualClock } from '../../src/testing/index.ts';
import { NaiveTier } from '../testing/naive-tier.ts';
import { lose } from './stage.ts';

/** A cache with a near tier and a shared one, and what its bus may tell it. */
function setting() {
  const clock = manualClock();
  const inner = localBus();
  let receiver: BusReceiver | undefined;
  const bus: Bus = {
    name: 'watching',
    join: (namespace, ears, at) => {
      receiver = ears;
      return inner.join(namespace, ears, at);
    },
    ping: () => inner.ping(),
    close: () => inner.close(),
  };
  const near = faultyTier(new NaiveTier(), { name: 'near' });
  const far = faultyTier(new NaiveTier(), { name: 'far', shared: true, async: true });
  const cache = createCache({ namespace: 'n', tiers: [near, far], clock, bus, ttl: '1h' });
  const seen = (...keys: SeenKey[]): void => receiver!.seen!({ region: '', keys, tags: [] });
  return { cache, clock, far, receiver: receiver!, seen };
}

async function farReads(far: { calls: { op: string }[] }, read: () => Promise<unknown>): Promise<number> {
  far.calls.length = 0;
  await read();
  return far.calls.filter(({ op }) => op === 'get').length;
}

describe('what a watcher has seen in the shared tier', () => {
  it('leaves the copy of the same version, and a younger one', async () => {
    const { cache, far, seen } = setting();
    await cache.set('k', 1);
    const { version } = (await cache.getEntry('k'))!;
    seen({ key: 'k', version, at: Infinity }, { key: 'k', version: 0, at: version - 1 });
    assert.equal(await farReads(far, () => cache.get('k')), 0);
    await cache.close();
  });

  it('drops the copy of another version, and of what is gone', async () => {
    const { cache, clock, far, seen } = setting();
    for (const other of [0, 1]) {
      await cache.set('k', 1);
      const { version } = (await cache.getEntry('k'))!;
      await lose(clock, far, 'k');
      seen({ key: 'k', version: other, at: version + 1 });
      assert.equal(await cache.get('k'), undefined);
    }
    await cache.close();
  });

  it('keeps a read that is under way from copying another version', async () => {
    const { cache, clock, far, seen } = setting();
    await cache.set('k', 1);
    const { version } = (await cache.getEntry('k'))!;
    seen({ key: 'k', version: 0, at: version });
    const reading = far.hold('get', 'after');
    const read = cache.get('k');
    await reading.reached;
    await lose(clock, far, 'k');
    seen({ key: 'k', version: 0, at: version + 1 });
    reading.release();
    assert.equal(await read, 1);
    assert.equal(await cache.get('k'), undefined);
    await cache.close();
  });

  it('neither fences the load whose marker it saw, nor keeps it from the near tier', async () => {
    const { cache, far, seen } = setting();
    const loading = cache.getOrSet('k', async () => {
      seen({ key: 'k', version: 0, at: 0 });
      return 'loaded';
    });
    assert.equal(await loading, 'loaded');
    assert.equal(cache.stats().fenced, 0);
    assert.equal(await farReads(far, () => cache.get('k')), 0);
    await cache.close();
  });

  it('is asked for what is near or under way alone', async () => {
    const { cache, far, receiver } = setting();
    assert.equal(receiver.holds!('', 'k'), false);
    const reading = far.hold('get', 'before');
    const read = cache.get('k');
    await reading.reached;
    assert.equal(receiver.holds!('', 'k'), true);
    reading.release();
    await read;
    assert.equal(receiver.holds!('', 'k'), false);
    await cache.set('k', 1);
    assert.equal(receiver.holds!('', 'k'), true);
    assert.equal(receiver.holds!('no such region', 'k'), false);
    await cache.close();
  });

  it('a tag that has another version, or none, is asked for again', async () => {
    const { cache, far, receiver } = setting();
    await cache.set('k', 1, { tags: ['t'] });
    const { tags } = (await cache.getEntry('k'))!;
    assert.deepEqual(tags, ['t']);
    const versionReads = async (): Promise<number> => {
      far.calls.length = 0;
      await cache.get('k');
      return far.calls.filter(({ op }) => op === 'versions.read').length;
    };
    assert.equal(await versionReads(), 0);
    receiver.seen!({ region: '', keys: [], tags: [['another', 'x']] });
    assert.equal(await versionReads(), 0);
    receiver.seen!({ region: '', keys: [], tags: [['t', undefined]] });
    assert.equal(await versionReads(), 1);
    await cache.close();
  });

  it('a gap of copies alone lets loads land', async () => {
    const { cache, far, receiver } = setting();
    await cache.set('near', 1);
    const loading = cache.getOrSet('k', async () => {
      receiver.gap('may have missed something', true);
      return 'loaded';
    });
    assert.equal(await loading, 'loaded');
    assert.equal(cache.stats().fenced, 0);
    assert.equal(await farReads(far, () => cache.get('k')), 0);
    assert.equal(await farReads(far, () => cache.get('near')), 1);
    await cache.close();
  });
});
