import assert from 'node:assert/strict';
import { afterEach } from 'vitest';
import type { LevelKind, Stage, StageOptions } from './stage.ts';
import { stage } from './stage.ts';

/** A factory whose runs the test ends. */
export interface Source {
  readonly runs: PromiseWithResolvers<unknown>[];
  readonly factory: () => Promise<unknown>;
}

export function source(): Source {
  const runs: PromiseWithResolvers<unknown>[] = [];
  const factory = (): Promise<unknown> => {
    const run = Promise.withResolvers<unknown>();
    runs.push(run);
    return run.promise;
  };
  return { runs, factory };
}

export const DOWN: Error = new Error('the source is down');

/** What each comes to, an error too. */
export function outcomes(promises: readonly Promise<unknown>[]): Promise<unknown[]> {
  return Promise.all(promises.map((promise) => promise.catch((error: unknown) => error)));
}

/** Stages that are closed after each test of the file, and must leave no timer. */
export function stages(): (kinds: readonly LevelKind[], options?: StageOptions) => Stage {
  let open: Stage | undefined;
  afterEach(async () => {
    await open?.close();
    assert.equal(open?.clock.pending ?? 0, 0, 'timers are left after close');
  });
  return (kinds, options) => {
    open = stage(kinds, options);
    return open;
  };
}
