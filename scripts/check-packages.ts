import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryAsConsumer } from './consumer.ts';
import { defectsOf, pack } from './tarball.ts';
import { publicPackages } from './workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'uno-cache-packages-'));
try {
  for (const defect of await defects()) {
    console.error(defect);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Of the tarballs if they have any, else of their use in a project outside. */
async function defects(): Promise<readonly string[]> {
  const tarballs = publicPackages().map((pkg) => pack(pkg, folder));
  const found = (await Promise.all(tarballs.map(defectsOf))).flat();
  if (found.length > 0) return found;
  console.log(`tarballs: publint and attw accept ${tarballs.map(({ pkg }) => pkg.folder).join(', ')}`);
  return tryAsConsumer(tarballs, join(folder, 'consumer'));
}
