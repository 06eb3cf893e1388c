import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** A redis-server of a test's own, on a socket in a directory of its own. */
export interface TestRedis {
  /** The socket. */
  readonly path: string;
  connect(): Redis;
  /** Ends the process as a crash does, and waits for its end. */
  kill(): Promise<void>;
  /** Starts it again, with the data that it had if it keeps any. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const STARTS_WITHIN_MS = 10_000;

/** @param options.keepsData - what it has confirmed is there again after a crash. */
export async function startRedis({ keepsData = false }: { readonly keepsData?: boolean } = {}): Promise<TestRedis> {
  const directory = mkdtempSync(join(tmpdir(), 'uno-cache-invalidation-'));
  const path = join(directory, 'redis.sock');
  const clients: Redis[] = [];
  const connect = (): Redis => {
    const client = new Redis({ path, lazyConnect: false, retryStrategy: () => 20, maxRetriesPerRequest: null });
    client.on('error', () => {});
    clients.push(client);
    return client;
  };
  const admin = connect();
  let child = launch(directory, path, keepsData);
  await answers(child, admin);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    path,
    connect,
    kill,
    restart: async () => {
      await kill();
      child = launch(directory, path, keepsData);
      await answers(child, admin);
    },
    stop: async () => {
      for (const client of clients) client.disconnect();
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function launch(directory: string, path: string, keepsData: boolean): ChildProcess {
  const log = keepsData ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
  const args = ['--port', '0', '--unixsocket', path, '--dir', directory, '--save', '', ...log];
  return spawn('redis-server', args, { stdio: 'ignore' });
}

async function answers(child: ChildProcess, admin: Redis): Promise<void> {
  const giveUp = new AbortController();
  const failed = once(child, 'error', giveUp).then(([error]) => {
    throw new Error('redis-server is not installed: apt-get install redis-server', { cause: error });
  });
  const late = setTimeout(STARTS_WITHIN_MS, undefined, giveUp).then(() => {
    throw new Error(`redis-server did not answer within ${STARTS_WITHIN_MS} ms`);
  });
  try {
    await Promise.race([admin.ping(), failed, late]);
  } finally {
    giveUp.abort();
    await Promise.allSettled([failed, late]);
  }
}
