import { execFile } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { execPath, exit } from 'node:process';
import { promisify } from 'node:util';
import { parseSync } from 'oxc-parser';
import type { CodeBlock } from './code-blocks.ts';
import { codeBlocks } from './code-blocks.ts';
import { root } from './workspace.ts';

const run = promisify(execFile);
const documents = ['README.md', 'packages/*/README.md', 'docs/**/*.md'];
const blocksFolder = join(root, 'docs/.blocks');
const timeoutMs = 30_000;

const paths = globSync(documents, { cwd: root, exclude: (path) => basename(path) === 'node_modules' }).sort();
const blocks = paths.flatMap((path) => codeBlocks(path, readFileSync(join(root, path), 'utf8')));
const fragments = blocks.filter(({ fragment }) => fragment);
const programs = blocks.filter(({ fragment }) => !fragment);

const failures = [...parseFailures(fragments), ...(await typeFailures(programs))];
// What does not compile is not run: the compiler's message says more.
if (failures.length === 0) failures.push(...(await runFailures(programs)));

for (const failure of failures) console.error(`${failure}\n`);
if (failures.length > 0) exit(1);
console.log(`${programs.length} code blocks of ${paths.length} documents run; ${fragments.length} fragments parse.`);

function parseFailures(blocks: readonly CodeBlock[]): readonly string[] {
  return blocks.flatMap(({ path, line, code }) => {
    const { errors } = parseSync('fragment.ts', code);
    return errors.map(({ message, codeframe }) => `${path}:${line}: ${codeframe ?? message}`);
  });
}

async function typeFailures(blocks: readonly CodeBlock[]): Promise<readonly string[]> {
  rmSync(blocksFolder, { recursive: true, force: true });
  if (blocks.length === 0) return [];
  mkdirSync(blocksFolder, { recursive: true });
  // Empty lines in front: then the compiler and a stack name the line of the document.
  for (const block of blocks) writeFileSync(fileOf(block), '\n'.repeat(block.line - 1) + block.code);
  return run('tsc', ['-p', 'docs'], { cwd: root }).then(
    () => [],
    (error: { readonly stdout: string }) => [error.stdout],
  );
}

/** Runs each block in a process of its own, as many at once as there are processors. */
async function runFailures(blocks: readonly CodeBlock[]): Promise<readonly string[]> {
  const waiting = [...blocks];
  const failures: string[] = [];
  const worker = async (): Promise<void> => {
    for (let block = waiting.shift(); block; block = waiting.shift()) {
      const failure = await runFailure(block);
      if (failure) failures.push(failure);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return failures;
}

async function runFailure(block: CodeBlock): Promise<string | undefined> {
  try {
    await run(execPath, ['--conditions=@uno-cache/source', fileOf(block)], { cwd: blocksFolder, timeout: timeoutMs });
    return undefined;
  } catch (error) {
    const { killed, stderr } = error as { readonly killed: boolean; readonly stderr: string };
    const reason = killed ? `still runs after ${timeoutMs / 1000} s; does it close its cache?` : stderr;
    return `${block.path}:${block.line}: ${reason}`;
  }
}

function fileOf({ path, line }: CodeBlock): string {
  return join(blocksFolder, `${path.replaceAll('/', '-')}-${line}.ts`);
}
