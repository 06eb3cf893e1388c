import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@uno-cache/core';
import { systemClock } from '@uno-cache/core';
import type { ManualClock } from '@uno-cache/core/testing';
import { manualClock } from '@uno-cache/core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { Fleet } from '../src/servers/fleet.ts';
import { KetamaRing } from '../src/servers/ketama-ring.ts';
import { serverList } from '../src/servers/server-list.ts';
import { eventually } from './eventually.ts';
import type { TestServer } from './start-server.ts';
import { startServer } from './start-server.ts';

const TIMEOUT_MS = 2_000;
/** What the fleet grants one server. */
const DEADLINE_MS = 0.4 * TIMEOUT_MS;
/** Longer than the first probe is away, and no deadline. */
const PROBE_MS = 150;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanups.splice(0).reverse()) await cleanUp();
});

interface Scene {
  readonly clock: Clock;
  readonly fleet: Fleet;
  /** Of `owner`; `standIn` has it while that one is away. */
  readonly key: string;
  readonly owner: TestServer;
  readonly standIn: TestServer;
  readonly third: TestServer;
}

interface ManualScene extends Scene {
  readonly clock: ManualClock;
}

/** Three servers that have been used, and a clock that stands still. */
async function scene(): Promise<ManualScene>;
async function scene(clock: Clock): Promise<Scene>;
async function scene(clock: Clock = manualClock()): Promise<Scene> {
  const servers = await Promise.all([startServer(), startServer(), startServer()]);
  cleanups.push(() => Promise.all(servers.map((server) => server.stop())));
  const [standIn, third, owner] = servers as [TestServer, TestServer, TestServer];
  const addresses = serverList(servers.map(({ address }) => address));
  const ring = new KetamaRing(addresses);
  let number = 0;
  const isFound = (key: string): boolean =>
    ring.serverOf(key, () => true) === 2 && ring.serverOf(key, (server) => server !== 2) === 0;
  while (!isFound(`k${number}`)) number++;
  const fleet = new Fleet({ addresses, prefix: '', clock, timeoutMs: TIMEOUT_MS, onOutage: () => {} });
  cleanups.push(() => fleet.close());
  await fleet.everywhere(({ server }) => server.ping());
  return { clock, fleet, key: `k${number}`, owner, standIn, third };
}

/** Runs a command that server answers, and gives its address. */
async function servedBy({ fleet, key }: Scene, access: 'reads' | 'changes'): Promise<string> {
  return fleet.run(key, access, async ({ server }) => {
    await server.ping();
    return server.name;
  });
}

/** Lets a deadline pass, once those who answer have answered. */
async function passDeadline({ clock }: ManualScene, ...living: readonly TestServer[]): Promise<void> {
  for (let turns = 0; turns < 5; turns++) {
    await Promise.all(living.map((server) => server.say('version')));
    await setImmediate();
  }
  clock.advance(DEADLINE_MS);
  await setImmediate();
}

async function giveUpOwner(on: ManualScene): Promise<void> {
  on.owner.pause();
  const served = servedBy(on, 'reads');
  await passDeadline(on, on.standIn, on.third);
  expect(await served).toBe(on.standIn.address);
}

async function noteOf(server: TestServer, at: TestServer): Promise<number> {
  const answer = await at.say(`get *outage*${server.address}`, 'END\r\n');
  return Number(/\r\n(\d+)/.exec(answer)?.[1] ?? 0);
}

async function reads(server: TestServer): Promise<string> {
  return /cmd_get (\d+)/.exec(await server.say('stats', 'END\r\n'))![1]!;
}

describe('a fleet', () => {
  it('asks the next server at once when the check before a command finds that the first is gone', async () => {
    const on = await scene();
    on.owner.pause();
    on.clock.advance(DEADLINE_MS);
    const served = servedBy(on, 'reads');
    await passDeadline(on, on.standIn, on.third);
    // Not a second deadline: this would wait for ever.
    expect(await served).toBe(on.standIn.address);
  });

  it('counts a change that is made elsewhere while a server returns', async () => {
    const on = await scene();
    await giveUpOwner(on);
    const before = await noteOf(on.owner, on.standIn);
    on.third.pause();
    on.owner.resume();
    const readsBefore = await reads(on.standIn);
    on.clock.advance(PROBE_MS);
    await eventually('the return waits for the third server', async () => (await reads(on.standIn)) !== readsBefore);
    expect(await servedBy(on, 'changes')).toBe(on.standIn.address);
    await passDeadline(on, on.standIn, on.owner);
    await eventually('it is used again', async () => (await servedBy(on, 'reads')) === on.owner.address);
    expect(await noteOf(on.owner, on.standIn)).toBeGreaterThan(before);
  });

  it('tells a server that returns what it missed, when those who knew it are gone', async () => {
    const on = await scene();
    await giveUpOwner(on);
    expect(await servedBy(on, 'changes')).toBe(on.standIn.address);
    const noted = await noteOf(on.owner, on.standIn);
    await on.standIn.restart();
    await on.third.restart();
    on.owner.resume();
    await eventually('it is used again', async () => {
      on.clock.advance(PROBE_MS);
      return (await servedBy(on, 'reads').catch(() => '')) === on.owner.address;
    });
    expect(await noteOf(on.owner, on.owner)).toBeGreaterThan(noted);
  });

  it('counts what a server missed before it closes', async () => {
    const on = await scene();
    await giveUpOwner(on);
    expect(await servedBy(on, 'changes')).toBe(on.standIn.address);
    const before = await noteOf(on.owner, on.standIn);
    await on.fleet.close();
    expect(await noteOf(on.owner, on.standIn)).toBeGreaterThan(before);
  });

  it('gives nobody up because this process stood still', async () => {
    const on = await scene(systemClock);
    const reading = on.fleet.run(on.key, 'reads', ({ server }) => server.read([on.key]));
    await setImmediate();
    const isOver = performance.now() + DEADLINE_MS + 100;
    while (performance.now() < isOver);
    await reading;
    expect(await servedBy(on, 'reads')).toBe(on.owner.address);
    expect(await noteOf(on.owner, on.standIn)).toBe(0);
  });

  it('says how full the living are when one has gone unnoticed', async () => {
    const on = await scene();
    await on.owner.kill();
    await expect(on.fleet.usage()).resolves.toMatchObject({ maxBytes: 2 * 64 * 1024 * 1024 });
    expect(await servedBy(on, 'reads')).toBe(on.standIn.address);
  });
});
