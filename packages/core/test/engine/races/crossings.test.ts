import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { LevelKind } from '../stage.ts';
import { INVALIDATIONS } from './invalidations.ts';
import { LOADS } from './loads.ts';
import { cross } from './play.ts';

/*
 * A load that begins while an invalidation is on its way sees in some tiers what is over in others. Whatever the order
 * in which the two go on, when the invalidation has returned nothing of that may be left.
 */

const TOPOLOGIES: readonly (readonly LevelKind[])[] = [
  ['own', 'shared'],
  ['own-async', 'shared'],
  ['own', 'per-host', 'shared'],
];

const CROSSING = LOADS.filter(({ name }) => name.startsWith('a far read') || name === 'a refresh behind a stale value');

describe.each(TOPOLOGIES.map((kinds) => ({ kinds, title: kinds.join(', ') })))('over $title', ({ kinds }) => {
  const combinations = INVALIDATIONS.flatMap((invalidation) =>
    CROSSING.filter(({ notTagged }) => notTagged !== (invalidation.tagging ?? 'none')).map((load) => ({
      kinds,
      load,
      invalidation,
      name: `${load.name} leaves nothing behind when it begins during ${invalidation.name}`,
    })),
  );

  it.each(combinations)('$name', async (combination) => {
    let isHeld = true;
    for (let nth = 0; isHeld; nth++) {
      let isLoadHeld = true;
      for (let mth = 0; isHeld && isLoadHeld; mth++) [isHeld, isLoadHeld] = await cross(combination, nth, mth);
      assert.ok(nth < 100);
    }
  });
});
