import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** A redis-server of a test's own. */
export interface TestRedis {
  readonly url: string;
  readonly admin: Redis;
  stop(): Promise<void>;
}

const STARTS_WITHIN_MS = 10_000;

/** @param password - asked of every client. */
export async function startRedis(password: string): Promise<TestRedis> {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'uno-cache-presets-'));
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--requirepass', password];
  const child = spawn('redis-server', [...place, '--save', '', '--appendonly', 'no'], { stdio: 'ignore' });
  const failed = once(child, 'error').then(([cause]) => {
    throw new Error('redis-server is not installed: apt-get install redis-server', { cause });
  });
  const url = `redis://:${password}@127.0.0.1:${port}`;
  const admin = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  admin.on('error', () => {});
  const late = setTimeout(STARTS_WITHIN_MS, undefined, { ref: false }).then(() => {
    throw new Error(`redis-server on port ${port} did not answer within ${STARTS_WITHIN_MS} ms`);
  });
  await Promise.race([admin.ping(), failed, late]);
  late.catch(() => {});
  return {
    url,
    admin,
    stop: async () => {
      admin.disconnect();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(directory, { recursive: true });
    },
  };
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { readonly port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
