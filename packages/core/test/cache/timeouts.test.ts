import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { aCache, hear, held } from './setting.ts';

const never = () => new Promise<string>(() => {});

describe('softTimeout', () => {
  const options = { ttl: 10, staleIfError: '1h', softTimeout: '100ms' } as const;

  it('answers with the stale value when the factory takes longer, and keeps what it gives', async () => {
    const { cache, clock } = aCache(options);
    await cache.set('k', 'old');
    clock.advance('11s');
    const { factory, give } = held<string>();
    const waiting = cache.getOrSet('k', factory);
    await clock.advanceAsync('100ms');
    assert.equal(await waiting, 'old');
    give('new');
    await clock.flush();
    assert.equal(await cache.get('k'), 'new');
  });

  it('answers at once whoever comes later, as long as the factory runs', async () => {
    const { cache, clock } = aCache(options);
    await cache.set('k', 'old');
    clock.advance('11s');
    const { factory, give } = held<string>();
    const first = cache.getOrSet('k', factory);
    await clock.advanceAsync('100ms');
    await first;
    clock.advance('1m');
    assert.equal(await cache.getOrSet('k', factory), 'old');
    give('new');
  });

  it('answers with the new value when the factory is faster', async () => {
    const { cache, clock } = aCache(options);
    await cache.set('k', 'old');
    clock.advance('11s');
    const { factory, give } = held<string>();
    const waiting = cache.getOrSet('k', factory);
    await clock.advanceAsync('99ms');
    give('new');
    assert.equal(await waiting, 'new');
    assert.equal(clock.pending, 0);
  });

  it('waits when there is nothing stale', async () => {
    const { cache, clock } = aCache(options);
    const { factory, give } = held<string>();
    const waiting = cache.getOrSet('k', factory);
    await clock.advanceAsync('10s');
    give('new');
    assert.equal(await waiting, 'new');
  });

  it('holds for a batch', async () => {
    const { cache, clock } = aCache(options);
    await cache.setMany({ a: 1, b: 2 });
    clock.advance('11s');
    const waiting = cache.getOrSetMany<unknown>(['a', 'b'], () => new Promise<Record<string, number>>(() => {}));
    await clock.advanceAsync('100ms');
    assert.deepEqual([...(await waiting).values()], [1, 2]);
  });
});

describe('hardTimeout', () => {
  it('ends the load with TIMEOUT, and aborts its signal', async () => {
    const { cache, clock } = aCache({ hardTimeout: '1s' });
    let signal: AbortSignal | undefined;
    const waiting = cache.getOrSet('k', (context) => {
      signal = context.signal;
      return never();
    });
    const failed = assert.rejects(waiting, { code: 'TIMEOUT' });
    await clock.advanceAsync('1s');
    await failed;
    assert.equal(signal?.aborted, true);
    assert.equal(signal.reason.code, 'TIMEOUT');
  });

  it('drops what the factory gives later: it does not overwrite a newer set', async () => {
    const { cache, clock } = aCache({ hardTimeout: '1s' });
    const { factory, give } = held<string>();
    const failed = assert.rejects(cache.getOrSet('k', factory), { code: 'TIMEOUT' });
    await clock.advanceAsync('1s');
    await failed;
    await cache.set('k', 'newer');
    give('late');
    await clock.flush();
    assert.equal(await cache.get('k'), 'newer');
  });

  it('drops it also when nothing was set', async () => {
    const { cache, clock } = aCache({ hardTimeout: '1s' });
    const { factory, give } = held<string>();
    const failed = assert.rejects(cache.getOrSet('k', factory), { code: 'TIMEOUT' });
    await clock.advanceAsync('1s');
    await failed;
    give('late');
    await clock.flush();
    assert.equal(await cache.get('k'), undefined);
  });

  it('is answered with a stale value within staleIfError', async () => {
    const { cache, clock } = aCache({ ttl: 10, staleIfError: 60, hardTimeout: '1s' });
    await cache.set('k', 'old');
    clock.advance('11s');
    const waiting = cache.getOrSet('k', never);
    await clock.advanceAsync('1s');
    assert.equal(await waiting, 'old');
    assert.equal(cache.stats().loadErrors, 1);
  });

  it('comes after the soft one', async () => {
    const { cache, clock } = aCache({ ttl: 10, staleIfError: 60, softTimeout: '100ms', hardTimeout: '1s' });
    await cache.set('k', 'old');
    clock.advance('11s');
    const errors = hear(cache, 'error');
    const waiting = cache.getOrSet('k', never);
    await clock.advanceAsync('100ms');
    assert.equal(await waiting, 'old');
    await clock.advanceAsync('900ms');
    assert.deepEqual(
      errors.map(({ error }) => error.code),
      ['TIMEOUT'],
    );
    assert.equal(await cache.getOrSet('k', () => 'new'), 'new');
  });

  it('lets the next caller load at once', async () => {
    const { cache, clock } = aCache({ hardTimeout: '1s' });
    const failed = assert.rejects(cache.getOrSet('k', never), { code: 'TIMEOUT' });
    await clock.advanceAsync('1s');
    await failed;
    assert.equal(await cache.getOrSet('k', () => 'new'), 'new');
  });

  it('holds for a batch', async () => {
    const { cache, clock } = aCache({ hardTimeout: '1s' });
    let signal: AbortSignal | undefined;
    const waiting = cache.getOrSetMany(['a', 'b'], (_, context) => {
      signal = context.signal;
      return new Promise<Record<string, number>>(() => {});
    });
    const failed = assert.rejects(waiting, { code: 'TIMEOUT' });
    await clock.advanceAsync('1s');
    await failed;
    assert.equal(signal?.aborted, true);
  });

  it('names how many keys it was about', async () => {
    const { cache, clock } = aCache({ hardTimeout: '1s' });
    const waiting = cache.getOrSetMany(['a', 'b', 'c'], () => new Promise<Record<string, number>>(() => {}));
    const failed = assert.rejects(waiting, { code: 'TIMEOUT', message: /"a" and 2 more/ });
    await clock.advanceAsync('1s');
    await failed;
  });
});

describe('who joins a load that may take longer', () => {
  it('gets TIMEOUT at his own hardTimeout, while the load goes on for the others', async () => {
    const { cache, clock } = aCache();
    const { factory, give } = held<string>();
    const patient = cache.getOrSet('k', factory);
    const failed = assert.rejects(cache.getOrSet('k', never, { hardTimeout: '100ms' }), { code: 'TIMEOUT' });
    await clock.advanceAsync('100ms');
    await failed;
    give('new');
    assert.equal(await patient, 'new');
    assert.equal(await cache.get('k'), 'new');
  });

  it('gets TIMEOUT of a batch, too', async () => {
    const { cache, clock } = aCache();
    const { factory, give } = held<string>();
    const patient = cache.getOrSet('k', factory);
    const joining = cache.getOrSetMany<unknown>(['j', 'k'], () => ({ j: 1 }), { hardTimeout: '100ms' });
    const failed = assert.rejects(joining, { code: 'TIMEOUT' });
    await clock.advanceAsync('100ms');
    await failed;
    give('new');
    assert.equal(await patient, 'new');
  });

  it.each([{ softTimeout: '100ms' }, { hardTimeout: '100ms' }] as const)(
    'gets the stale value, where there is one: by %o',
    async (options) => {
      const { cache, clock } = aCache({ ttl: 10, staleIfError: '1h' });
      await cache.set('k', 'old');
      clock.advance('11s');
      const { factory, give } = held<string>();
      const patient = cache.getOrSet('k', factory);
      const impatient = cache.getOrSet('k', never, options);
      await clock.advanceAsync('100ms');
      assert.equal(await impatient, 'old');
      give('new');
      assert.equal(await patient, 'new');
    },
  );

  it('ends the load if nobody else waits any more', async () => {
    const { cache, clock } = aCache();
    const leaving = new AbortController();
    let signal: AbortSignal | undefined;
    const first = cache.getOrSet(
      'k',
      (context) => {
        signal = context.signal;
        return never();
      },
      { signal: leaving.signal },
    );
    const joined = assert.rejects(cache.getOrSet('k', never, { hardTimeout: '100ms' }), { code: 'TIMEOUT' });
    leaving.abort();
    await assert.rejects(first);
    assert.equal(signal?.aborted, false);
    await clock.advanceAsync('100ms');
    await joined;
    assert.equal(signal?.aborted, true);
  });
});
