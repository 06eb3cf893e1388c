import { Remote } from '../thread/remote.ts';
import type { Load, LoadTarget } from './load-thread.ts';

const LOAD_THREAD = new URL('./load-thread.ts', import.meta.url);

/** A thread that asks the service. `signal` ends it, and fails what it was called for. */
export function loadUntil(signal: AbortSignal, target: LoadTarget): { readonly load: Remote<Load> } & AsyncDisposable {
  const load = new Remote<Load>(LOAD_THREAD, target);
  const end = (): void => void load[Symbol.asyncDispose]();
  signal.addEventListener('abort', end);
  return {
    load,
    async [Symbol.asyncDispose]() {
      signal.removeEventListener('abort', end);
      await load[Symbol.asyncDispose]();
    },
  };
}
