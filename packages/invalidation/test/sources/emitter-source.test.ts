import { EventEmitter } from 'node:events';
import { createCache } from '@uno-cache/core';
import { faultyTier } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { describe, expect, it } from 'vitest';
import { eventBased, invalidator } from '../../src/index.ts';
import { subscribe } from '../../src/sources/emitter-source.ts';

function shop() {
  const tier = faultyTier(memory(), { async: true });
  const cache = createCache({ tiers: [tier] });
  const invalidation = invalidator(cache, [eventBased({ saved: ['row:{id}'], flushed: ['*'] })]);
  return { cache, tier, invalidation };
}

describe('from()', () => {
  it('listens to an EventEmitter until it is closed', async () => {
    const { cache, invalidation } = shop();
    const emitter = new EventEmitter();
    const subscription = invalidation.from(emitter);
    await cache.setMany({ 'row:1': 1, 'row:2': 2 });
    emitter.emit('saved', { id: 1 });
    await subscription.idle();
    expect(await cache.has('row:1')).toBe(false);
    await subscription.close();
    await subscription.close();
    emitter.emit('saved', { id: 2 });
    expect(emitter.eventNames()).toEqual([]);
    expect(await cache.has('row:2')).toBe(true);
    await cache.close();
  });

  it('listens to an EventTarget, to the events that are named', async () => {
    const { cache, invalidation } = shop();
    const target = new EventTarget();
    await using subscription = invalidation.from(target, { events: ['saved'] });
    await cache.setMany({ 'row:1': 1, 'row:2': 2 });
    target.dispatchEvent(new CustomEvent('flushed'));
    target.dispatchEvent(new CustomEvent('saved', { detail: { id: 1 } }));
    await subscription.idle();
    expect(await cache.has('row:1')).toBe(false);
    expect(await cache.has('row:2')).toBe(true);
    await cache.close();
  });

  it('waits at close for what has been heard', async () => {
    const { cache, tier, invalidation } = shop();
    const emitter = new EventEmitter();
    const subscription = invalidation.from(emitter);
    await cache.set('row:1', 1);
    const gate = tier.hold('deletePattern');
    emitter.emit('saved', { id: 1 });
    await gate.reached;
    const closing = subscription.close();
    gate.release();
    await closing;
    expect(await cache.has('row:1')).toBe(false);
    await cache.close();
  });

  it('tells of events that cannot be handled: on the emitter, or to whom it is told', async () => {
    const { cache, invalidation } = shop();
    const emitter = new EventEmitter();
    const heard = new Promise((resolve) => emitter.once('error', resolve));
    const first = invalidation.from(emitter);
    emitter.emit('saved', {});
    expect(await heard).toBeInstanceOf(TypeError);
    await first.close();

    const told: unknown[] = [];
    const second = invalidation.from(emitter, { onError: (error, event) => told.push(event, error) });
    emitter.emit('saved', {});
    await second.close();
    expect(told).toEqual(['saved', expect.any(TypeError)]);
    await cache.close();
  });

  it('clears the cache for what is too much to be kept', async () => {
    const { cache, tier, invalidation } = shop();
    const emitter = new EventEmitter();
    await using source = invalidation.from(emitter);
    await cache.setMany({ 'row:1': 1, 'row:9999': 1, 'row:20000': 1 });
    for (let id = 0; id <= 20_000; id++) emitter.emit('saved', { id });
    await source.idle();
    expect((await cache.getMany(['row:1', 'row:9999', 'row:20000'])).size).toBe(0);
    // What was missed when the first had begun.
    expect(tier.count('clear')).toBe(2);
    emitter.emit('saved', { id: 1 });
    await source.idle();
    expect(tier.count('clear')).toBe(2);
    await cache.close();
  });

  it('hands over everything to a sink that cannot take all for old', async () => {
    const emitter = new EventEmitter();
    let handled = 0;
    const handle = async () => {
      handled++;
      return { deferred: [] };
    };
    const source = subscribe(emitter, { events: new Set(['saved']), handle }, {});
    for (let id = 0; id <= 20_000; id++) emitter.emit('saved', { id });
    await source.close();
    expect(handled).toBe(20_001);
  });

  it('refuses what is no emitter, and events that nobody knows', async () => {
    const { cache, invalidation } = shop();
    expect(() => invalidation.from({} as never)).toThrow(/emitter must be/);
    const emitter = new EventEmitter();
    expect(() => invalidation.from(emitter, { events: ['saved', 'save'] })).toThrow(/did you mean "saved"/);
    expect(emitter.eventNames()).toEqual([]);
    await cache.close();
  });
});
