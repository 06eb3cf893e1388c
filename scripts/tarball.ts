import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import type { Package } from './workspace.ts';
import { root } from './workspace.ts';

/** A package as npm would deliver it. */
export interface Tarball {
  /** Absolute path of the `.tgz`. */
  readonly file: string;
  /** Absolute path of the folder with its unpacked content. */
  readonly content: string;
  readonly pkg: Package;
}

/** Packs a built package into a folder of its own under `folder`. */
export function pack(pkg: Package, folder: string): Tarball {
  const directory = join(folder, pkg.folder);
  const content = join(directory, 'package');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${pkg.folder}.tgz`);
  execFileSync('pnpm', ['pack', '--silent', '--out', file], {
    cwd: pkg.directory,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  execFileSync('tar', ['-xzf', file, '-C', directory]);
  return { file, content, pkg };
}

/** What is wrong with a tarball, one readable line for each. */
export async function defectsOf(tarball: Tarball): Promise<readonly string[]> {
  const defects = [
    ...missingFiles(tarball),
    ...leftovers(tarball),
    ...lostSources(tarball),
    ...(await lint(tarball)),
    ...wrongTypes(tarball),
  ];
  return defects.map((defect) => `${tarball.pkg.manifest.name}: ${defect}`);
}

function missingFiles({ content }: Tarball): readonly string[] {
  const expected = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts'];
  return expected.filter((file) => !existsSync(join(content, file))).map((file) => `${file} is not in the tarball`);
}

/** What works in the workspace and nowhere else. */
function leftovers({ content }: Tarball): readonly string[] {
  const manifest = readFileSync(join(content, 'package.json'), 'utf8');
  const foreign = ['@uno-cache/source', 'workspace:', 'catalog:'];
  return foreign.filter((text) => manifest.includes(text)).map((text) => `package.json still says '${text}'`);
}

/** Source maps whose sources were not packed: a debugger would show nothing. */
function lostSources({ content }: Tarball): readonly string[] {
  return globSync('dist/**/*.map', { cwd: content }).flatMap((map) => {
    const { sources } = JSON.parse(readFileSync(join(content, map), 'utf8')) as { readonly sources: readonly string[] };
    const lost = sources.filter((source) => !existsSync(join(content, dirname(map), source)));
    return lost.map((source) => `${map} names ${source}, which is not in the tarball`);
  });
}

async function lint({ content }: Tarball): Promise<readonly string[]> {
  const { messages, pkg } = await publint({ pkgDir: content, pack: false, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg)}`);
}

function wrongTypes({ file }: Tarball): readonly string[] {
  try {
    execFileSync(join(root, 'scripts/node_modules/.bin/attw'), [
      file,
      '--profile',
      'esm-only',
      '--no-definitely-typed',
      '--no-emoji',
    ]);
    return [];
  } catch (error) {
    return [`attw: ${(error as { readonly stdout: Buffer }).stdout}`];
  }
}
