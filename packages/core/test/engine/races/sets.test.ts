import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { LevelKind } from '../stage.ts';
import { INVALIDATIONS } from './invalidations.ts';
import { Scene } from './scene.ts';

/*
 * A set and an invalidation at the same time may come in any order. But there is one order, and every process and every
 * tier has to agree on it.
 */

const TOPOLOGIES: readonly (readonly LevelKind[])[] = [
  ['shared'],
  ['own', 'shared'],
  ['own', 'announcing'],
  ['own-async', 'shared'],
  ['own', 'shared', 'shared'],
  ['own-async', 'per-host', 'shared'],
];

const WRITES = {
  set: ({ one, key, value, options }: Scene) => one.set(key, value(), options()),
  setMany: ({ one, key, value, options }: Scene) => one.setMany({ 'k:0': 0, [key]: value() }, options()),
  delete: ({ one, key }: Scene) => one.delete(key),
  touch: ({ one, key }: Scene) => one.touch(key, 30),
  expire: ({ one, key }: Scene) => one.expire(key),
};

/** @returns whether there is such a point. */
async function play(
  kinds: readonly LevelKind[],
  write: keyof typeof WRITES,
  invalidation: (typeof INVALIDATIONS)[number],
  nth: number,
): Promise<boolean> {
  const scene = new Scene(kinds, invalidation.tagging === 'factory' ? 'none' : (invalidation.tagging ?? 'none'));
  const { clock, points, one, two, key } = scene;
  await one.set(key, scene.value(), scene.options());
  for (const cache of [one, two]) await cache.get(key);
  scene.generation = 2;
  points.arm(nth);
  const writing = WRITES[write](scene);
  await clock.flush();
  if (points.isHeld) {
    scene.generation = 3;
    await invalidation.run(scene);
    await clock.flush();
    // Reads in between must not leave behind what is over by then.
    await Promise.all([one.get(key), two.getMany([key])]);
  }
  points.release();
  await writing;
  await clock.flush();
  const [here, there] = [await one.getEntry(key), await two.getEntry(key)];
  const farthest = await farValue(scene);
  assert.deepEqual(here?.value, farthest, 'the process that wrote has another value than the farthest tier');
  assert.deepEqual(there?.value, farthest, 'another process has another value than the farthest tier');
  await scene.stage.close();
  assert.equal(clock.pending, 0);
  return points.isHeld;
}

/** What the farthest tier holds, if its tags are valid. */
async function farValue(scene: Scene): Promise<unknown> {
  const { inner } = scene.stage.one.tiers.at(-1)!;
  const { clock } = scene;
  const host = { clock, sender: 'test', announce: false, report: () => {} };
  const entry = await inner.open({ namespace: 'n', region: '' }, host).get(scene.key, clock.now());
  const shown = await scene.stage.two.cache.getMany([scene.key]);
  return shown.has(scene.key) ? entry?.value : undefined;
}

describe.each(TOPOLOGIES.map((kinds) => ({ kinds, title: kinds.join(', ') })))('over $title', ({ kinds }) => {
  const combinations = (Object.keys(WRITES) as (keyof typeof WRITES)[]).flatMap((write) =>
    INVALIDATIONS.filter(({ tagging }) => tagging !== 'factory').map((invalidation) => ({
      write,
      invalidation,
      name: invalidation.name,
    })),
  );
  it.each(combinations)('all agree on the order of $write and $name', async ({ write, invalidation }) => {
    let nth = 0;
    while (await play(kinds, write, invalidation, nth)) nth++;
    assert.ok(nth > 0);
  });
});
