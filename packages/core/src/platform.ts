/** The part of `AsyncLocalStorage` that is used. */
export interface AsyncStorage<T> {
  getStore(): T | undefined;
  run<R>(store: T, callback: () => R): R;
}

interface Process {
  getBuiltinModule?(name: string): unknown;
  emitWarning?(message: string, options: { type: string; code: string }): void;
}

const platform = globalThis as { readonly process?: Process };

/** A built-in module of the runtime, where there is one: Node, Deno, Bun; not in browsers. */
export function builtin<T>(name: string): T | undefined {
  return platform.process?.getBuiltinModule?.(name) as T | undefined;
}

/** A new storage that follows asynchronous calls, where the runtime has such a thing. */
export function createAsyncStorage<T>(): AsyncStorage<T> | undefined {
  const hooks = builtin<{ AsyncLocalStorage: new () => AsyncStorage<T> }>('node:async_hooks');
  return hooks === undefined ? undefined : new hooks.AsyncLocalStorage();
}

/** Tells the operator of something that works, but hardly as meant. */
export function warn(code: string, message: string): void {
  platform.process?.emitWarning?.(message, { type: 'UnoCacheWarning', code });
}
