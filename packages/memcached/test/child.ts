import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { eventually } from './eventually.ts';

/** Another process, which runs a script of `test/processes`. */
export interface Child {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Waits until it has written something. */
  says(text: string): Promise<void>;
  /** What its last line says, when it has ended. */
  result<T>(): Promise<T>;
}

export function startChild(script: string, ...args: readonly (string | number)[]): Child {
  const path = join(import.meta.dirname, 'processes', `${script}.ts`);
  const options = ['--conditions=@uno-cache/source', '--disable-warning=ExperimentalWarning', path];
  const child = spawn(process.execPath, [...options, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (data) => {
    output += String(data);
  });
  return {
    process: child,
    output: () => output,
    says: (text) => eventually(`${script} says ${text}`, () => output.includes(text)),
    result: async <T>() => {
      await ended;
      return JSON.parse(output.trim().split('\n').at(-1) ?? '') as T;
    },
  };
}
