import { compileGlob } from '../adapter/glob.ts';
import { randomVersion } from '../adapter/random-token.ts';
import type { TagVersion } from '../entry/entry.ts';
import { isPromise } from '../maybe-promise.ts';
import type { BusMessage, SeenKey, Sighting } from '../ports/bus.ts';
import type { Op } from './driver.ts';
import { all, run, wait } from './driver.ts';
import type { Level, Region } from './region.ts';
import type { Seen } from './seen.ts';
import { isOutdated } from './seen.ts';
import { EPOCH } from './tag-book.ts';
import { FAILED } from './tier-handle.ts';

const NONE: ReadonlySet<string> = new Set();

/** What this version understands. */
const KINDS: Readonly<Record<BusMessage['kind'], true>> = {
  set: true,
  touch: true,
  expire: true,
  delete: true,
  pattern: true,
  tags: true,
  clear: true,
};

/** The tiers whose content is this side's own: what a message says of the shared truth has yet to be done here. */
function copies(region: Region): readonly Level[] {
  return region.isContended(region.authority) ? region.levels.slice(0, -1) : region.levels;
}

/** Applies what another process did to the near tiers and to what is under way; nothing, if it is of an unknown kind. */
export function receive(region: Region, message: BusMessage): void {
  if (!Object.hasOwn(KINDS, message.kind)) return;
  applyTo(region, copies(region), message);
  if (!region.events.hears('invalidate')) return;
  region.emit('invalidate', { ...subjectOf(message), remote: true, done: [], deferred: [] });
}

/** Once more when a tier took its time: what was read there meanwhile may have been copied to the nearer ones. */
function applyTo(region: Region, levels: readonly Level[], message: BusMessage): void {
  const busy = 'keys' in message ? new Set(message.keys.filter((key) => region.flights.has(key))) : NONE;
  overtake(region, message);
  const applied = run(apply(region, levels, message, busy));
  if (isPromise(applied)) void applied.then(() => applyTo(region, levels.slice(0, -1), message));
}

function overtake({ flights, book }: Region, message: BusMessage): void {
  switch (message.kind) {
    case 'set':
    case 'expire':
    case 'delete':
      for (const key of message.keys) flights.overtake(key, message.at);
      break;
    case 'touch':
      for (const key of message.keys) flights.retime(key);
      break;
    case 'pattern':
      flights.overtakeWhere(compileGlob(message.pattern), message.at);
      break;
    case 'tags':
      book.heard(message.tags);
      flights.overtakeTagged(new Set(message.tags.map(([tag]) => tag)));
      break;
    case 'clear':
      book.clear();
      flights.overtakeWhere(() => true, message.at);
      break;
  }
}

function* apply(region: Region, levels: readonly Level[], message: BusMessage, busy: ReadonlySet<string>): Op<void> {
  if (message.kind === 'tags') {
    // Tags are judged when an entry is read, by what the farthest tier says.
    if (levels.includes(region.authority)) yield* renewTags(region, message.tags);
  } else if (message.kind === 'pattern') {
    yield* all(levels.map((level) => drop(level, region, 'pattern', message.pattern)));
  } else if (message.kind === 'clear') {
    yield* all(levels.map((level) => drop(level, region, 'clear', '')));
  } else {
    // Versions that each side gives by itself cannot be compared.
    const isComparable = message.kind !== 'delete' && region.isContended(region.authority);
    const versions = isComparable ? message.versions : [];
    const drops = message.keys.flatMap((key, at) => {
      const seen = { version: versions[at] || NaN, at: Infinity };
      return levels.map((level) => dropKey(level, region, key, { seen, isBusy: busy.has(key) }));
    });
    yield* all(drops);
  }
}

/** Gives the tags versions that no entry has: the sender's may have been here before, if the message comes again. */
function* renewTags(region: Region, tags: readonly TagVersion[]): Op<void> {
  const { handle, index } = region.authority;
  const { versions } = region.async.spaces[index]!;
  const now = region.context.clock.now();
  const renewal = tags.map(([tag]): TagVersion => [tag, randomVersion()]);
  const renewed = yield* wait(handle.ask('versions.renew', () => versions.renew(renewal, now)));
  if (renewed !== FAILED) return;
  const named = renewal.filter(([tag]) => tag !== EPOCH);
  handle.keepTags(region.name, named);
}

/** As `receive`, for what this process itself may have changed: loads go on, and nobody is told. */
export function look(region: Region, { keys, tags }: Omit<Sighting, 'region'>): void {
  // Whether the change came before or after what is known of a tag cannot be told: it is asked for again.
  const changed = tags.filter(([tag, version]) => (region.book.peek(tag) ?? version) !== version);
  if (changed.length > 0) region.book.heard(changed);
  lookAt(region, copies(region), keys);
}

function lookAt(region: Region, levels: readonly Level[], keys: readonly SeenKey[]): void {
  const drops = keys.flatMap(({ key, version, at }) => {
    // No copy has the version of nothing.
    const seen = { version: version || NaN, at };
    const isBusy = region.flights.has(key);
    region.flights.see(key, seen);
    return levels.map((level) => dropKey(level, region, key, { seen, isBusy }));
  });
  const dropped = run(all(drops));
  if (isPromise(dropped)) void dropped.then(() => lookAt(region, levels.slice(0, -1), keys));
}

/** Whether one of the tiers that copies are in has the key, as far as can be told at once, or it is under way. */
export function holds(region: Region, key: string): boolean {
  if (region.flights.concerns(key)) return true;
  const now = region.context.clock.now();
  return copies(region).some(({ handle, index }) => {
    const found = handle.ask('get', () => region.async.spaces[index]!.get(key, now), key);
    return found !== undefined;
  });
}

function* drop({ handle, index }: Level, region: Region, kind: 'pattern' | 'clear', pattern: string): Op<void> {
  const space = region.async.spaces[index]!;
  const now = region.context.clock.now();
  const command = () => (kind === 'clear' ? space.clear(now) : space.deletePattern(pattern, now));
  const done = yield* wait(handle.sweep(kind, command));
  if (done !== FAILED) return;
  if (kind === 'clear') handle.keepAll(region.name);
  else handle.keepPattern(region.name, pattern);
}

/** Drops a copy, unless it is just what the message speaks of; with a copy that is under way its fence goes, too. */
function* dropKey(
  level: Level,
  region: Region,
  key: string,
  { seen, isBusy }: { seen: Seen; isBusy: boolean },
): Op<void> {
  const { handle, index } = level;
  const space = region.async.spaces[index]!;
  const now = region.context.clock.now();
  const copy = yield* wait(handle.ask('get', () => space.get(key, now), key));
  if (copy === undefined && !(isBusy && region.isFenced(level))) return;
  if (copy !== undefined && copy !== FAILED && !isOutdated(copy.version, seen)) return;
  const dropped = yield* wait(handle.ask('delete', () => space.delete(key, now), key));
  if (dropped === FAILED) handle.keepKey(region.name, key);
}

/**
 * After messages may have been lost: what the near tiers hold cannot be vouched for.
 *
 * @param copiesOnly - whether what is being loaded may land.
 */
export function dropCopies(region: Region, copiesOnly = false): void {
  if (region.last > 0) region.vouchedUntil = -Infinity;
  dropAll(region, copies(region), copiesOnly);
}

function dropAll(region: Region, levels: readonly Level[], copiesOnly: boolean): void {
  region.book.clear();
  if (copiesOnly) region.flights.retimeAll();
  else region.flights.overtakeWhere(() => true);
  const dropped = run(all(levels.map((level) => drop(level, region, 'clear', ''))));
  if (isPromise(dropped)) void dropped.then(() => dropAll(region, levels.slice(0, -1), copiesOnly));
}

function subjectOf(message: BusMessage): { kind: 'tags' | 'pattern' | 'clear' | 'key'; target: readonly string[] } {
  switch (message.kind) {
    case 'tags':
      return { kind: 'tags', target: message.tags.map(([tag]) => tag).filter((tag) => tag !== '') };
    case 'pattern':
      return { kind: 'pattern', target: [message.pattern] };
    case 'clear':
      return { kind: 'clear', target: [] };
    case 'set':
    case 'touch':
    case 'expire':
    case 'delete':
      return { kind: 'key', target: message.keys };
  }
}
