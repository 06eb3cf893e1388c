import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import type { Tarball } from './tarball.ts';
import { root } from './workspace.ts';

const fixtures = join(root, 'consumer');

/** The Node versions that a consumer may have: ours, and the oldest supported line, which comes from npm. */
const nodes = [execPath, join(fixtures, 'node_modules/node/bin/node')];

/** Every package has these under `consumer/<package>/`. */
const ways = ['import.mjs', 'require.cjs', 'types.ts'];

/** A project outside the workspace that installs the tarballs and uses them in every way there is. */
export function tryAsConsumer(tarballs: readonly Tarball[], directory: string): void {
  const names = tarballs.map(({ pkg }) => pkg.folder);
  requireFixtures(names);
  mkdirSync(directory, { recursive: true });
  for (const name of [...names, 'tsconfig.json'])
    cpSync(join(fixtures, name), join(directory, name), { recursive: true });
  install(tarballs, directory);

  execFileSync(join(directory, 'node_modules/.bin/tsc'), { cwd: directory, stdio: 'inherit' });
  console.log(`consumer: TypeScript ${versionOf('typescript')} accepts ${names.join(', ')}`);
  for (const node of nodes) runOn(node, names, directory);
}

function requireFixtures(names: readonly string[]): void {
  const missing = names
    .flatMap((name) => ways.map((way) => `consumer/${name}/${way}`))
    .filter((path) => !existsSync(join(root, path)));
  if (missing.length > 0) throw new Error(`every package is tried from outside: write ${missing.join(', ')}`);
}

function install(tarballs: readonly Tarball[], directory: string): void {
  const files = Object.fromEntries(tarballs.map(({ pkg, file }) => [pkg.manifest.name, `file:${file}`]));
  const development = Object.fromEntries(['@types/node', 'typescript'].map((name) => [name, versionOf(name)]));
  writeJson(join(directory, 'package.json'), {
    private: true,
    type: 'module',
    dependencies: files,
    devDependencies: development,
  });
  // YAML takes JSON. The overrides are for packages that depend on others of ours, which are not published yet.
  writeJson(join(directory, 'pnpm-workspace.yaml'), { overrides: files, strictDepBuilds: false });
  execFileSync('pnpm', ['install', '--silent', '--prefer-offline'], { cwd: directory, stdio: 'inherit' });
}

function runOn(node: string, names: readonly string[], directory: string): void {
  for (const name of names) {
    execFileSync(node, ['import.mjs'], { cwd: join(directory, name), stdio: 'inherit' });
    execFileSync(node, ['require.cjs'], { cwd: join(directory, name), stdio: 'inherit' });
  }
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  console.log(`consumer: import and require() work on Node ${version}`);
}

function versionOf(name: string): string {
  const manifest = readFileSync(join(fixtures, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, JSON.stringify(value, undefined, 2));
}
