import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import type { LevelKind } from '../stage.ts';
import type { Key, Operation, WorldOptions } from './world.ts';
import { KEYS, OPERATIONS, World } from './world.ts';

type Step =
  | { readonly do: 'call'; readonly process: number; readonly operation: Operation; readonly key: number }
  | { readonly do: 'release'; readonly pick: number; readonly fails: boolean }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'bus'; readonly process: number; readonly act: 'pause' | 'resume' | 'gap' };

const call = fc.record({
  do: fc.constant('call' as const),
  process: fc.nat(1),
  operation: fc.constantFrom(...OPERATIONS),
  key: fc.nat(7),
});
const release = fc.record({ do: fc.constant('release' as const), pick: fc.nat(9), fails: fc.constant(false) });
const failure = fc.record({ do: fc.constant('release' as const), pick: fc.nat(9), fails: fc.constant(true) });
const pause = fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 300, 4_000, 7_000) });

const bus = fc.record({
  do: fc.constant('bus' as const),
  process: fc.nat(1),
  act: fc.constantFrom('pause' as const, 'resume' as const, 'gap' as const),
});

const calm = fc.array(
  fc.oneof({ weight: 5, arbitrary: call }, { weight: 9, arbitrary: release }, { weight: 1, arbitrary: pause }),
  { minLength: 5, maxLength: 70, size: 'max' },
);
const stormy = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: call },
    { weight: 12, arbitrary: release },
    { weight: 2, arbitrary: failure },
    { weight: 2, arbitrary: pause },
  ),
  { minLength: 5, maxLength: 90, size: 'max' },
);

const deaf = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: call },
    { weight: 12, arbitrary: release },
    { weight: 2, arbitrary: bus },
    { weight: 3, arbitrary: pause },
  ),
  { minLength: 5, maxLength: 90, size: 'max' },
);

/** Few keys at a time, so that what is done to them meets. */
const someKeys = fc.subarray<Key>([...KEYS], { minLength: 1, maxLength: 2 });

async function play(
  options: WorldOptions,
  keys: readonly Key[],
  steps: readonly Step[],
  timeoutMs: number,
): Promise<void> {
  const world = new World(options);
  const { clock } = world.stage;
  for (const step of steps) {
    if (step.do === 'call') world.call(step.process, step.operation, keys[step.key % keys.length]!);
    else if (step.do === 'release') world.traffic.release(step.pick, step.fails);
    else if (step.do === 'bus') {
      const { bus } = step.process === 0 ? world.stage.one : world.stage.two;
      if (step.act === 'gap') bus.gap('a test');
      else bus[step.act]();
    } else {
      await clock.advanceAsync(step.ms);
      world.traffic.lose(timeoutMs);
    }
    await clock.flush();
    world.check();
  }
  await world.end();
}

/** Longer than any of the pauses add up to. */
const PATIENT_MS = 1e9;
const RUNS = Number(process.env.PROPERTY_RUNS ?? 250);
const LIMIT_MS = 120_000;

describe('in any interleaving', () => {
  it.each<[string, readonly LevelKind[], number]>([
    ['one tier', ['own-async'], Infinity],
    ['a shared tier', ['shared'], 0],
    ['a memory before a shared tier', ['own', 'shared'], 0],
    ['two tiers that take their time', ['own-async', 'shared'], Infinity],
    ['three tiers', ['own', 'shared', 'shared'], 0],
    ['three tiers on two hosts', ['own', 'per-host', 'shared'], Infinity],
  ])(
    'over %s nothing invalidated is served',
    async (_, kinds, lagMs) => {
      const options = { kinds, lagMs, holdsAnswers: true, tiers: { commandTimeoutMs: PATIENT_MS } };
      await fc.assert(
        fc.asyncProperty(someKeys, calm, (keys, steps) => play(options, keys, steps, Infinity)),
        { numRuns: RUNS },
      );
    },
    LIMIT_MS,
  );

  it.each<[string, readonly LevelKind[]]>([
    ['one tier', ['own-async']],
    ['a memory before a shared tier', ['own', 'shared']],
    ['three tiers', ['own', 'shared', 'shared']],
  ])(
    'over %s that fails and hangs nothing invalidated here is served',
    async (_, kinds) => {
      const options = { kinds, lagMs: Infinity, holdsAnswers: false };
      await fc.assert(
        fc.asyncProperty(someKeys, stormy, (keys, steps) => play(options, keys, steps, 1_000)),
        { numRuns: RUNS },
      );
    },
    LIMIT_MS,
  );

  it.each<[string, readonly LevelKind[]]>([
    ['a memory before a shared tier', ['own', 'shared']],
    ['three tiers', ['own', 'shared', 'shared']],
  ])(
    'over %s and a bus that is late nothing is served that is older than maxStaleness',
    async (_, kinds) => {
      const tiers = { commandTimeoutMs: PATIENT_MS };
      const options = {
        kinds,
        lagMs: 3_000,
        holdsAnswers: true,
        tiers,
        heartbeatMs: 1_000,
        cache: { maxStaleness: 3 },
      };
      await fc.assert(
        fc.asyncProperty(someKeys, deaf, (keys, steps) => play(options, keys, steps, Infinity)),
        { numRuns: RUNS },
      );
    },
    LIMIT_MS,
  );

  it.each<[string, readonly LevelKind[]]>([
    ['a memory before a shared tier', ['own', 'shared']],
    ['two tiers that take their time', ['own-async', 'shared']],
  ])(
    'over %s without a bus nothing is served that is older than maxStaleness',
    async (_, kinds) => {
      const tiers = { commandTimeoutMs: PATIENT_MS };
      const options = {
        kinds,
        lagMs: 3_000,
        holdsAnswers: true,
        tiers,
        bus: false as const,
        cache: { maxStaleness: 3 },
      };
      await fc.assert(
        fc.asyncProperty(someKeys, calm, (keys, steps) => play(options, keys, steps, Infinity)),
        { numRuns: RUNS },
      );
    },
    LIMIT_MS,
  );
});
