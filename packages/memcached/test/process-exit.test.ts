import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestServer } from './start-server.ts';
import { startServer } from './start-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** How a program ends by itself; `SIGKILL` when it does not. */
function endOf(servers: readonly string[]): Promise<number | string | null> {
  const program = `
    import { createCache } from '@uno-cache/core';
    import { memcached } from '@uno-cache/memcached';
    const cache = createCache({ tiers: [memcached({ servers: ${JSON.stringify(servers)}, commandTimeout: '300ms' })] });
    if ((await cache.getOrSet('k', () => 1)) !== 1) process.exit(2);
    await cache.invalidatePattern('k*');
    await cache.close();
  `;
  const options = ['--conditions=@uno-cache/source', '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, options, { cwd: import.meta.dirname, stdio: 'ignore' });
  // Longer than any timer that could keep it alive and then let it go.
  const guard = setTimeout(() => child.kill('SIGKILL'), 20_000);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(guard);
      resolve(code ?? signal);
    });
  });
}

it('a process with a closed cache ends by itself', { timeout: 30_000 }, async () => {
  expect(await endOf([server.address])).toBe(0);
});

it('also when servers are not there, or do not answer', { timeout: 60_000 }, async () => {
  expect(await endOf([server.address, '127.0.0.1:1'])).toBe(0);
  server.pause();
  expect(await endOf([server.address, '127.0.0.1:1'])).toBe(0);
  expect(await endOf([server.address])).toBe(0);
});
