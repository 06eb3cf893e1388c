import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createCache } from '@uno-cache/core';
import { oddKeys } from '@uno-cache/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FileOptions } from '../src/index.ts';
import { file, fileBus, threadBus } from '../src/index.ts';
import { tempDirectory } from './temp-directory.ts';

const NOBODY = 65_534;

/** Everything below a directory, by path, with its permissions. */
function modesIn(directory: string): Map<string, number> {
  const paths = readdirSync(directory, { recursive: true }) as string[];
  return new Map(paths.map((path) => [path, statSync(join(directory, path)).mode & 0o777]));
}

it('whatever the umask, only the owner may read what is made', async () => {
  const before = process.umask(0);
  onTestFinished(() => void process.umask(before));
  const directory = join(tempDirectory(), 'made', 'by us');
  const cache = createCache({ tiers: [file({ directory })] });
  await cache.set('small', 1);
  await cache.set('large', 'x'.repeat(400_000));
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  const modes = modesIn(directory);
  expect([...modes.keys()].some((path) => path.endsWith('-wal'))).toBe(true);
  expect([...modes.keys()].some((path) => path.startsWith('values/'))).toBe(true);
  for (const [path, mode] of modes) expect([path, mode]).toEqual([path, path === 'values' ? 0o700 : 0o600]);
  await cache.close();
});

it('a database that others could read is closed to them', async () => {
  const directory = tempDirectory();
  const path = join(directory, 'cache-v1-1.db');
  writeFileSync(path, '');
  chmodSync(path, 0o644);
  const cache = createCache({ tiers: [file({ directory })] });
  await cache.set('k', 1);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await cache.close();
});

it('no key, however odd, leaves the directory', async () => {
  const parent = tempDirectory();
  const directory = join(parent, 'cache');
  const cache = createCache({ namespace: '../escape', tiers: [file({ directory })], regions: { '../../r': {} } });
  const large = 'x'.repeat(300_000);
  for (const key of [...oddKeys, '../'.repeat(40), '/tmp/escape', 'C:\\escape', 'nul', 'con', '.', '..']) {
    await cache.set(key, large);
    await cache.region('../../r').set(key, large);
  }
  await cache.close();
  expect(readdirSync(parent)).toEqual(['cache']);
  for (const path of modesIn(directory).keys()) {
    expect(path).toMatch(/^(cache-v1-1\.db|bell|reserve|values|values\/[0-9a-f]{32})$/);
  }
});

describe('a directory that cannot be used is refused at once, naming option and path', () => {
  const refusal = (directory: unknown): string => {
    try {
      file({ directory: directory as string });
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
      return (error as Error).message;
    }
    throw new Error('it was not refused');
  };

  it('a file', () => {
    const path = join(tempDirectory(), 'file');
    writeFileSync(path, '');
    expect(refusal(path)).toBe(
      `directory must be a directory that this process can write; got ${JSON.stringify(path)}: a file is in the way`,
    );
    expect(refusal(join(path, 'below'))).toMatch(/^directory must .*\/file\/below": a file is in the way$/);
    expect(() => fileBus({ directory: path })).toThrow(TypeError);
  });

  it('one that belongs to another', () => {
    const directory = join(tempDirectory(), 'closed');
    mkdirSync(directory, { mode: 0o500 });
    if (process.getuid?.() === 0) {
      chmodSync(join(directory, '..'), 0o755);
      process.seteuid?.(NOBODY);
      onTestFinished(() => process.seteuid?.(0));
    }
    expect(refusal(directory)).toMatch(/^directory must .*\/closed": permission denied$/);
    expect(refusal(join(directory, 'below'))).toMatch(/permission denied$/);
  });

  it('a link to nowhere, and what is no path', () => {
    const path = join(tempDirectory(), 'link');
    symlinkSync('/nowhere/at/all/\u0001', path);
    expect(refusal(path)).toMatch(/^directory must /);
    for (const odd of [undefined, null, 5, '', 'a\0b', {}]) expect(refusal(odd)).toMatch(/^directory must be the path/);
  });

  it('a relative path is that of now, wherever the process goes later', async () => {
    const parent = tempDirectory();
    const directory = relative(process.cwd(), join(parent, 'relative'));
    const cache = createCache({ tiers: [file({ directory })] });
    await cache.set('k', 1);
    expect(readdirSync(parent)).toEqual(['relative']);
    await cache.close();
  });
});

describe('wrong options are a TypeError that names them', () => {
  const wrong: readonly (readonly [Partial<Record<keyof FileOptions | 'maxByte', unknown>>, RegExp])[] = [
    [{ maxByte: '1mb' }, /unknown option "maxByte" \(did you mean "maxBytes"\?\)/],
    [{ maxBytes: '10 mb' }, /^maxBytes must be a size/],
    [{ maxBytes: '512kb' }, /^maxBytes must be at least "1mb"/],
    [{ maxEntries: 0 }, /^maxEntries must be an integer/],
    [{ name: '' }, /^name must be/],
    [{ ttl: 0 }, /^ttl must be/],
    [{ durability: 'full' }, /^durability must be one of "process", "reboot", "power"/],
    [{ bus: 'yes' }, /^bus must be true or false/],
    [{ serializer: {} }, /^serializer must be a Serializer/],
  ];
  for (const [options, message] of wrong) {
    it(JSON.stringify(options), () => {
      const all = { directory: tempDirectory(), ...options } as unknown as FileOptions;
      expect(() => file(all)).toThrow(TypeError);
      expect(() => file(all)).toThrow(message);
    });
  }

  it('of the buses too', () => {
    expect(() => fileBus({ directory: tempDirectory(), nme: 'x' } as never)).toThrow(/unknown option "nme"/);
    expect(() => threadBus({ channel: '' })).toThrow(/^channel must be/);
  });
});
