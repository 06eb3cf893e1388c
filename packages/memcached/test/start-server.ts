import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { userInfo } from 'node:os';

const STARTS_WITHIN_MS = 10_000;

/** A server of a test's own. */
export interface TestServer {
  readonly port: number;
  readonly address: string;
  /** Ends the process as a crash does, and waits for its end. */
  kill(): Promise<void>;
  /** Starts it again, on the same port, with no data. */
  restart(): Promise<void>;
  /** Stops it in its tracks: connections stay, and nothing is answered. */
  pause(): void;
  resume(): void;
  /** Sends a command in latin1, and gives the answer up to and with `end`. */
  say(command: string, end?: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a memcached on a free port of this machine. */
export async function startServer(...args: readonly string[]): Promise<TestServer> {
  const port = await freePort();
  let child = launch(port, args);
  await answers(port, child);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  return {
    port,
    address: `127.0.0.1:${port}`,
    kill,
    restart: async () => {
      await kill();
      child = launch(port, args);
      await answers(port, child);
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    say: (command, end) => say(port, command, end),
    stop: async () => {
      child.kill('SIGCONT');
      await kill();
    },
  };
}

/** A port that nothing listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

function launch(port: number, args: readonly string[]): ChildProcess {
  const user = userInfo().uid === 0 ? ['-u', 'root'] : [];
  return spawn('memcached', ['-l', '127.0.0.1', '-p', String(port), '-U', '0', '-t', '2', ...user, ...args], {
    stdio: 'ignore',
  });
}

async function answers(port: number, child: ChildProcess): Promise<void> {
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = new Error('memcached is not installed: apt-get install memcached', { cause: error });
  });
  for (const until = Date.now() + STARTS_WITHIN_MS; Date.now() < until; ) {
    try {
      await say(port, 'version');
      return;
    } catch {
      if (failure !== undefined) throw failure;
      if (child.exitCode !== null) throw new Error(`memcached ended at once, with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(`memcached on port ${port} did not answer within ${STARTS_WITHIN_MS} ms`);
}

function say(port: number, command: string, end: string = '\r\n'): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`, 'latin1'));
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (data: string) => {
      text += data;
      if (!text.endsWith(end)) return;
      socket.destroy();
      resolve(text);
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`closed after: ${text.slice(0, 200)}`)));
  });
}
