import type { Item } from './response-reader.ts';
import type { Server } from './server.ts';

/** What is noted of a server, on the others and on itself. Both only ever rise. */
export interface Outages {
  /** Of whatever it may have missed: what it held by then is not valid any more (`SpaceRecord.epoch`). */
  readonly epoch: number;
  /** How often it was given up: what others took in its stead before is not valid any more (`Site.instead`). */
  readonly absences: number;
}

const MAX_TRIES = 3;
const FOR_EVER = 0;
const NUMBER = /^\d+/;

/** The keys of the notes on a server. No namespace holds a `*`, so no entry's key begins with one. */
function noteKeys(prefix: string, { name }: Server): Readonly<Record<keyof Outages, string>> {
  return { epoch: `${prefix}*outage*${name}`, absences: `${prefix}*absence*${name}` };
}

/** What a process knows that gives a server up. */
export interface GivingUp {
  /** The absences that were counted at a time since which it has changed nothing there; `undefined` if it has. */
  readonly before: number | undefined;
}

/**
 * Counts on others that a server misses something. The counts begin with the time, so that one that got lost is not
 * counted again from 0. An absence that another process began after all that this one changed there is its absence too.
 *
 * @param givingUp - when it is given up just now; else it is still away.
 * @returns the greatest counts; 0 when no other server could be told, and for `absences` when it is not new.
 */
export async function noteOutage(
  prefix: string,
  gone: Server,
  living: readonly Server[],
  givingUp: GivingUp | undefined,
  now: number,
): Promise<Outages> {
  const keys = noteKeys(prefix, gone);
  const counts = living.map(async (server): Promise<Outages> => {
    const [epoch, absences] = await Promise.all([
      count(server, keys.epoch, now),
      givingUp === undefined ? 0 : begin(server, keys.absences, givingUp, now),
    ]);
    return { epoch, absences };
  });
  const outcomes = await Promise.allSettled(counts);
  return greatest(outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : [])));
}

/**
 * Writes what is known of a server's outages down on itself, unless it has it already: those who kept it may have been
 * restarted.
 */
export async function keepNotes(prefix: string, server: Server, { epoch, absences }: Outages): Promise<void> {
  const keys = noteKeys(prefix, server);
  await Promise.all([keep(server, keys.epoch, epoch), keep(server, keys.absences, absences)]);
}

/** What a server keeps of outages, its own too, in the order of those asked for. */
export async function readOutages(prefix: string, at: Server, of: readonly Server[]): Promise<Outages[]> {
  const keys = of.map((server) => noteKeys(prefix, server));
  const items = await at.read(keys.flatMap(({ epoch, absences }) => [epoch, absences]));
  const numberAt = (key: string): number => numberIn(items.get(key));
  return keys.map(({ epoch, absences }) => ({ epoch: numberAt(epoch), absences: numberAt(absences) }));
}

function numberIn(item: Item | undefined): number {
  return Number(NUMBER.exec(item?.value.toString('latin1') ?? '')?.[0] ?? 0);
}

export function greatest(outages: readonly Outages[]): Outages {
  return {
    epoch: Math.max(0, ...outages.map(({ epoch }) => epoch)),
    absences: Math.max(0, ...outages.map(({ absences }) => absences)),
  };
}

async function keep(server: Server, key: string, least: number): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const item = (await server.read([key])).get(key);
    if (numberIn(item) >= least) return;
    if ((await server.replace(key, item, Buffer.from(String(least)), FOR_EVER)) === 'stored') return;
  }
  throw keepsNone(server);
}

/** Begins an absence, unless another process was faster. */
async function begin(server: Server, key: string, { before }: GivingUp, now: number): Promise<number> {
  let known = before;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const item = (await server.read([key])).get(key);
    const counted = numberIn(item);
    known ??= counted;
    if (counted > known) return counted;
    const next = item === undefined ? Math.max(known + 1, Math.floor(now * 1000)) : known + 1;
    if ((await server.replace(key, item, Buffer.from(String(next)), FOR_EVER)) === 'stored') return next;
  }
  throw keepsNone(server);
}

async function count(server: Server, key: string, now: number): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const counted = await server.increment(key);
    if (counted !== undefined) return counted;
    const first = Math.floor(now * 1000);
    if ((await server.replace(key, undefined, Buffer.from(String(first)), FOR_EVER)) === 'stored') return first;
  }
  throw keepsNone(server);
}

function keepsNone(server: Server): Error {
  return new Error(`memcached at ${server.name} keeps no note`);
}
