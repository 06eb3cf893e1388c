import { createCache } from '@uno-cache/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redis } from '../src/index.ts';
import { eventually } from './start-cluster.ts';
import type { Server } from './start-server.ts';
import { freePort, startServer } from './start-server.ts';

interface Refusal {
  readonly code: string;
  readonly meaning: RegExp;
  begin(server: Server): unknown;
  end(server: Server): unknown;
}

const REFUSALS: readonly Refusal[] = [
  {
    code: 'LOADING',
    meaning: /still loading/,
    begin: async ({ admin }) => {
      await admin.call('debug', 'populate', 200, 'filler', 10);
      await admin.config('SET', 'key-load-delay', '5000');
      // Loads what it has just saved, for a second, and answers others meanwhile.
      const second = admin.duplicate({ enableReadyCheck: false, lazyConnect: false });
      void second.call('debug', 'reload').finally(() => second.disconnect());
      const isLoading = async (): Promise<boolean> => /^loading:1/m.test(await admin.info('persistence'));
      await eventually(isLoading);
    },
    end: ({ admin }) => eventually(async () => (await admin.ping()) === 'PONG'),
  },
  {
    code: 'MASTERDOWN',
    meaning: /replica has lost its master/,
    begin: async ({ admin }) => {
      await admin.config('SET', 'replica-serve-stale-data', 'no');
      await admin.call('replicaof', '127.0.0.1', String(await freePort()));
    },
    end: ({ admin }) => admin.call('replicaof', 'no', 'one'),
  },
  {
    code: 'NOREPLICAS',
    meaning: /want of replicas/,
    begin: ({ admin }) => admin.config('SET', 'min-replicas-to-write', '1'),
    end: ({ admin }) => admin.config('SET', 'min-replicas-to-write', '0'),
  },
  {
    code: 'NOPERM',
    meaning: /may not use this command/,
    begin: ({ admin }) => admin.call('acl', 'setuser', 'default', '-mget', '-evalsha', '-eval'),
    end: ({ admin }) => admin.call('acl', 'setuser', 'default', '+@all'),
  },
];

describe('what a server refuses is told with its meaning, and the factory answers', () => {
  let server: Server;
  beforeAll(async () => {
    const ofEvents = ['--loading-process-events-interval-bytes', '1024'];
    server = await startServer({ args: ['--enable-debug-command', 'yes', ...ofEvents] });
  });
  afterAll(() => server.stop());

  for (const { code, meaning, begin, end } of REFUSALS) {
    it(code, async () => {
      await using cache = createCache({ namespace: 'refused', tiers: [redis({ url: server.url })] });
      const messages: string[] = [];
      cache.on('error', ({ error }) => void messages.push(error.message));
      await eventually(async () => {
        await cache.set('k', 1);
        return (await cache.get('k')) === 1;
      });
      await begin(server);
      expect(await cache.getOrSet('other', () => 'loaded')).toBe('loaded');
      expect(messages.join('\n')).toMatch(meaning);
      expect(messages.join('\n')).toContain(code);
      await end(server);
      await eventually(async () => {
        await cache.set('k', 2);
        return (await cache.get('k')) === 2;
      });
    }, 20_000);
  }
});
