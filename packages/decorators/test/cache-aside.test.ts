import { beforeEach, expect, test, vi } from 'vitest';
import { cacheAside } from '../src/index.ts';

const map = new Map<string, unknown>();
const store = {
  get: vi.fn(async (key: string): Promise<unknown> => map.get(key)),
  save: vi.fn(async (key: string, value: unknown): Promise<void> => {
    map.set(key, value);
  }),
  remove: (key: string): boolean => map.delete(key),
};

beforeEach(() => {
  map.clear();
  vi.clearAllMocks();
});

test('asks the store, else runs the function and saves', async () => {
  const source = vi.fn(async (id: number) => ({ id }));
  const load = cacheAside({ ...store, key: 'user:{0}' })(source);
  expect(await load(1)).toEqual({ id: 1 });
  expect(await load(1)).toEqual({ id: 1 });
  expect(source).toHaveBeenCalledTimes(1);
  expect([...map]).toEqual([['user:1', { id: 1 }]]);
});

test('null is a value, undefined is none', async () => {
  const source = vi.fn(async (value: unknown) => value);
  const load = cacheAside({ ...store, name: 'load' })(source);
  for (const value of [null, null, undefined, undefined]) expect(await load(value)).toBe(value);
  expect(source).toHaveBeenCalledTimes(3);
});

test('calls of one key at a time share a run', async () => {
  const source = vi.fn(async (id: number) => id);
  const load = cacheAside({ ...store, name: 'shared' })(source);
  expect(await Promise.all([load(1), load(1), load(2)])).toEqual([1, 1, 2]);
  expect(source).toHaveBeenCalledTimes(2);
});

test('what is invalidated while it loads is not saved', async () => {
  const started = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<number>();
  const load = cacheAside({ ...store, key: 'k' })(async () => {
    started.resolve();
    return gate.promise;
  });
  const first = load();
  await started.promise;
  expect(await load.invalidate()).toBe(false);
  gate.resolve(1);
  expect(await first).toBe(1);
  expect(map.size).toBe(0);
});

test('what is invalidated while it is saved is removed', async () => {
  const saving = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const save = async (key: string, value: unknown): Promise<void> => {
    saving.resolve();
    await gate.promise;
    map.set(key, value);
  };
  const load = cacheAside({ ...store, save, key: 'k' })(async () => 1);
  const first = load();
  await saving.promise;
  const gone = load.invalidate();
  gate.resolve();
  expect([await first, await gone, map.size]).toEqual([1, true, 0]);
});

/** A function whose runs the test ends, in the order in which they began. */
function heldRuns(): {
  source: () => Promise<unknown>;
  runs: PromiseWithResolvers<unknown>[];
  begun: (count: number) => Promise<void>;
} {
  const runs: PromiseWithResolvers<unknown>[] = [];
  const source = (): Promise<unknown> => {
    const run = Promise.withResolvers<unknown>();
    runs.push(run);
    return run.promise;
  };
  return { source, runs, begun: (count) => vi.waitFor(() => expect(runs).toHaveLength(count)) };
}

test('a call during a refresh joins it, and neither is saved after an invalidation', async () => {
  const { source, runs, begun } = heldRuns();
  const load = cacheAside({ ...store, key: 'k' })(source);
  const calls = [load.refresh(), load()];
  await begun(1);
  await load.invalidate();
  runs[0]?.resolve('old');
  expect(await Promise.all(calls)).toEqual(['old', 'old']);
  expect(map.size).toBe(0);
});

test('of two refreshes the later one is saved, whichever answers first', async () => {
  const { source, runs, begun } = heldRuns();
  const load = cacheAside({ ...store, key: 'k' })(source);
  const refreshes = [load.refresh(), load.refresh()];
  await begun(2);
  runs[1]?.resolve('new');
  expect(await refreshes[1]).toBe('new');
  runs[0]?.resolve('old');
  expect(await refreshes[0]).toBe('old');
  expect(map.get('k')).toBe('new');
});

test('a refresh is saved after a slow save that had begun before it', async () => {
  const held = Promise.withResolvers<void>();
  const save = vi.fn(async (key: string, value: unknown) => {
    if (value === 1) await held.promise;
    map.set(key, value);
  });
  let n = 0;
  const load = cacheAside({ ...store, save, key: 'k' })(async () => ++n);
  const first = load();
  await vi.waitFor(() => expect(save).toHaveBeenCalledTimes(1));
  const second = load.refresh();
  held.resolve();
  expect([await first, await second, map.get('k')]).toEqual([1, 2, 2]);
});

test('each of two invalidations waits for a save that is under way', async () => {
  const held = Promise.withResolvers<void>();
  const save = vi.fn(async (key: string, value: unknown) => {
    await held.promise;
    map.set(key, value);
  });
  const load = cacheAside({ ...store, save, key: 'k' })(async () => 1);
  const call = load();
  await vi.waitFor(() => expect(save).toHaveBeenCalledTimes(1));
  const first = load.invalidate();
  const second = load.invalidate().then(() => map.size);
  held.resolve();
  await Promise.all([call, first]);
  expect(await second).toBe(0);
});

test('after an invalidation nobody joins a call that found what was removed', async () => {
  map.set('k', 'old');
  const found = Promise.withResolvers<unknown>();
  const removing = Promise.withResolvers<void>();
  const get = vi.fn(store.get).mockReturnValueOnce(found.promise);
  const remove = async (key: string): Promise<void> => {
    await removing.promise;
    map.delete(key);
  };
  const load = cacheAside({ ...store, get, remove, key: 'k' })(async () => 'new');
  const gone = load.invalidate();
  const during = load();
  removing.resolve();
  await gone;
  const after = load();
  found.resolve('old');
  expect([await during, await after]).toEqual(['old', 'new']);
});

test('carries its handle', async () => {
  let n = 0;
  const next = cacheAside(store)(async function next() {
    return ++n;
  });
  expect([await next.peek(), await next(), await next.refresh(), await next.peek()]).toEqual([undefined, 1, 2, 2]);
  expect([next.key(), await next.invalidate(), await next.invalidate()]).toEqual(['next:', true, false]);
  const { remove: _, ...rest } = store;
  await expect(cacheAside({ ...rest, key: 'k' })(async () => 1).invalidate()).rejects.toThrow(
    /needs the option remove/,
  );
});

test('conditions', async () => {
  const load = cacheAside({ ...store, key: 'c:{0}', when: ([n]: [number]) => n > 0, unless: (n: unknown) => n === 1 })(
    async (n: number) => n,
  );
  for (const n of [0, 1, 2]) await load(n);
  expect([...map.keys()]).toEqual(['c:2']);
});

test('errors of the store reach the caller, or who takes them', async () => {
  const failure = new Error('down');
  const down = {
    get: async (): Promise<number> => Promise.reject(failure),
    save: async (): Promise<void> => Promise.reject(failure),
  };
  await expect(cacheAside({ ...down, key: 'k' })(async () => 1)()).rejects.toBe(failure);
  const onError = vi.fn();
  expect(await cacheAside({ ...down, onError, key: 'k' })(async () => 1)()).toBe(1);
  expect(onError.mock.calls).toEqual([
    [failure, { operation: 'get', key: 'k' }],
    [failure, { operation: 'save', key: 'k' }],
  ]);
});

test('refuses what it cannot do', () => {
  expect(() => cacheAside({ get: () => 1 } as never)).toThrow(/save must be a function/);
  expect(() => cacheAside({ ...store, set: 1 } as never)).toThrow(/unknown option "set"/);
  expect(() => cacheAside(store)(async () => 1)).toThrow(/anonymous/);
});
