import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, it } from 'vitest';
import { tierSuite } from '../../src/testing/index.ts';
import { NaiveTier } from './naive-tier.ts';

const suite = fileURLToPath(new URL('./foreign/node-test.ts', import.meta.url));

describe('the suites run on other test runners', () => {
  it('node:test', { timeout: 60_000 }, async () => {
    const args = ['--conditions=@uno-cache/source', '--test', '--test-reporter=tap', suite];
    const env = { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 2 ** 26 });
    const count = (name: string): number => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(stdout)?.[1]);
    assert.equal(count('fail'), 0);
    assert.ok(count('pass') > 200, stdout.slice(-500));
    assert.ok(count('skipped') > 0);
    assert.match(stdout, /# SKIP the tier keeps values, not bytes/);
  });

  it('those that hand a callback to functions with a parameter, and give no context', async () => {
    const bodies: (() => Promise<void>)[] = [];
    const it = (_: string, body: () => Promise<void>): void => {
      assert.equal(body.length, 0, 'mocha and jest would wait for a callback');
      bodies.push(body);
    };
    tierSuite({ describe: (_, body) => body(), it }, { create: () => new NaiveTier() });
    for (const body of bodies) await body();
    assert.ok(bodies.length > 200);
  });
});
