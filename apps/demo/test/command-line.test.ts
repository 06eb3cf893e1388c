import { expect, test } from 'vitest';
import { readCommandLine, UsageError } from '../src/command-line.ts';

test('what is not said has a default', () => {
  expect(readCommandLine([])).toMatchObject({
    help: false,
    sharing: undefined,
    chaos: false,
    load: true,
    requests: 20_000,
    stay: false,
    ports: { service: undefined, dashboard: undefined },
  });
  expect(readCommandLine([]).data).toMatch(/demo\/data$/);
});

test('every option, with and without the -- that npm users type', () => {
  const options = {
    help: false,
    sharing: undefined,
    chaos: false,
    load: false,
    stay: false,
    requests: 7,
    ports: { service: 0, dashboard: 1 },
    data: '/tmp/x',
  };
  const args = ['--no-load', '--requests', '7', '--port=0', '--port-dashboard', '1', '--data', '/tmp/x'];
  expect(readCommandLine(args)).toEqual(options);
  expect(readCommandLine(['--', ...args])).toEqual(options);
  expect(readCommandLine(['-h']).help).toBe(true);
  expect(readCommandLine(['--stay']).stay).toBe(true);
  expect(readCommandLine(['--redis'])).toMatchObject({ sharing: 'redis', chaos: false });
  expect(readCommandLine(['--memcached', '--chaos'])).toMatchObject({ sharing: 'memcached', chaos: true });
});

test.each([
  [['--prot', '1'], "Unknown option '--prot'"],
  [['serve'], "Unexpected argument 'serve'"],
  [['--port'], 'argument missing'],
  [['--port', '65536'], "--port takes a whole number from 0 to 65535, not '65536'."],
  [['--port', '80a'], "--port takes a whole number from 0 to 65535, not '80a'."],
  [['--requests', '0'], "--requests takes a whole number from 1 to 10000000, not '0'."],
  [['--requests', '1e3'], "not '1e3'"],
  [['--requests='], "not ''"],
  [['--no-load=1'], 'does not take an argument'],
  [['--redis', '--memcached'], 'only one of them'],
  [['--chaos'], '--chaos needs --redis or --memcached.'],
  [['--chaos', '--redis', '--no-load'], '--chaos needs the load, which --no-load leaves out.'],
  [['--stay', '--no-load'], '--stay needs the load, which --no-load leaves out.'],
  [['--port-dashboard', '-1'], 'ambiguous'],
  [['--port-dashboard=-1'], '--port-dashboard takes a whole number'],
])('%o cannot be meant', (args, message) => {
  expect(() => readCommandLine(args)).toThrow(UsageError);
  expect(() => readCommandLine(args)).toThrow(message);
});
