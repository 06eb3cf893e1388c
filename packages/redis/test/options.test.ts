import { EventEmitter } from 'node:events';
import { Cluster, Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import type { RedisOptions } from '../src/index.ts';
import { redis, redisBus } from '../src/index.ts';

const lazy = { lazyConnect: true } as const;

describe('bad input', () => {
  const wrong: readonly (readonly [name: string, options: unknown, message: RegExp])[] = [
    ['a URL of another protocol', { url: 'http://localhost' }, /url must be redis:/],
    ['no URL', { url: 'localhost:6379' }, /url must be/],
    ['an empty URL', { url: '' }, /url must be/],
    ['a number for a URL', { url: 6379 }, /url must be/],
    ['two places', { url: 'redis://a', cluster: [{ port: 1 }] }, /give one of/],
    ['three places', { client: 1, cluster: [], sentinel: {} }, /got "client", "cluster", "sentinel"/],
    ['a prefix that is a glob', { keyPrefix: 'app:*' }, /keyPrefix must be/],
    ['a class in a prefix', { keyPrefix: '[a]' }, /keyPrefix must be/],
    ['a client of another library', { client: new EventEmitter() }, /client of ioredis/],
    ['null for a client', { client: null }, /client of ioredis/],
    ['a client that reads from replicas', { client: new Cluster([], { ...lazy, scaleReads: 'slave' }) }, /scaleReads/],
    ['a client of a replica', { client: new Redis({ ...lazy, sentinels: [{}], name: 'm', role: 'slave' }) }, /role/],
    ['a client with a prefix of its own', { client: new Redis({ ...lazy, keyPrefix: 'p:' }) }, /keyPrefix/],
    ['no nodes', { cluster: [] }, /cluster must be/],
    ['reads from replicas', { cluster: { nodes: [{}], options: { scaleReads: 'all' } } }, /scaleReads/],
    ['no Sentinels', { sentinel: { sentinels: [], name: 'm' } }, /sentinel.sentinels/],
    ['no name', { sentinel: { sentinels: [{ host: 'a', port: 1 }], name: '' } }, /sentinel.name/],
    ['an unknown option', { urll: 'redis://a' }, /did you mean "url"/],
    ['a deadline of nothing', { commandTimeout: 0 }, /commandTimeout/],
    ['a serializer that is none', { serializer: {} }, /serializer must be/],
    ['tracking without a bus', { tracking: true, bus: false }, /tracking needs the bus/],
    ['bus that is neither true nor false', { bus: 'yes' }, /bus must be/],
  ];

  for (const [name, options, message] of wrong) {
    it(name, () => {
      expect(() => redis(options as RedisOptions)).toThrow(TypeError);
      expect(() => redis(options as RedisOptions)).toThrow(message);
    });
  }

  it('a password is not repeated', () => {
    expect(() => redis({ url: 'http://user:hunter2@host' })).toThrow(/\*\*\*@host/);
    for (const url of ['redis://user:hunt/er2@host', 'redis//hunt:er2@host', 'http://host?password=hunt-er2']) {
      expect(() => redis({ url })).toThrow(TypeError);
      expect(() => redis({ url })).not.toThrow(/er2/);
    }
  });

  it('redisBus() checks the same', () => {
    expect(() => redisBus({ channel: 'a*' })).toThrow(TypeError);
    expect(() => redisBus({ keyPrefix: 'a*', tracking: true })).toThrow(/keyPrefix must be/);
    expect(() => redisBus({ tracking: 'yes' as never })).toThrow(/tracking must be/);
    expect(() => redisBus({ url: 'nonsense' })).toThrow(TypeError);
  });

  it('what is right connects to nothing before it is used', () => {
    for (const options of [{}, { url: 'rediss://user:secret@host:1/2' }, { url: '/tmp/redis.sock' }]) {
      const tier = redis(options);
      expect(tier.can.shared).toBe(true);
      void tier.close();
    }
  });
});
