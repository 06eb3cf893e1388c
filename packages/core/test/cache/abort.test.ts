import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { aCache, aTier, counting, held } from './setting.ts';

const enough = new Error('enough');

describe('signal', () => {
  it('ends the wait of the caller whose it is; the others go on', async () => {
    const { cache } = aCache();
    const { factory, give } = held<string>();
    const abort = new AbortController();
    let signal: AbortSignal | undefined;
    const one = cache.getOrSet(
      'k',
      (context) => {
        signal = context.signal;
        return factory();
      },
      { signal: abort.signal },
    );
    const other = cache.getOrSet('k', factory);
    abort.abort(enough);
    await assert.rejects(one, enough);
    assert.equal(signal?.aborted, false);
    give('v');
    assert.equal(await other, 'v');
    assert.equal(await cache.get('k'), 'v');
  });

  it('ends the load when all callers have gone', async () => {
    const { cache, clock } = aCache();
    const { factory, give } = held<string>();
    const [first, second] = [new AbortController(), new AbortController()];
    let signal: AbortSignal | undefined;
    const load = (context: { readonly signal: AbortSignal }) => {
      signal = context.signal;
      return factory();
    };
    const callers = [
      cache.getOrSet('k', load, { signal: first.signal }),
      cache.getOrSet('k', load, { signal: second.signal }),
    ];
    const outcomes = Promise.allSettled(callers);
    first.abort(enough);
    await clock.flush();
    assert.equal(signal?.aborted, false);
    second.abort(enough);
    assert.ok((await outcomes).every(({ status }) => status === 'rejected'));
    assert.equal(signal.aborted, true);
    assert.equal(signal.reason, enough);
    give('late');
    await clock.flush();
    assert.equal(await cache.get('k'), undefined);
  });

  it('lets whoever comes after that load anew', async () => {
    const { cache } = aCache();
    const abort = new AbortController();
    const gone = cache.getOrSet('k', () => new Promise<string>(() => {}), { signal: abort.signal });
    abort.abort(enough);
    await assert.rejects(gone, enough);
    assert.equal(await cache.getOrSet('k', () => 'new'), 'new');
    assert.equal(await cache.get('k'), 'new');
  });

  it('that has aborted before does nothing at all', async () => {
    const { cache, near } = aCache();
    await cache.set('here', 1);
    near.calls.length = 0;
    const factory = counting(1);
    const signal = AbortSignal.abort(enough);
    await assert.rejects(cache.getOrSet('here', factory, { signal }), enough);
    await assert.rejects(cache.getOrSet('k', factory, { signal }), enough);
    await assert.rejects(
      cache.getOrSetMany(['k'], () => ({ k: factory() }), { signal }),
      enough,
    );
    await assert.rejects(cache.set('k', 1, { signal }), enough);
    await assert.rejects(cache.setMany({ k: 1 }, { signal }), enough);
    assert.throws(() => cache.sync.getOrSet('k', factory, { signal }), enough);
    assert.throws(() => cache.sync.set('k', 1, { signal }), enough);
    assert.equal(factory.runs, 0);
    assert.equal(near.calls.length, 0);
  });

  it('while the tiers are still being read spares the factory', async () => {
    const far = aTier('far', { async: true });
    const { cache, clock } = aCache({ tiers: [far] });
    const gate = far.hold('get');
    const factory = counting(1);
    const abort = new AbortController();
    const gone = cache.getOrSet('k', factory, { signal: abort.signal });
    await gate.reached;
    abort.abort(enough);
    await assert.rejects(gone, enough);
    gate.release();
    await clock.flush();
    assert.equal(factory.runs, 0);
    assert.equal(cache.stats().loads, 0);
  });

  it('leaves no listener behind', async () => {
    const { cache } = aCache();
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners++;
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners--;
      removeEventListener.apply(signal, args);
    };
    await cache.getOrSet('k', async () => 1, { signal });
    await assert.rejects(cache.getOrSet('l', () => Promise.reject(enough), { signal }));
    assert.equal(listeners, 0);
  });

  it('does not end a refresh in the background', async () => {
    const { cache, clock } = aCache({ ttl: 10, staleWhileRevalidate: 60 });
    await cache.set('k', 'old');
    clock.advance('11s');
    const { factory, give } = held<string>();
    const abort = new AbortController();
    assert.equal(await cache.getOrSet('k', factory, { signal: abort.signal }), 'old');
    abort.abort(enough);
    give('new');
    await clock.flush();
    assert.equal(await cache.get('k'), 'new');
  });
});
