import { createCache } from '@uno-cache/core';
import { describe, expect, it } from 'vitest';
import { memcached } from '../src/index.ts';

describe('memcached()', () => {
  it.each<[string, unknown, RegExp]>([
    ['no options', undefined, /options/],
    ['no servers', {}, /servers/],
    ['an empty list', { servers: [] }, /servers must be at least one/],
    ['an empty record', { servers: {} }, /servers must be at least one/],
    ['an empty address', { servers: '' }, /servers must be host/],
    ['an address that is not text', { servers: [11211] }, /servers must be host/],
    ['a URL', { servers: 'memcached://localhost' }, /servers must be host/],
    ['a port that is none', { servers: 'localhost:http' }, /servers must be host/],
    ['port 0', { servers: 'localhost:0' }, /servers must be host/],
    ['a port too great', { servers: 'localhost:65536' }, /servers must be host/],
    ['white space', { servers: 'local host' }, /servers must be host/],
    ['a line end', { servers: 'localhost\r\nflush_all' }, /servers must be host/],
    ['an IPv6 address without brackets', { servers: '::1' }, /servers must be host/],
    ['a path', { servers: '/tmp/memcached.sock' }, /servers must be host/],
    ['two alike', { servers: ['a:11211', 'b', 'A'] }, /differ; got "a:11211"/],
    ['a negative weight', { servers: { a: 1, b: -1 } }, /servers\["b"\] must be a weight/],
    ['no weight', { servers: { a: 0 } }, /weight greater than 0; got 0/],
    ['an endless weight', { servers: { a: Number.POSITIVE_INFINITY } }, /weight/],
    ['a weight that is not a number', { servers: { a: '1' } }, /weight/],
    ['an unknown option', { servers: 'a', server: 'b' }, /did you mean "servers"/],
    ['a name', { servers: 'a', name: '' }, /name/],
    ['a prefix with a space', { servers: 'a', keyPrefix: 'my app:' }, /keyPrefix/],
    ['a prefix beyond ASCII', { servers: 'a', keyPrefix: 'é' }, /keyPrefix/],
    ['a serializer', { servers: 'a', serializer: 'json' }, /serializer/],
    ['a ttl', { servers: 'a', ttl: 0 }, /ttl/],
    ['a timeout', { servers: 'a', commandTimeout: -1 }, /commandTimeout/],
    ['no timeout', { servers: 'a', commandTimeout: Number.POSITIVE_INFINITY }, /commandTimeout must be .* 24d/],
    ['a timeout beyond what timers can wait', { servers: 'a', commandTimeout: '25d' }, /commandTimeout/],
  ])('refuses %s', (_, options, message) => {
    const create = (): unknown => memcached(options as never);
    expect(create).toThrow(TypeError);
    expect(create).toThrow(message);
  });

  it('takes an address, a list, and weights', async () => {
    for (const servers of ['localhost', 'cache-1.example.com:11212', ['a', 'b:1', '[::1]:11211'], { a: 1, b: 0.5 }]) {
      const tier = memcached({ servers, ttl: '1h', keyPrefix: 'app:', commandTimeout: '200ms', name: 'far' });
      expect(tier).toMatchObject({ name: 'far', ttlMs: 3_600_000, commandTimeoutMs: 200 });
      await tier.close();
    }
  });

  it('connects to nothing before it is asked for something', async () => {
    await using cache = createCache({ tiers: [memcached({ servers: '127.0.0.1:1' })] });
    expect(cache.stats().errors).toBe(0);
  });

  it('reports a server that is not there, and lets the factory answer', async () => {
    await using cache = createCache({ tiers: [memcached({ servers: ['127.0.0.1:1', '127.0.0.1:2'] })] });
    const codes: string[] = [];
    cache.on('error', ({ error }) => codes.push((error as { code?: string }).code ?? ''));
    expect(await cache.getOrSet('k', () => 42)).toBe(42);
    expect(codes).toContain('TIER_FAILED');
  });
});
