import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { Program, run } from './program.ts';
import { TemporaryFolder } from './sample.ts';

test('the demo runs, tells what it measured in plain ASCII, and exits by itself', async () => {
  using folder = await TemporaryFolder.withSample();
  const { code, out, error } = await run(['--data', folder.path, '--requests', '300', '--port', '0']);
  expect({ code, error }).toEqual({ code: 0, error: '' });
  expect(out).toMatch(/without cache +cold cache +warm cache/);
  expect(out).toMatch(/requests +30\d +30\d +30\d/);
  expect(out).toMatch(/p99, ms +[\d.,]+ +[\d.,]+ +[\d.,]+/);
  expect(out).toMatch(/hit rate of tier memory +- +\d+\.\d % +\d+\.\d %/);
  expect(out).toMatch(/queries saved +0\.0 % +\d+\.\d % +\d+\.\d %/);
  expect(out).toMatch(/nearest +without cache +[\d.,]+ +#+/);
  expect(out).toMatch(/without cache 100 queries, .* with a cold one 1 query,/);
  expect(out).toContain('None was too old, none differed.');
  expect(out).toMatch(/^[\x20-\x7E\n]*$/);
  expect(out.split('\n').length).toBeLessThan(49);
}, 30_000);

test('a second run begins with what the first one has left in the file tier', async () => {
  using folder = await TemporaryFolder.withSample();
  await run(['--data', folder.path, '--requests', '300', '--port', '0']);
  const { code, out, error } = await run(['--data', folder.path, '--requests', '300', '--port', '0']);
  expect({ code, error }).toEqual({ code: 0, error: '' });
  expect(out).toMatch(/The file tier began with \d+ entries of an earlier run\./);
  expect(out).toMatch(/without cache +restarted +warm cache/);
  const [, hits] = /hit rate of tier file +- +(\d+\.\d) %/.exec(out) ?? [];
  expect(Number(hits)).toBeGreaterThan(50);
}, 60_000);

describe('--no-load', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'serves until %s, and ends well',
    async (signal) => {
      using folder = await TemporaryFolder.withSample();
      const program = new Program(['--no-load', '--data', folder.path, '--port', '0']);
      const [, page] = await program.shows(/What the cache does is shown at (\S+)\n/);
      const [, url] = await program.shows(/The service is at (\S+) until/);
      expect(await (await fetch(page!)).text()).toContain('<html');
      const answer = await fetch(`${url}/search?q=paris`);
      expect(answer.headers.get('x-cache')).toBe('miss');

      const second = await run(['--no-load', '--data', folder.path, '--port', '0']);
      expect(second).toMatchObject({ code: 1, error: expect.stringContaining('Another demo is running') });

      program.child.kill(signal);
      expect(await program.ended()).toEqual([0, null]);
    },
    30_000,
  );
});

test('--stay goes on asking after the load, until Ctrl-C', async () => {
  using folder = await TemporaryFolder.withSample();
  const program = new Program(['--stay', '--data', folder.path, '--requests', '100', '--port', '0']);
  const [, url] = await program.shows(/none differed\.[\s\S]*The service is at (\S+) until/);
  const hits = async (): Promise<number> => ((await (await fetch(`${url}/cache`)).json()) as { hits: number }).hits;
  const before = await hits();
  const until = performance.now() + 10_000;
  while ((await hits()) < before + 50) expect(performance.now()).toBeLessThan(until);
  program.child.kill('SIGINT');
  expect(await program.ended()).toEqual([0, null]);
}, 30_000);

test('Ctrl-C ends the load', async () => {
  using folder = await TemporaryFolder.withSample();
  const program = new Program(['--data', folder.path, '--port', '0', '--requests', '10000000']);
  await program.shows(/Load, without cache/);
  const interrupted = performance.now();
  program.child.kill('SIGINT');
  expect(await program.ended()).toEqual([130, null]);
  expect(performance.now() - interrupted).toBeLessThan(5000);
}, 30_000);

test.each([
  [[], '--port'],
  [['--redis'], '--port'],
  [[], '--port-dashboard'],
  [['--redis'], '--port-dashboard'],
])('a port that is taken is said to be (%o, %s)', async (flags, option) => {
  using folder = await TemporaryFolder.withSample();
  await using server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await run([...flags, '--no-load', '--data', folder.path, option, String(port)])).toMatchObject({
    code: 1,
    error: `Port ${port} is taken. Name another one with ${option}, or leave it out.\n`,
  });
});

test('--help, and what cannot be meant', async () => {
  const help = await run(['--help']);
  expect(help).toMatchObject({ code: 0, error: '' });
  for (const option of [
    '--redis',
    '--memcached',
    '--chaos',
    '--stay',
    '--no-load',
    '--requests',
    '--port',
    '--port-dashboard',
    '--data',
  ])
    expect(help.out).toContain(option);
  const { code, out, error } = await run(['--prot', '1']);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(error).toMatch(/^Unknown option '--prot'.*\nSee --help\.\n$/s);
});
