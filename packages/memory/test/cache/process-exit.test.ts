import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe, it } from 'vitest';

/** Runs a module in a process of its own; what it wrote, once it has ended by itself. */
function outputOf(program: string): Promise<string> {
  const options = ['--conditions=@uno-cache/source', '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, options, { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  // Longer than any timer that could keep it alive and then let it go.
  const guard = setTimeout(() => child.kill('SIGKILL'), 20_000);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(guard);
      resolve(`${output}exit ${code ?? signal}`);
    });
  });
}

const SETUP = `
  import { createCache } from '@uno-cache/core';
  import { memory } from '@uno-cache/memory';
  const cache = createCache({
    tiers: [memory()],
    ttl: '1h',
    staleWhileRevalidate: '1h',
    hardTimeout: '1h',
    regions: { r: { tiers: [memory({ name: 'r', maxBytes: '1mb' })] } },
  });
  await cache.set('k', 1, { ttl: '10m', tags: ['t'] });
  await cache.region('r').getOrSet('k', async () => 2);
  await cache.invalidateTags(['t']);
`;

describe('a process', { timeout: 30_000 }, () => {
  it('with a closed cache ends by itself', async () => {
    assert.equal(await outputOf(`${SETUP} await cache.close(); console.log('closed');`), 'closed\nexit 0');
  });

  it('with an open cache that does nothing ends by itself', async () => {
    assert.equal(await outputOf(`${SETUP} console.log('idle');`), 'idle\nexit 0');
  });

  it('with a load that never ends does so when the cache is closed', async () => {
    const program = `${SETUP}
      const load = cache.getOrSet('never', () => new Promise(() => {}));
      load.catch((error) => console.log(error.code));
      await cache.close();
    `;
    assert.equal(await outputOf(program), 'CLOSED\nexit 0');
  });
});
