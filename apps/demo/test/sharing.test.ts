import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LocalServer } from '../src/servers/local-server.ts';
import { Program, run } from './program.ts';
import { TemporaryFolder } from './sample.ts';

const SMALL = ['--requests', '300', '--port', '0'];

describe.each([
  ['redis', /a redis-server of their own, on port \d+\. Its bus tells/],
  ['memcached', /3 memcacheds of their own, on ports \d+, \d+, \d+\. memcached brings\nno bus, so copies/],
])('--%s', (name, description) => {
  test('two processes share it, and see each other’s edits in time', async () => {
    using folder = await TemporaryFolder.withSample();
    const { code, out, error } = await run([`--${name}`, '--data', folder.path, ...SMALL]);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toMatch(description);
    expect(out).toMatch(/without cache +cold cache +warm cache/);
    expect(out).toMatch(new RegExp(`hit rate of tier ${name} +- +\\d+\\.\\d % +\\d+\\.\\d %`));
    expect(out).toMatch(/What the other process shows of an edit +all calm\nedits that were watched +[1-9]/);
    expect(out).toMatch(/allowed, ms +1,000\n/);
    expect(out).toContain('None was too old, none differed.');
    expect(out).toMatch(/^[\x20-\x7E\n]*$/);
  }, 60_000);

  test('--chaos kills a process and a server, and the service goes on', async () => {
    using folder = await TemporaryFolder.withSample();
    const { code, out, error } = await run([`--${name}`, '--chaos', '--data', folder.path, ...SMALL]);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toMatch(/one process killed +back +(redis|1 memcached of 3) killed +back/);
    const [, ...repeated] = /asked again elsewhere +([\d,]+) +([\d,]+) +([\d,]+) +([\d,]+)/.exec(out) ?? [];
    // Half of what is asked is asked of the process that is gone; a server that is gone is no reason to ask again.
    expect(Number(repeated[0])).toBeGreaterThan(50);
    expect(repeated.slice(2)).toEqual(['0', '0']);
    expect(out).toMatch(/shows of an edit +all calm +with outages\nedits that were watched +[1-9]\d* +\d+\n/);
    expect(out).toContain('None was too old, none differed.');
  }, 90_000);
});

describe('whatever ends the demo ends what it has started', () => {
  test.each([
    ['SIGINT', [0, null]],
    ['SIGKILL', [null, 'SIGKILL']],
  ] as const)(
    '%s',
    async (signal, ending) => {
      using folder = await TemporaryFolder.withSample();
      const program = new Program(['--redis', '--no-load', '--data', folder.path, '--port', '0']);
      const [, port] = await program.shows(/on port (\d+)/);
      const [, ...services] = await program.shows(
        /is at http:\/\/127\.0\.0\.1:(\d+) and http:\/\/127\.0\.0\.1:(\d+) until/,
      );
      const ports = [port, ...services].map(Number);
      expect(await Promise.all(ports.map(listens))).toEqual([true, true, true]);
      program.child.kill(signal);
      expect(await program.ended()).toEqual(ending);
      for (const one of ports) await isClosed(one);
    },
    30_000,
  );

  test('Ctrl-C in the middle of the load', async () => {
    using folder = await TemporaryFolder.withSample();
    const program = new Program(['--memcached', '--data', folder.path, '--port', '0', '--requests', '10000000']);
    const [, ...ports] = await program.shows(/on ports (\d+), (\d+), (\d+)/);
    await program.shows(/Load, without cache/);
    program.child.kill('SIGINT');
    expect(await program.ended()).toEqual([130, null]);
    for (const port of ports) await isClosed(Number(port));
  }, 30_000);
});

describe('servers that somebody named', () => {
  test('are used, not killed, and left as they were', async () => {
    await using server = await LocalServer.start({
      program: 'redis-server',
      parameters: (port) => ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
      ping: async (port) => void (await say(port, 'PING')),
    });
    using folder = await TemporaryFolder.withSample();
    await say(server.port, 'SET cities::1 theirs');
    const environment = { REDIS_URL: `redis://127.0.0.1:${server.port}` };
    const { code, out, error } = await run(['--redis', '--chaos', '--data', folder.path, ...SMALL], environment);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toContain('share the Redis of REDIS_URL.');
    expect(out).toMatch(/one process killed +back\n/);
    const keys = await say(server.port, 'KEYS cities*');
    expect(keys).toBe('*1\r\n$9\r\ncities::1\r\n');
  }, 60_000);

  test.each([
    ['--redis', { REDIS_URL: 'redis://127.0.0.1:1' }, 'What REDIS_URL names cannot be used: '],
    ['--redis', { REDIS_URL: 'localhost' }, 'What REDIS_URL names cannot be used: '],
    ['--memcached', { MEMCACHED_SERVERS: '127.0.0.1:1' }, 'What MEMCACHED_SERVERS names cannot be used: '],
    ['--memcached', { MEMCACHED_SERVERS: 'a:b' }, 'What MEMCACHED_SERVERS names cannot be used: '],
    ['--redis', { PATH: '/nowhere' }, '--redis needs the program redis-server, or a server that REDIS_URL names'],
    ['--memcached', { PATH: '/nowhere' }, '--memcached needs the program memcached, or servers that MEMCACHED_SERVERS'],
  ])(
    '%s with %o cannot be',
    async (flag, environment, message) => {
      using folder = await TemporaryFolder.withSample();
      const { code, out, error } = await run([flag, '--data', folder.path, ...SMALL], environment);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(error.split('\n')[0]).toContain(message);
    },
    30_000,
  );
});

/** What a Redis answers to one command, for as long as it goes on answering at once. */
async function say(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  try {
    await once(socket, 'connect');
    socket.write(`${command}\r\n`);
    const [answer] = (await once(socket, 'data')) as [string];
    return answer;
  } finally {
    socket.destroy();
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function isClosed(port: number): Promise<void> {
  for (const until = performance.now() + 10_000; performance.now() < until; await setTimeout(20)) {
    if (!(await listens(port))) return;
  }
  throw new Error(`something still listens on port ${port}`);
}
