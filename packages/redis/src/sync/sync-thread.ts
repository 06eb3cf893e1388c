import { Worker } from 'node:worker_threads';
import type { WorkerSettings } from './sync-request.ts';

/** The worker of this thread's sync views: one for all tiers, for each would take its time and memory to start. */
let current: { readonly worker: Worker; readonly users: Set<() => void> } | undefined;

/**
 * Has the worker open a tier.
 *
 * @param onEnd - hears that the worker has ended by itself.
 * @returns what gives it up; the worker ends with its last user.
 */
export function enterThread(settings: WorkerSettings, onEnd: () => void): () => void {
  current ??= start();
  const thread = current;
  thread.users.add(onEnd);
  thread.worker.postMessage(settings, [settings.port]);
  return () => {
    thread.users.delete(onEnd);
    if (thread.users.size > 0) return;
    if (current === thread) current = undefined;
    void thread.worker.terminate();
  };
}

function start(): NonNullable<typeof current> {
  const isSource = import.meta.url.endsWith('.ts');
  const worker = new Worker(new URL(isSource ? './sync-worker.ts' : './sync-worker.js', import.meta.url), {
    // From source, the packages that it imports are taken from source too.
    ...(isSource ? { execArgv: ['--conditions=@uno-cache/source'] } : {}),
  });
  worker.unref();
  const users = new Set<() => void>();
  const thread = { worker, users };
  // What it throws shows as a question without an answer.
  worker.on('error', () => {
    if (current === thread) current = undefined;
    for (const onEnd of [...users]) onEnd();
  });
  return thread;
}
