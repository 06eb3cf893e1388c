import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

const STARTS_WITHIN_MS = 10_000;
/** Another server that speaks the same language, such as `valkey-server`. */
const PROGRAM = process.env.UNO_CACHE_REDIS_SERVER ?? 'redis-server';

/** A server of a test's own. */
export interface Server {
  readonly port: number;
  readonly url: string;
  readonly process: ChildProcess;
  /** A client for what a test does behind the tier's back. Closed with the server. */
  readonly admin: Redis;
  /** Ends the process as a crash does, and waits for its end. */
  kill(): Promise<void>;
  /** Starts it again, on the same port, with no data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly args?: readonly string[];
  readonly port?: number;
  /** Writes a Sentinel's configuration into a directory; gives its path. */
  readonly sentinel?: (directory: string) => string;
}

/** Starts a server on a free port of this machine. */
export async function startServer({ args: extra = [], port: fixed, sentinel }: ServerOptions = {}): Promise<Server> {
  const port = fixed ?? (await freePort());
  const directory = mkdtempSync(join(tmpdir(), 'uno-cache-redis-'));
  const args = sentinel === undefined ? extra : [sentinel(directory), '--sentinel'];
  let child = launch(port, directory, args);
  const admin = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => 50 });
  admin.on('error', () => {});
  await answers(port, child);
  await admin.connect().catch(() => {});
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    admin,
    kill,
    get process() {
      return child;
    },
    restart: async () => {
      await kill();
      child = launch(port, directory, args);
      await answers(port, child);
    },
    stop: async () => {
      admin.disconnect();
      child.kill('SIGCONT');
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A port that nothing listens on. Below 20,000 where it can be, so that a cluster's bus port, 10,000 above, is one too. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

function launch(port: number, directory: string, args: readonly string[]): ChildProcess {
  const isSentinel = args.includes('--sentinel');
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory];
  const rest = isSentinel ? [] : ['--save', '', '--appendonly', 'no', ...args];
  // A Sentinel's configuration file has to come first.
  return spawn(PROGRAM, [...(isSentinel ? args : []), ...place, ...rest], { stdio: 'ignore' });
}

async function answers(port: number, child: ChildProcess): Promise<void> {
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = new Error(`${PROGRAM} is not installed: apt-get install redis-server`, { cause: error });
  });
  for (const until = Date.now() + STARTS_WITHIN_MS; Date.now() < until; ) {
    const probe = new Redis({
      port,
      host: '127.0.0.1',
      lazyConnect: true,
      retryStrategy: null,
      enableReadyCheck: false,
    });
    probe.on('error', () => {});
    try {
      await probe.connect();
      await probe.ping();
      return;
    } catch {
      if (failure !== undefined) throw failure;
      if (child.exitCode !== null) throw new Error(`${PROGRAM} ended at once, with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      probe.disconnect();
    }
  }
  throw new Error(`${PROGRAM} on port ${port} did not answer within ${STARTS_WITHIN_MS} ms`);
}
