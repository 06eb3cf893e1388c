import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createCache } from '@uno-cache/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redis } from '../src/index.ts';
import { eventually } from './start-cluster.ts';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';
import { startProxy } from './tcp-proxy.ts';

const PROCESSES = 8;
const CALLERS = 1_000;
const KEYS = 100;
/** Eight processes start in the time that a machine with two processors needs for it. */
const START_MS = 3_000;

interface Child {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

function start(file: string, ...args: readonly (string | number)[]): Child {
  const path = join(import.meta.dirname, 'processes', file);
  const child = spawn(process.execPath, ['--conditions=@uno-cache/source', path, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (data) => {
    output += String(data);
  });
  return { process: child, output: () => output, ended: new Promise((resolve) => child.once('close', resolve)) };
}

describe('leases across processes', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it(`${PROCESSES} processes with ${CALLERS} callers each run the factories of ${KEYS} cold keys ${KEYS} times`, async () => {
    const children = Array.from({ length: PROCESSES }, () =>
      start('stampede.ts', server.url, CALLERS, KEYS, Date.now() + START_MS),
    );
    await Promise.all(children.map(({ ended }) => ended));
    const results = children.map((child) => JSON.parse(child.output()) as { runs: number; isRight: boolean });
    expect(results.every(({ isRight }) => isRight)).toBe(true);
    expect(results.reduce((sum, { runs }) => sum + runs, 0)).toBe(KEYS);
  }, 30_000);

  it('a holder that was paused past its lease lands nothing, and the next one loads', async () => {
    const child = start('paused.ts', server.url);
    await eventually(async () => child.output().includes('loading'));
    child.process.kill('SIGSTOP');
    await using cache = createCache({ namespace: 'paused', tiers: [redis({ url: server.url })], leaseTtl: '400ms' });
    expect(await cache.getOrSet('k', () => 'of the next')).toBe('of the next');
    child.process.kill('SIGCONT');
    await child.ended;
    expect(child.output()).toContain('answered of the paused, fenced 1');
    expect(await cache.get('k')).toBe('of the next');
  }, 15_000);

  it('a holder that crashed is waited for no longer than its lease', async () => {
    await server.admin.flushall();
    const child = start('paused.ts', server.url);
    await eventually(async () => child.output().includes('loading'));
    child.process.kill('SIGKILL');
    await using cache = createCache({ namespace: 'paused', tiers: [redis({ url: server.url })], leaseTtl: '400ms' });
    const began = performance.now();
    expect(await cache.getOrSet('k', () => 'of the next')).toBe('of the next');
    expect(performance.now() - began).toBeLessThan(1_000);
  }, 15_000);

  it('a waiter is woken by the fill, and asks no more than it has to', async () => {
    await using holder = createCache({ namespace: 'woken', tiers: [redis({ url: server.url })] });
    await using waiter = createCache({ namespace: 'woken', tiers: [redis({ url: server.url })] });
    let finish: (value: string) => void = () => {};
    const loading = holder.getOrSet('k', () => new Promise<string>((resolve) => (finish = resolve)));
    await eventually(async () => (await server.admin.exists('woken::k')) === 1);
    const waiting = waiter.getOrSet('k', () => 'never');
    await eventually(async () => (await server.admin.pubsub('NUMSUB', '%wake:woken::k'))[1] === 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.admin.config('RESETSTAT');
    const began = performance.now();
    finish('loaded');
    expect(await waiting).toBe('loaded');
    expect(performance.now() - began).toBeLessThan(500);
    expect(await loading).toBe('loaded');
  });

  it('a waiter whose connection to be woken on has fallen silent waits for no lease, and is woken on a new one', async () => {
    const proxy = await startProxy(server.port);
    try {
      const tier = redis({ url: proxy.url, commandTimeout: '300ms' });
      await using holder = createCache({ namespace: 'silent', tiers: [redis({ url: server.url })], leaseTtl: '20s' });
      await using waiter = createCache({ namespace: 'silent', tiers: [tier], leaseWait: '20s' });
      const waited = async (key: string): Promise<number> => {
        const { promise: loaded, resolve: finish } = Promise.withResolvers<string>();
        const loading = holder.getOrSet(key, () => loaded);
        await eventually(async () => (await server.admin.exists(`silent::${key}`)) === 1);
        const began = performance.now();
        const waiting = waiter.getOrSet(key, () => 'never');
        await eventually(async () => (await server.admin.pubsub('NUMSUB', `%wake:silent::${key}`))[1] === 1);
        finish('loaded');
        expect(await waiting).toBe('loaded');
        await loading;
        return performance.now() - began;
      };
      await waited('before');
      expect(proxy.silence(/\bsubscribe\b/)).toBe(1);
      expect(await waited('after')).toBeLessThan(5_000);
      expect(await waited('later')).toBeLessThan(2_000);
    } finally {
      await proxy.close();
    }
  }, 20_000);
});
