import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { userInfo } from 'node:os';

/** A memcached of the benchmark's own, on a free port. */
export async function startLocalMemcached(): Promise<{ readonly address: string; stop(): void }> {
  const port = await freePort();
  const user = userInfo().uid === 0 ? ['-u', 'root'] : [];
  const child = spawn('memcached', ['-l', '127.0.0.1', '-p', String(port), '-U', '0', ...user], { stdio: 'ignore' });
  child.once('error', () => {
    throw new Error('memcached is not installed: apt-get install memcached');
  });
  while (!(await listens(port))) await new Promise((resolve) => setTimeout(resolve, 20));
  return { address: `127.0.0.1:${port}`, stop: () => void child.kill('SIGKILL') };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(port, '127.0.0.1');
    probe.once('connect', () => resolve(true));
    probe.once('error', () => resolve(false));
    probe.once('connect', () => probe.destroy());
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
