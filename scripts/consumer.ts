import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import type { Tarball } from './tarball.ts';
import { root } from './workspace.ts';

const fixtures = join(root, 'consumer');

/** The Node versions that a consumer may have: ours, and the oldest supported line, which comes from npm. */
const nodes = [execPath, join(fixtures, 'node_modules/node/bin/node')];

/** Every package has these under `consumer/<package>/`. */
const programs = ['import.mjs', 'require.cjs'];
const types = 'types.ts';

/**
 * A project outside the workspace that installs the tarballs and uses them in every way there is.
 * What failed, one readable line for each; what the tools said about it is printed.
 */
export function tryAsConsumer(tarballs: readonly Tarball[], directory: string): readonly string[] {
  const names = tarballs.map(({ pkg }) => pkg.folder);
  const required = names.flatMap((name) => [...programs, types].map((file) => `consumer/${name}/${file}`));
  const missing = required.filter((path) => !existsSync(join(root, path)));
  if (missing.length > 0) return missing.map((path) => `${path} is missing: every package is tried from outside`);

  mkdirSync(directory, { recursive: true });
  for (const name of [...names, 'tsconfig.json'])
    cpSync(join(fixtures, name), join(directory, name), { recursive: true });
  install(tarballs, directory);
  return [...typeFailures(directory), ...nodes.flatMap((node) => runFailures(node, names, directory))];
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

function typeFailures(directory: string): readonly string[] {
  if (!succeeds(join(directory, 'node_modules/.bin/tsc'), [], directory))
    return [`consumer: */${types} does not compile`];
  console.log(`consumer: TypeScript ${versionOf('typescript')} takes the types`);
  return [];
}

function runFailures(node: string, names: readonly string[], directory: string): readonly string[] {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  const paths = names.flatMap((name) => programs.map((file) => `${name}/${file}`));
  const failed = paths.filter((path) => !succeeds(node, [path], directory));
  if (failed.length === 0) console.log(`consumer: import and require() work on Node ${version}`);
  return failed.map((path) => `consumer: ${path} fails on Node ${version}`);
}

function succeeds(command: string, args: readonly string[], cwd: string): boolean {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit', timeout: 60_000 });
  if (error) throw error;
  return status === 0;
}

function versionOf(name: string): string {
  const manifest = readFileSync(join(fixtures, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, JSON.stringify(value, undefined, 2));
}
