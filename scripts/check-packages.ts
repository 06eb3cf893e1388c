import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exit } from 'node:process';
import { tryAsConsumer } from './consumer.ts';
import { defectsOf, pack } from './tarball.ts';
import { publicPackages } from './workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'uno-cache-packages-'));
try {
  const tarballs = publicPackages().map((pkg) => pack(pkg, folder));
  const defects = (await Promise.all(tarballs.map(defectsOf))).flat();
  for (const defect of defects) console.error(defect);
  if (defects.length > 0) exit(1);
  console.log(`tarballs: publint and attw accept ${tarballs.map(({ pkg }) => pkg.folder).join(', ')}`);

  tryAsConsumer(tarballs, join(folder, 'consumer'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
