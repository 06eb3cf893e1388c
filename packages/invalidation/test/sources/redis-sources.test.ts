import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EventSink, IncomingEvent } from '../../src/index.ts';
import { eventBased, fromRedisChannel, fromRedisStream, invalidator } from '../../src/index.ts';
import type { TestRedis } from '../start-redis.ts';
import { startRedis } from '../start-redis.ts';

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
}, 30_000);
afterAll(() => server.stop());

const strategy = eventBased({ saved: ['row:{id}'] });
const soon = { timeout: 5_000, interval: 5 };

/** What was handled, and what is to go wrong. */
function recorder() {
  const events: IncomingEvent[] = [];
  const failures: (Error | readonly string[])[] = [];
  const handle: EventSink['handle'] = async ([event]) => {
    const failure = failures.shift();
    if (failure instanceof Error) throw failure;
    if (failure === undefined) events.push(event!);
    return { deferred: failure ?? [] };
  };
  return { events, failures, sink: { events: new Set(['saved']), handle } };
}

describe('fromRedisChannel()', () => {
  it('invalidates what is published, and tells of what it cannot read', async () => {
    const errors: string[] = [];
    await using cache = createCache({ tiers: [memory()] });
    const source = await fromRedisChannel(server.connect(), invalidator(cache, [strategy]), {
      channel: 'events',
      onError: (error, message) => errors.push(`${(error as Error).name}: ${message}`),
    });
    await cache.setMany({ 'row:1': 1, 'row:2': 2 });
    const publisher = server.connect();
    await publisher.publish('others', '{"event":"saved","payload":{"id":2}}');
    await publisher.publish('events', 'no json');
    await publisher.publish('events', '{"payload":{}}');
    await publisher.publish('events', '{"event":"saved","payload":{}}');
    await publisher.publish('events', '{"event":"saved","payload":{"id":1}}');
    await vi.waitFor(async () => expect(await cache.has('row:1')).toBe(false), soon);
    expect(await cache.has('row:2')).toBe(true);
    expect(errors).toEqual([
      'TypeError: no json',
      'TypeError: {"payload":{}}',
      'TypeError: {"event":"saved","payload":{}}',
    ]);
    await source.close();
    await publisher.publish('events', '{"event":"saved","payload":{"id":2}}');
    await source.idle();
    expect(await cache.has('row:2')).toBe(true);
  });
});

describe('fromRedisChannel() without a channel', () => {
  it('listens to nothing more when it cannot subscribe', async () => {
    const client = server.connect();
    client.disconnect();
    const before = client.listenerCount('message');
    await expect(fromRedisChannel(client, recorder().sink, { channel: 'events' })).rejects.toThrow(/closed/);
    expect(client.listenerCount('message')).toBe(before);
  });
});

describe('fromRedisStream()', () => {
  const add = (stream: string, ...fields: string[]) => server.connect().xadd(stream, '*', ...fields);
  const saved = (stream: string, id: number) => add(stream, 'event', 'saved', 'payload', JSON.stringify({ id }));
  const pending = async (stream: string) =>
    ((await server.connect().call('XPENDING', stream, 'uno-cache')) as [number])[0];

  it('invalidates what is added, also before it listened, and confirms it', async () => {
    await using cache = createCache({ tiers: [memory()] });
    await cache.setMany({ 'row:1': 1, 'row:2': 2, 'row:3': 3 });
    await saved('s1', 1);
    const source = fromRedisStream(server.connect(), invalidator(cache, [strategy]), { stream: 's1', block: '20ms' });
    await saved('s1', 2);
    await vi.waitFor(async () => expect((await cache.getMany(['row:1', 'row:2', 'row:3'])).size).toBe(1), soon);
    await vi.waitFor(async () => expect(await pending('s1')).toBe(0), soon);
    await source.close();
  });

  it('gives each event to one process of a group', async () => {
    const { events, sink } = recorder();
    const open = () => fromRedisStream(server.connect(), sink, { stream: 's2', block: '20ms' });
    const sources = [open(), open(), open()];
    for (let id = 0; id < 20; id++) await saved('s2', id);
    await vi.waitFor(() => expect(events).toHaveLength(20), soon);
    await Promise.all(sources.map((source) => source.close()));
    expect(events).toHaveLength(20);
  });

  it('takes over what another took and did not confirm, and tries again what could not be done', async () => {
    const { events, failures, sink } = recorder();
    await saved('s3', 1);
    const admin = server.connect();
    await admin.xgroup('CREATE', 's3', 'uno-cache', '0');
    await admin.call('XREADGROUP', 'GROUP', 'uno-cache', 'dead', 'STREAMS', 's3', '>');
    failures.push(new Error('down'), ['far']);
    const errors: unknown[] = [];
    const options = {
      stream: 's3',
      block: '10ms',
      claimAfter: '1ms',
      onError: (error: unknown) => errors.push(error),
    } as const;
    const source = fromRedisStream(server.connect(), sink, options);
    await vi.waitFor(() => expect(events).toHaveLength(1), soon);
    expect(errors.map(String)).toEqual(['Error: down', 'Error: saved: not confirmed by far']);
    await source.close();
  });

  it('goes on behind what a tier has not confirmed, which it tries again', async () => {
    const { events, failures, sink } = recorder();
    for (const id of [1, 2, 3]) await saved('s6', id);
    failures.push(['far'], ['far']);
    const errors: unknown[] = [];
    const onError = (error: unknown, id?: string) => errors.push([String(error), typeof id]);
    const options = { stream: 's6', block: '10ms', onError } as const;
    const source = fromRedisStream(server.connect(), sink, { ...options, claimAfter: '1h' });
    await vi.waitFor(() => expect(events).toHaveLength(1), soon);
    await vi.waitFor(async () => expect(await pending('s6')).toBe(2), soon);
    expect(errors).toEqual([['Error: saved: not confirmed by far', 'string']]);
    await source.close();
    // Two that are not confirmed, of which the first goes on not being it: the second is reached all the same.
    failures.push(['far'], ['far'], ['far']);
    const next = fromRedisStream(server.connect(), sink, { ...options, claimAfter: '5ms', batchSize: 1 });
    await vi.waitFor(async () => expect(await pending('s6')).toBe(0), soon);
    expect(events.map(({ payload }) => (payload as { readonly id: number }).id).sort()).toEqual([1, 2, 3]);
    await next.close();
  });

  it('leaves no random name behind when it has confirmed everything, and keeps what it has not', async () => {
    const { events, failures, sink } = recorder();
    const consumers = async () =>
      ((await server.connect().call('XINFO', 'CONSUMERS', 's7', 'uno-cache')) as unknown[]).length;
    const options = { stream: 's7', block: '10ms', onError: () => {} } as const;
    const handleOne = async (consumer?: string) => {
      await saved('s7', 1);
      const all = consumer === undefined ? options : { ...options, consumer };
      const handled = events.length;
      const source = fromRedisStream(server.connect(), sink, all);
      await vi.waitFor(() => expect(events).toHaveLength(handled + 1), soon);
      await source.close();
    };
    await handleOne();
    expect(await consumers()).toBe(0);
    await handleOne('named');
    expect(await consumers()).toBe(1);
    failures.push(['far']);
    await saved('s7', 1);
    const source = fromRedisStream(server.connect(), sink, options);
    await vi.waitFor(() => expect(failures).toHaveLength(0), soon);
    await source.close();
    expect(await consumers()).toBe(2);
    expect(await pending('s7')).toBe(1);
  });

  it('tells of entries that can never be handled, and goes on', async () => {
    const { events, failures, sink } = recorder();
    await add('s4', 'no', 'event');
    await add('s4', 'event', 'saved', 'payload', '{');
    await saved('s4', 3);
    await saved('s4', 4);
    failures.push(new TypeError('unknown event'));
    const errors: unknown[] = [];
    const onError = (error: unknown, id?: string) => errors.push([(error as Error).name, typeof id]);
    const source = fromRedisStream(server.connect(), sink, { stream: 's4', block: '10ms', onError });
    await vi.waitFor(() => expect(events).toHaveLength(1), soon);
    expect(errors).toEqual(Array.from({ length: 3 }, () => ['TypeError', 'string']));
    await vi.waitFor(async () => expect(await pending('s4')).toBe(0), soon);
    await source.close();
  });

  it('does not stop at what the cache refuses for ever', async () => {
    await using cache = createCache({ tiers: [memory()] });
    await cache.set('row', 'old', { tags: ['row-7'] });
    await add('s5', 'event', 'saved', 'payload', JSON.stringify({ id: 'x'.repeat(70_000) }));
    await saved('s5', 7);
    const errors: unknown[] = [];
    const source = fromRedisStream(server.connect(), invalidator(cache, [eventBased({ saved: ['tags:row-{id}'] })]), {
      stream: 's5',
      block: '10ms',
      onError: (error) => errors.push(error),
    });
    await vi.waitFor(async () => expect(await cache.has('row')).toBe(false), soon);
    expect(errors).toEqual([expect.objectContaining({ code: 'KEY_TOO_LONG' })]);
    await vi.waitFor(async () => expect(await pending('s5')).toBe(0), soon);
    await source.close();
  });

  it('refuses wrong options', () => {
    const { sink } = recorder();
    expect(() => fromRedisStream({} as never, sink, { stream: 's' })).toThrow(/client must be/);
    expect(() => fromRedisStream(server.connect(), sink, { stream: '' })).toThrow(TypeError);
    expect(() => fromRedisStream(server.connect(), sink, { stream: 's', blok: 1 } as never)).toThrow(
      /did you mean "block"/,
    );
  });
});
