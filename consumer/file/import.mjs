import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCache } from '@uno-cache/core';
import { file, fileBus } from '@uno-cache/file';

const directory = mkdtempSync(join(tmpdir(), 'uno-cache-'));
try {
  const before = createCache({ tiers: [file({ directory })] });
  await before.set('answer', 42);
  await before.close();

  const after = createCache({ tiers: [file({ directory })] });
  assert.equal(await after.get('answer'), 42);
  await after.close();

  const bus = fileBus({ directory });
  await bus.ping();
  await bus.close();
} finally {
  rmSync(directory, { recursive: true });
}
