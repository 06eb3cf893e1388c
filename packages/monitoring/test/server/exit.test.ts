import { execFile } from 'node:child_process';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('lone-process.ts', import.meta.url));

test('a server keeps no process alive', { timeout: 30_000 }, async () => {
  const { stdout } = await promisify(execFile)(execPath, ['--conditions=@uno-cache/source', PROGRAM], {
    timeout: 20_000,
  });
  expect(stdout).toBe('200\nat once\n');
});
