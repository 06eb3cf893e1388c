import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Another process of the same host, which runs a script of `test/processes`. */
export interface Child {
  readonly process: ChildProcess;
  /** The next message that it sends; rejects when it ends first. */
  next(): Promise<unknown>;
  /** Sends a message. */
  send(message: string): void;
  /** Kills it, wherever it is. */
  kill(): Promise<void>;
  /** Waits until it has ended by itself. */
  ended(): Promise<number | null>;
}

export function startChild(script: string, ...args: string[]): Child {
  const child = fork(join(import.meta.dirname, 'processes', `${script}.ts`), args, {
    execArgv: ['--conditions=@uno-cache/source', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const messages: unknown[] = [];
  const waiting: { resolve(message: unknown): void; reject(error: Error): void }[] = [];
  const exit = once(child, 'exit');
  child.on('message', (message) => {
    const waiter = waiting.shift();
    if (waiter === undefined) messages.push(message);
    else waiter.resolve(message);
  });
  child.on('exit', (code, signal) => {
    for (const waiter of waiting) waiter.reject(new Error(`${script} ended with ${code ?? signal}`));
  });
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const kill = async (): Promise<void> => {
    if (isOver()) return;
    child.kill('SIGKILL');
    await exit;
  };
  onTestFinished(kill);
  return {
    process: child,
    next: () => {
      if (messages.length > 0) return Promise.resolve(messages.shift());
      if (isOver()) return Promise.reject(new Error(`${script} has ended`));
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    send: (message) => void child.send(message),
    kill,
    ended: async () => {
      if (!isOver()) await exit;
      return child.exitCode;
    },
  };
}
