import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';
import { describe, it, onTestFinished } from 'vitest';
import { aCache, twoTiers } from './setting.ts';

interface Context {
  readonly cache: string;
  readonly region?: string;
  readonly tier?: string;
  readonly operation: string;
  readonly key?: string;
  readonly keys?: readonly string[];
  readonly error?: unknown;
}

/** Notes what a channel tells from now on, until the test ends. */
function spans(name: 'operation' | 'command' | 'load'): string[] {
  const told: string[] = [];
  const tell =
    (event: string) =>
    (message: unknown): void => {
      const { cache, region, tier, operation, key, keys, error } = message as Context;
      const what = [
        operation,
        region,
        tier,
        key ?? keys?.join('+'),
        error instanceof Error ? error.message : undefined,
      ];
      told.push(`${event} ${cache} ${what.filter((part) => part !== undefined).join(' ')}`);
    };
  const subscribers = {
    start: tell('start'),
    end: tell('end'),
    asyncStart: tell('asyncStart'),
    asyncEnd: tell('asyncEnd'),
    error: tell('error'),
  };
  const channel = tracingChannel(`uno-cache:${name}`);
  channel.subscribe(subscribers);
  onTestFinished(() => void channel.unsubscribe(subscribers));
  return told;
}

describe('tracing channels', () => {
  it('uno-cache:operation: calls that the nearest tier does not answer at once', async () => {
    const { cache } = aCache({ regions: { r: {} } });
    const told = spans('operation');
    await cache.region('r').set('k', 1);
    await cache.region('r').get('k');
    await cache.getOrSet('x', () => 1);
    assert.deepEqual(told, [
      ...['start', 'end', 'asyncStart', 'asyncEnd'].map((event) => `${event} cache set r k`),
      ...['start', 'end', 'asyncStart', 'asyncEnd'].map((event) => `${event} cache getOrSet  x`),
    ]);
  });

  it('uno-cache:load: runs of factories, their errors too, in the context that a storage is bound to', async () => {
    const { cache } = aCache();
    const told = spans('load');
    const storage = new AsyncLocalStorage<string>();
    const { start } = tracingChannel('uno-cache:load');
    start.bindStore(storage, () => 'span');
    onTestFinished(() => void start.unbindStore(storage));
    assert.equal(await cache.getOrSet('a', () => storage.getStore()), 'span');
    await assert.rejects(
      cache.getOrSet('b', () => Promise.reject(new Error('down'))),
      /down/,
    );
    assert.throws(() =>
      cache.sync.getOrSet('c', () => {
        throw new Error('sync');
      }),
    );
    await cache.getOrSetMany(['d', 'e'], () => ({}));
    assert.deepEqual(told, [
      'start cache load  a',
      'end cache load  a',
      'start cache load  b',
      'end cache load  b',
      'error cache load  b down',
      'asyncStart cache load  b down',
      'asyncEnd cache load  b down',
      'start cache load  c',
      'error cache load  c sync',
      'end cache load  c sync',
      'start cache load  d+e',
      'end cache load  d+e',
    ]);
  });

  it('uno-cache:command: commands to tiers', async () => {
    const { cache, far } = twoTiers();
    const told = spans('command');
    far.fail('get').once();
    await cache.get('k');
    assert.deepEqual(
      told.filter((line) => line.includes('far')),
      ['start cache get far k', 'end cache get far k', 'asyncStart cache get far k', 'asyncEnd cache get far k'],
    );
  });
});
