import assert from 'node:assert/strict';
import type { Cache } from '../../../src/index.ts';
import type { LevelKind } from '../stage.ts';
import type { Invalidation } from './invalidations.ts';
import type { LoadKind } from './loads.ts';
import type { Value } from './scene.ts';
import { Scene } from './scene.ts';

/** The generation that an invalidation leaves the source in; what was there, and what the load in flight saw. */
const [STOOD, LOADED, TRUE] = [1, 2, 3];

export interface Combination {
  readonly kinds: readonly LevelKind[];
  readonly load: LoadKind;
  readonly invalidation: Invalidation;
}

/**
 * Lets an invalidation strike at the n-th point of a load, and looks whether anybody is served a value that the source
 * had before: `early` looks while the load is still held, too.
 *
 * @returns whether there is such a point.
 */
export async function play(combination: Combination, nth: number, looks: 'early' | 'late'): Promise<boolean> {
  const { kinds, load, invalidation } = combination;
  const scene = new Scene(kinds, invalidation.tagging ?? 'none');
  const { clock, points } = scene;
  scene.generation = STOOD;
  await load.prepare(scene);
  await clock.flush();
  scene.generation = LOADED;
  points.arm(nth);
  const loading = Promise.allSettled([load.start(scene)]);
  await clock.flush();
  if (points.isHeld) await strike(scene, combination, loading, looks);
  points.release();
  await loading;
  await scene.stage.close();
  assert.equal(clock.pending, 0, 'timers are left after close');
  return points.isHeld;
}

/**
 * Stops an invalidation at its n-th point, and a load that begins meanwhile at its m-th; lets the invalidation go, and
 * then the load.
 *
 * @returns whether there are such points.
 */
export async function cross(combination: Combination, nth: number, mth: number): Promise<[boolean, boolean]> {
  const { kinds, load, invalidation } = combination;
  const scene = new Scene(kinds, invalidation.tagging ?? 'none');
  const { clock, points, ofInvalidation } = scene;
  scene.generation = STOOD;
  await load.prepare(scene);
  await clock.flush();
  scene.generation = TRUE;
  ofInvalidation.arm(nth);
  const invalidating = invalidation.run(scene);
  await clock.flush();
  const { isHeld } = ofInvalidation;
  let isLoadHeld = false;
  if (isHeld) {
    points.arm(mth);
    const loading = Promise.allSettled([load.start(scene)]);
    await clock.flush();
    isLoadHeld = points.isHeld;
    if (!isLoadHeld) points.release();
    ofInvalidation.release();
    await answered(scene, invalidating, 'the invalidation');
    await clock.flush();
    await look(scene, combination, loading, mth % 2 === 0 ? 'early' : 'late');
  }
  ofInvalidation.release();
  points.release();
  await invalidating;
  await scene.stage.close();
  assert.equal(clock.pending, 0, 'timers are left after close');
  return [isHeld, isLoadHeld];
}

async function strike(
  scene: Scene,
  combination: Combination,
  loading: Promise<unknown>,
  looks: 'early' | 'late',
): Promise<void> {
  await scene.clock.advanceAsync('150ms');
  scene.generation = TRUE;
  scene.failing = false;
  await answered(scene, combination.invalidation.run(scene), 'the invalidation');
  await scene.clock.flush();
  await look(scene, combination, loading, looks);
}

/** Looks whether anybody is served what was invalidated: after the load has come to its end, and before if asked to. */
async function look(
  scene: Scene,
  combination: Combination,
  loading: Promise<unknown>,
  looks: 'early' | 'late',
): Promise<void> {
  const { clock, one, two, points } = scene;
  let fresh: Promise<unknown> | undefined;
  if (looks === 'early') {
    await reads(scene, one, combination);
    fresh = one.getOrSet(scene.key, freshFactory(scene));
  }
  points.release();
  await answered(scene, loading, 'the load');
  const loaded = fresh && (await answered(scene, fresh, 'a later caller'));
  if (loaded !== undefined && !mayBeStale(combination)) check(combination, loaded, 'a later caller');
  const caches = scene.isAlone ? [one] : [one, two];
  for (const cache of caches) await reads(scene, cache, combination);
  for (const cache of caches) {
    // The first may be answered with a stale value, and refreshes it.
    const first = await answered(scene, cache.getOrSet(scene.key, freshFactory(scene)), 'getOrSet');
    if (!mayBeStale(combination)) check(combination, first, 'getOrSet');
    await clock.flush();
    check(combination, await answered(scene, cache.getOrSet(scene.key, freshFactory(scene)), 'getOrSet'), 'getOrSet');
  }
  for (const cache of caches) await reads(scene, cache, combination);
}

/** What had landed before it expired may be served within its window, as what it is. */
function mayBeStale({ invalidation, load }: Combination): boolean {
  return invalidation.name.startsWith('expire') && load.hasWindow === true;
}

/** The load of a caller who comes later. */
function freshFactory(scene: Scene): () => Value {
  return () => scene.value();
}

async function reads(scene: Scene, cache: Cache, combination: Combination): Promise<void> {
  const { key } = scene;
  const entry = await cache.getEntry<Value>(key);
  const [got, many] = [await cache.get(key), (await cache.getMany([key])).get(key)];
  if (mayBeStale(combination) && entry?.stale === true) return;
  check(combination, got, 'get');
  check(combination, many, 'getMany');
  if (combination.load.hasWindow !== true) check(combination, entry?.value, 'getEntry');
}

function check({ invalidation }: Combination, value: unknown, reader: string): void {
  const generation = (value as Value | undefined)?.generation;
  if (generation === TRUE) return;
  if (generation === undefined) assert.ok(!invalidation.sets, `${reader} lost what was set`);
  else assert.fail(`${reader} served generation ${generation} of the source, which has ${TRUE}`);
}

/** What a promise comes to, letting time pass where that takes some; it must not take for ever. */
async function answered<T>(scene: Scene, promise: Promise<T>, what: string): Promise<T> {
  let isSettled = false;
  const settled = (): void => {
    isSettled = true;
  };
  promise.then(settled, settled);
  for (let turn = 0; turn < 100; turn++) {
    await scene.clock.flush();
    if (isSettled) return promise;
    await scene.clock.advanceAsync('50ms');
  }
  return assert.fail(`${what} is not answered`);
}
