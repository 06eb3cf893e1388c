import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { LevelKind } from '../stage.ts';
import { INVALIDATIONS } from './invalidations.ts';
import { LOADS } from './loads.ts';
import { play } from './play.ts';

const TOPOLOGIES: readonly (readonly LevelKind[])[] = [
  ['own'],
  ['own-async'],
  ['shared'],
  ['own', 'shared'],
  ['own', 'announcing'],
  ['own-async', 'shared'],
  ['own', 'shared', 'shared'],
  ['own', 'per-host', 'shared'],
];

/** More than any load has. */
const MAX_POINTS = 100;

describe.each(TOPOLOGIES.map((kinds) => ({ kinds, title: kinds.join(', ') })))(
  'an invalidation over $title',
  ({ kinds }) => {
    const isShared = kinds.some((kind) => kind !== 'own' && kind !== 'own-async');
    const combinations = INVALIDATIONS.filter(({ remote }) => isShared || !remote).flatMap((invalidation) =>
      LOADS.filter(
        ({ levels = 1, notTagged }) => levels <= kinds.length && notTagged !== (invalidation.tagging ?? 'none'),
      ).map((load) => ({ kinds, load, invalidation, name: `${invalidation.name} wins over ${load.name}` })),
    );

    it.each(combinations)('$name', async (combination) => {
      let nth = 0;
      while ((await play(combination, nth, 'late')) && (await play(combination, nth, 'early'))) nth++;
      assert.ok(nth < MAX_POINTS);
    });
  },
);
