import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { promisify } from 'node:util';
import { transform as swc } from '@swc/core';
import { transform as esbuild } from 'esbuild';

const run = promisify(execFile);
const here = import.meta.dirname;
const output = join(here, 'dist');
const tscProgram = join(here, '../../node_modules/typescript/bin/tsc');

type Standard = 'standard' | 'legacy';

/** Compiles a program as a project with such decorators does, its types too. @returns the path of what runs. */
export async function tsc(standard: Standard, program: string): Promise<string> {
  const folder = join(output, `tsc-${standard}-${program}`);
  const project = join(here, `tsconfig.${standard}.json`);
  await run(execPath, [tscProgram, '-p', project, '--outDir', folder]).catch((error: { readonly stdout: string }) => {
    throw new Error(error.stdout);
  });
  return join(folder, 'packages/decorators/test/builds/fixtures', `${program}.js`);
}

export async function withEsbuild(standard: Standard, program: string): Promise<string> {
  const { code } = await esbuild(await sourceOf(program), {
    loader: 'ts',
    target: 'es2023',
    format: 'esm',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: standard === 'legacy' } },
  });
  return written(`esbuild-${standard}`, program, code);
}

export async function withSwc(standard: Standard, program: string): Promise<string> {
  const { code } = await swc(await sourceOf(program), {
    configFile: false,
    swcrc: false,
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform:
        standard === 'legacy' ? { legacyDecorator: true, decoratorMetadata: true } : { decoratorVersion: '2022-03' },
    },
  });
  return written(`swc-${standard}`, program, code);
}

/** Runs a compiled program in a process of its own, with this workspace's packages from their source. @returns its output. */
export async function outputOf(path: string): Promise<string> {
  const { stdout } = await run(execPath, ['--conditions=@uno-cache/source', path], { timeout: 20_000 });
  return stdout.trim();
}

async function sourceOf(program: string): Promise<string> {
  return readFile(join(here, 'fixtures', `${program}.ts`), 'utf8');
}

async function written(build: string, program: string, code: string): Promise<string> {
  const folder = join(output, build);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${program}.js`);
  await writeFile(path, code);
  return path;
}
