import { spawnSync } from 'node:child_process';
import { env, exit, stdout } from 'node:process';
import { root } from './workspace.ts';

/** Scripts of the root package.json, those that fail fastest first. */
const stages = ['lint', 'boundaries', 'unused', 'typecheck', 'servers', 'unit', 'examples', 'packages'];

// turbo has its tasks print in colour even into a file, where a log is read without.
const environment = { ...env, TURBO_TELEMETRY_DISABLED: '1', ...(stdout.isTTY ? {} : { NO_COLOR: '1' }) };

const started = performance.now();
const summary: string[] = [];

for (const stage of stages) {
  console.log(`\n━━ ${stage} ${'━'.repeat(75 - stage.length)}`);
  const stageStarted = performance.now();
  const { status, error } = spawnSync('pnpm', ['run', stage], {
    cwd: root,
    stdio: 'inherit',
    env: environment,
  });
  if (error) throw error;
  summary.push(`${status === 0 ? '✓' : '✗'} ${stage.padEnd(12)}${secondsSince(stageStarted)}`);
  if (status !== 0) {
    report(`${stage} failed. Alone: npx -y pnpm@12.21.0 ${stage}`);
    exit(1);
  }
}
report(`All checks passed in ${secondsSince(started).trim()}`);

function report(conclusion: string): void {
  console.log(`\n━━ summary ${'━'.repeat(68)}\n${summary.join('\n')}\n\n${conclusion}`);
}

function secondsSince(time: number): string {
  return `${((performance.now() - time) / 1000).toFixed(1).padStart(6)} s`;
}
