import { createHash } from 'node:crypto';
import type { MaybePromise, Scope } from '@uno-cache/core';
import { compileGlob, scopePrefix } from '@uno-cache/core/adapter';
import type { Frame } from '../items/frame.ts';
import { wireKey } from '../items/wire-key.ts';
import type { Item } from '../servers/response-reader.ts';
import type { Server } from '../servers/server.ts';
import { ItemRefused } from '../servers/server.ts';
import type { Site } from '../servers/site.ts';
import { MarkList } from './mark-list.ts';
import type { SpaceRecord } from './space-record.ts';
import { decodeRecord, encodeRecord, newRecord } from './space-record.ts';

const MAX_TRIES = 32;
const FOR_EVER = 0;

/** A server with its record of the space, as both were just now. */
export interface Place {
  readonly server: Server;
  readonly record: SpaceRecord;
  /** Of the items that are valid there for the keys that were asked for. */
  readonly generation: string;
}

/** One region's generation and marks, on every server for itself. */
export class Space {
  readonly recordKey: string;
  readonly #marksKey: string;
  readonly #marks = new WeakMap<Server, MarkList>();
  #last: { item?: Item; epoch: number; record: SpaceRecord | undefined } = { epoch: 0, record: undefined };

  constructor(prefix: string, scope: Pick<Scope, 'namespace' | 'region'>) {
    const start = scopePrefix(scope);
    this.recordKey = wireKey(prefix, '*space*', start);
    this.#marksKey = wireKey(prefix, '*marks*', start);
  }

  /** Reads keys of the space, and the record, which is made where there is none. */
  read(site: Site, keys: readonly string[]): Promise<[Place, ReadonlyMap<string, Item>]> {
    return site.server.read([...keys, this.recordKey]).then((items) => {
      const record = this.#recordIn(items.get(this.recordKey), site.epoch);
      return record === undefined ? this.#readAnew(site, keys, items) : [placeOf(site, record), items];
    });
  }

  /** Whether the item is of the space as it is now: of its generation, and not concerned by a later mark. */
  holds({ server, record, generation }: Place, { generation: its, mark }: Frame, key: string): MaybePromise<boolean> {
    if (its !== generation) return false;
    if (mark >= record.mark) return true;
    const known = this.#marks.get(server);
    if (known?.generation === record.generation && known.last >= record.mark) return !known.covers(key, mark);
    return this.#readMarks(server, record).then((marks) => marks !== undefined && !marks.covers(key, mark));
  }

  /** Everything in the space on this server is gone. */
  async clear({ server, epoch }: Site): Promise<void> {
    await server.set(this.recordKey, encodeRecord(newRecord(epoch)), FOR_EVER);
  }

  /** Everything in the space on this server that matches is gone. */
  async mark(site: Site, pattern: string): Promise<void> {
    compileGlob(pattern);
    const isMarked = await this.#mark(site, pattern).catch((error: unknown) => {
      if (error instanceof ItemRefused) return false;
      throw error;
    });
    // More than was asked for, and never less.
    if (!isMarked) await this.clear(site);
  }

  async #mark(site: Site, pattern: string): Promise<boolean> {
    const { server } = site;
    let number: number | undefined;
    let generation: string | undefined;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const [{ record }, items] = await this.read(site, [this.#marksKey]);
      if (generation !== undefined && generation !== record.generation) return true;
      generation = record.generation;
      if (number === undefined) {
        const item = items.get(this.#marksKey);
        const list = MarkList.decode(item, generation) ?? new MarkList(generation);
        const next = Math.max(list.last, record.mark) + 1;
        const longer = list.with(next, pattern).encode();
        if ((await server.replace(this.#marksKey, item, longer, FOR_EVER)) === 'refused') continue;
        number = next;
      }
      if (record.mark >= number) return true;
      const raised = encodeRecord({ ...record, mark: number });
      if ((await server.replace(this.recordKey, items.get(this.recordKey), raised, FOR_EVER)) === 'stored') return true;
    }
    return false;
  }

  async #readAnew(
    site: Site,
    keys: readonly string[],
    before: ReadonlyMap<string, Item>,
  ): Promise<[Place, ReadonlyMap<string, Item>]> {
    const { server, epoch } = site;
    let items = before;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      await server.replace(this.recordKey, items.get(this.recordKey), encodeRecord(newRecord(epoch)), FOR_EVER);
      items = await server.read([...keys, this.recordKey]);
      const record = decodeRecord(items.get(this.recordKey), epoch);
      if (record !== undefined) return [placeOf(site, record), items];
    }
    throw new Error(`memcached at ${server.name} keeps no record`);
  }

  /** Reads of one tick find the record in one and the same item. */
  #recordIn(item: Item | undefined, epoch: number): SpaceRecord | undefined {
    if (item === undefined) return undefined;
    if (item !== this.#last.item || epoch !== this.#last.epoch) {
      this.#last = { item, epoch, record: decodeRecord(item, epoch) };
    }
    return this.#last.record;
  }

  /** The marks up to the record's last; `undefined` when some have got lost. */
  async #readMarks(server: Server, record: SpaceRecord): Promise<MarkList | undefined> {
    const list = MarkList.decode((await server.read([this.#marksKey])).get(this.#marksKey), record.generation);
    if (list === undefined || list.last < record.mark) return undefined;
    this.#marks.set(server, list);
    return list;
  }
}

/** What a server takes in another's stead is of a generation of its own, which ends with that one's absence. */
function placeOf({ server, instead }: Site, record: SpaceRecord): Place {
  const { generation } = record;
  if (instead === '') return { server, record, generation };
  const own = createHash('sha256').update(`${generation} ${instead}`).digest('base64url');
  return { server, record, generation: own.slice(0, generation.length) };
}
