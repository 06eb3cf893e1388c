import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const HELP = `A service for the cities of the world, with a cache in front of its database.

  pnpm demo [options]

It imports 135,233 cities into SQLite at the first start, serves them over HTTP, puts itself under load with and
without its cache and prints what that made of it. On a terminal the service then stays up, until Ctrl-C.

  --redis               two processes that share a Redis: that of REDIS_URL, or a redis-server started for them
  --memcached           two that share memcached: MEMCACHED_SERVERS (host:port,...), or three started for them
  --chaos               with either: kills a process, and a server, in the middle of the load
  --no-load             only serve
  --stay                goes on asking a little after the load, until Ctrl-C: for a look at the dashboard
  --requests <n>        at most so many requests in each part of the load  (20000)
  --port <n>            listen there; 0 for any free port  (3000, or a free one if that is taken)
  --port-dashboard <n>  and there with the page that shows what the cache does  (9090, or a free one)
  --data <folder>       where the database is kept  (apps/demo/data)
  --help                this text
`;

export interface CommandLine {
  readonly help: boolean;
  /** What two processes of the service share; `undefined`: there is one, which needs nothing else. */
  readonly sharing: 'redis' | 'memcached' | undefined;
  /** Kills what can be killed while the load runs. */
  readonly chaos: boolean;
  readonly load: boolean;
  readonly requests: number;
  /** Whether to go on after the load, asking a little. */
  readonly stay: boolean;
  readonly ports: { readonly service: number | undefined; readonly dashboard: number | undefined };
  readonly data: string;
}

/** Something on the command line that cannot be meant. */
export class UsageError extends Error {}

/** @throws UsageError */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values } = parse(args);
  checkTogether(values);
  return {
    help: values.help ?? false,
    sharing: values.redis ? 'redis' : values.memcached ? 'memcached' : undefined,
    chaos: values.chaos ?? false,
    load: !values['no-load'],
    requests: wholeNumber('--requests', values.requests, 1, 10_000_000) ?? 20_000,
    stay: values.stay ?? false,
    ports: {
      service: wholeNumber('--port', values.port, 0, 65_535),
      dashboard: wholeNumber('--port-dashboard', values['port-dashboard'], 0, 65_535),
    },
    data: values.data ?? join(import.meta.dirname, '../data'),
  };
}

function parse(args: readonly string[]) {
  // npm users put `--` in front of a script's own options; pnpm passes it on.
  const own = args[0] === '--' ? args.slice(1) : [...args];
  try {
    return parseArgs({ args: own, options: OPTIONS });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  redis: { type: 'boolean' },
  memcached: { type: 'boolean' },
  chaos: { type: 'boolean' },
  'no-load': { type: 'boolean' },
  requests: { type: 'string' },
  stay: { type: 'boolean' },
  port: { type: 'string' },
  'port-dashboard': { type: 'string' },
  data: { type: 'string' },
} as const;

function checkTogether(values: ReturnType<typeof parse>['values']): void {
  const { redis = false, memcached = false, chaos = false } = values;
  if (redis && memcached) throw new UsageError('--redis and --memcached: the processes can share only one of them.');
  if (chaos && !redis && !memcached) throw new UsageError('--chaos needs --redis or --memcached.');
  const needsLoad = chaos ? '--chaos' : values.stay ? '--stay' : undefined;
  if (needsLoad && values['no-load']) throw new UsageError(`${needsLoad} needs the load, which --no-load leaves out.`);
}

function wholeNumber(option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option} takes a whole number from ${least} to ${most}, not '${text}'.`);
}
