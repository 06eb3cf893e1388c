import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** A redis-server of a test's own, on a socket in a directory of its own. */
export interface TestRedis {
  connect(): Redis;
  stop(): Promise<void>;
}

export async function startRedis(): Promise<TestRedis> {
  const directory = mkdtempSync(join(tmpdir(), 'uno-cache-events-'));
  const path = join(directory, 'redis.sock');
  const args = ['--port', '0', '--unixsocket', path, '--dir', directory, '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  const clients: Redis[] = [];
  const connect = (): Redis => {
    const client = new Redis({ path, lazyConnect: false, retryStrategy: () => 20, maxRetriesPerRequest: null });
    client.on('error', () => {});
    clients.push(client);
    return client;
  };
  await Promise.race([connect().ping(), failed, setTimeout(10_000, undefined, { ref: false })]);
  const stop = async (): Promise<void> => {
    for (const client of clients) client.disconnect();
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  return { connect, stop };
}
