import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';

/** As the processes have it. */
const LIMIT_MS = 2_000;
/** How late a busy machine may be. */
const PATIENCE = { timeout: 20_000, interval: 20 };

const directory = mkdtempSync(join(tmpdir(), 'uno-cache-owner-'));
const processes = new Map<string, Member>();

afterEach(async () => {
  await Promise.all([...processes.keys()].map(kill));
  rmSync(directory, { recursive: true, force: true });
});

interface Member {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  errors: string;
  owner: string;
  members: readonly string[];
  loads: number;
}

function start(self: string): void {
  const program = join(import.meta.dirname, 'member.ts');
  const child = spawn(process.execPath, ['--conditions=@uno-cache/source', program, directory, self]);
  const ended = new Promise((resolve) => child.once('close', resolve));
  const member: Member = { child, ended, errors: '', owner: '', members: [], loads: 0 };
  child.stderr.on('data', (chunk: Buffer) => {
    member.errors += chunk.toString();
  });
  createInterface(child.stdout).on('line', (line) => {
    const { loads, ...state } = JSON.parse(line) as { loads?: true } & Pick<Member, 'owner' | 'members'>;
    if (loads) member.loads++;
    else Object.assign(member, state);
  });
  processes.set(self, member);
}

async function kill(self: string): Promise<void> {
  const { child, ended } = processes.get(self)!;
  processes.delete(self);
  child.kill('SIGKILL');
  await ended;
}

/** The owner, once all who live know all who live. */
async function agreed(): Promise<string> {
  const alive = [...processes.keys()].sort();
  const views = () => [...processes.values()].map(({ members }) => members);
  await expect.poll(views, PATIENCE).toEqual(alive.map(() => alive));
  const owners = new Set([...processes.values()].map(({ owner }) => owner));
  expect(owners.size).toBe(1);
  return [...owners][0]!;
}

/** Who loads, the next few times. */
async function loaders(): Promise<string[]> {
  // What had begun before the processes knew of each other may still come.
  await loadersOf(2);
  return loadersOf(4);
}

async function loadersOf(times: number): Promise<string[]> {
  const before = new Map([...processes].map(([self, { loads }]) => [self, loads]));
  const since = () => [...processes].map(([self, { loads }]) => [self, loads - before.get(self)!] as const);
  const sum = () => since().reduce((total, [, loads]) => total + loads, 0);
  await expect.poll(sum, PATIENCE).toBeGreaterThanOrEqual(times);
  return since().flatMap(([self, loads]) => (loads > 0 ? self : []));
}

describe('hotKeyOwner() in three processes', () => {
  it('has another refresh when the owner is killed, and the first again when it comes back', async () => {
    for (const self of ['p0', 'p1', 'p2']) start(self);
    const owner = await agreed();
    expect(await loaders()).toEqual([owner]);

    const killedAt = performance.now();
    await kill(owner);
    const heir = await agreed();
    const elapsedMs = performance.now() - killedAt;
    expect(heir).not.toBe(owner);
    expect(await loaders()).toEqual([heir]);
    // Its last heartbeat may have been a little before; a busy machine may be late.
    expect(elapsedMs).toBeGreaterThan(LIMIT_MS / 2);
    expect(elapsedMs).toBeLessThan(LIMIT_MS + 8_000);

    start(owner);
    expect(await agreed()).toBe(owner);
    expect(await loaders()).toEqual([owner]);
    for (const { errors } of processes.values()) expect(errors).not.toMatch(/Error/);
  }, 90_000);
});
