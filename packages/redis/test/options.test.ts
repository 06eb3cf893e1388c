import { EventEmitter } from 'node:events';
import { Cluster, Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import type { RedisOptions } from '../src/index.ts';
import { redis, redisBus } from '../src/index.ts';

const RIGHT: readonly RedisOptions[] = [
  { url: 'rediss://user:secret@host:1/2' },
  { url: 'redis://:p%40ss@[::1]:6379/' },
  { url: 'redis://host?family=6&db=2&connectionName=shop&username=user&password=p%40ss' },
  { url: '/tmp/redis.sock' },
  { url: '/tmp/redis.sock?db=2' },
  { cluster: [{ host: 'a', port: 1 }, { port: 2 }, { host: 'b' }, 7000, 'redis://c:3'] },
  { cluster: { nodes: [{ host: 'a', port: 1 }], options: { scaleReads: 'master' } } },
  { sentinel: { sentinels: [{ host: 'a', port: 26_379 }], name: 'm' } },
];
const lazy = { lazyConnect: true } as const;

describe('bad input', () => {
  const wrong: readonly (readonly [name: string, options: unknown, message: RegExp])[] = [
    ['a URL of another protocol', { url: 'http://localhost' }, /url must be redis:/],
    ['no URL', { url: 'localhost:6379' }, /url must be/],
    ['an empty URL', { url: '' }, /url must be/],
    ['a number for a URL', { url: 6379 }, /url must be/],
    ['a URL in capitals, which would not use TLS', { url: 'REDISS://localhost' }, /url must be/],
    ['a database that is no number', { url: 'redis://localhost/abc' }, /url must be/],
    ['a database with more behind it', { url: 'redis://localhost/1/2' }, /url must be/],
    ['port 0', { url: 'redis://localhost:0' }, /url must be/],
    ['a URL without a protocol', { url: '//localhost' }, /url must be/],
    ['a user that cannot be decoded', { url: 'redis://%ff:a@localhost' }, /url must be/],
    [
      'a prefix in the URL',
      { url: 'redis://localhost?keyPrefix=p:' },
      /no parameter "keyPrefix": allowed are .*family/,
    ],
    ['a prefix behind a socket', { url: '/tmp/redis.sock?keyPrefix=p:' }, /no parameter "keyPrefix"/],
    ['a role in the URL', { url: 'redis://localhost?family=4&role=slave' }, /no parameter "role"/],
    ['reads from replicas in the URL', { url: 'redis://localhost?readOnly=true' }, /no parameter "readOnly"/],
    ['what objects have', { url: 'redis://localhost?constructor=1' }, /no parameter "constructor"/],
    ['a family there is not', { url: 'redis://localhost?family=5' }, /the parameter "family"/],
    ['a database by name', { url: 'redis://localhost?db=main' }, /the parameter "db"/],
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
    ['no nodes in an object', { cluster: { nodes: [] } }, /cluster.nodes must be/],
    ['a string for a cluster', { cluster: 'redis://a:1' }, /cluster: options must be/],
    ['null for a cluster', { cluster: null }, /cluster: options must be/],
    ['a node of nothing', { cluster: [{}] }, /cluster\[0\] must be/],
    ['a node that is a path', { cluster: [{ port: 1 }, 'http://x'] }, /cluster\[1\] must be/],
    ['a port out of range', { cluster: [{ host: 'a', port: 65_536 }] }, /cluster\[0\].port must be/],
    ['a port that is text', { cluster: [{ host: 'a', port: '6379' }] }, /cluster\[0\].port must be/],
    ['a misspelt port', { cluster: { nodes: [{ host: 'a', prot: 1 }] } }, /cluster.nodes\[0\]: unknown option "prot"/],
    ['misspelt options', { cluster: { nodes: [{ port: 1 }], option: {} } }, /did you mean "options"/],
    ['options that are none', { cluster: { nodes: [{ port: 1 }], options: 5 } }, /cluster.options must be/],
    ['reads from replicas', { cluster: { nodes: [{ port: 1 }], options: { scaleReads: 'all' } } }, /scaleReads/],
    ['a Sentinel that is text', { sentinel: { sentinels: ['a:26379'], name: 'm' } }, /sentinel.sentinels\[0\]/],
    ['a Sentinel without a port', { sentinel: { sentinels: [{ host: 'a' }], name: 'm' } }, /sentinels\[0\].port/],
    ['null for Sentinels', { sentinel: null }, /sentinel: options must be/],
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
    const parametersOrNot = [
      'redis://user:12?er2@host',
      'redis://user:12?er2=@host',
      'redis://host?password=er2&role=er2',
    ];
    for (const url of [
      ...parametersOrNot,
      'redis://user:hunt/er2@host',
      'redis//hunt:er2@host',
      'http://host?password=hunt-er2',
    ]) {
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
    for (const options of [{}, ...RIGHT]) {
      const tier = redis(options);
      expect(tier.can.shared).toBe(true);
      void tier.close();
    }
  });
});
