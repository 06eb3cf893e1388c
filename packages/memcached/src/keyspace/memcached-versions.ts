import type { Versions } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { randomVersion, versionKey } from '@uno-cache/core/adapter';
import { decodeFrame, encodeFrame } from '../items/frame.ts';
import { isHashed, wireKey } from '../items/wire-key.ts';
import type { Access } from '../servers/fleet.ts';
import type { Item } from '../servers/response-reader.ts';
import type { Site } from '../servers/site.ts';
import type { Place } from '../space/space.ts';
import type { InTime } from './key-queue.ts';
import type { KeyspaceContext } from './keyspace-context.ts';
import { MAX_TRIES } from './keyspace-context.ts';

/** Versions have no end of their own: the server drops what nobody reads, and a lost one is replaced. */
const FOR_EVER = 0;
const NO_ID = '-'.repeat(12);

/** The versions of tags of one keyspace, each on the server that its name belongs to. */
export class MemcachedVersions implements Versions {
  readonly #context: KeyspaceContext;

  constructor(context: KeyspaceContext) {
    this.#context = context;
  }

  read(names: readonly string[], _now: number): Promise<(string | undefined)[]> {
    const read = async (name: string): Promise<string | undefined> => {
      const wire = this.#wire(name);
      return this.#context.fleet.run(wire, 'reads', async (site) => {
        const [place, items] = await this.#context.space.read(site, [wire]);
        return this.#decode(items.get(wire), place, name);
      });
    };
    return Promise.all(names.map(read));
  }

  ensure(names: readonly string[], _until: number, _now: number): Promise<string[]> {
    const ensure = (site: Site, name: string, inTime: InTime): Promise<string> =>
      this.#attempts(site, name, inTime, async (place, item) => {
        const standing = this.#decode(item, place, name);
        if (standing !== undefined) return standing;
        const version = randomVersion();
        const bytes = this.#encode(place, name, version);
        return (await site.server.replace(this.#wire(name), item, bytes, FOR_EVER)) === 'stored' ? version : undefined;
      });
    return Promise.all(names.map((name) => this.#change(name, 'loads', ensure)));
  }

  async renew(pairs: readonly (readonly [name: string, version: string])[], _now: number): Promise<void> {
    const renew = ([name, version]: readonly [string, string]): Promise<true> =>
      this.#change(name, 'changes', (site, _name, inTime) =>
        this.#attempts(site, name, inTime, async (place) => {
          await site.server.set(this.#wire(name), this.#encode(place, name, version), FOR_EVER);
          return true as const;
        }),
      );
    // One server takes them in the order in which they are sent.
    if (this.#context.fleet.size === 1) await Promise.all(pairs.map(renew));
    else for (const pair of pairs) await renew(pair);
  }

  #change<T>(
    name: string,
    access: Access,
    change: (site: Site, name: string, inTime: InTime) => Promise<T>,
  ): Promise<T> {
    const { fleet, queue } = this.#context;
    const wire = this.#wire(name);
    return queue.run(wire, (inTime) => fleet.run(wire, access, (site) => change(site, name, inTime)));
  }

  async #attempts<T>(
    site: Site,
    name: string,
    inTime: InTime,
    attempt: (place: Place, item: Item | undefined) => Promise<T | undefined>,
  ): Promise<T> {
    const wire = this.#wire(name);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const [place, items] = await this.#context.space.read(site, [wire]);
      inTime();
      const done = await attempt(place, items.get(wire));
      if (done !== undefined) return done;
    }
    throw new CacheError('TIER_FAILED', `A tag's version at ${site.server.name} is changed by too many at once.`);
  }

  #wire(name: string): string {
    const { prefix, scope } = this.#context;
    return wireKey(prefix, '', versionKey(scope, name));
  }

  #named(name: string): string {
    const { prefix, scope } = this.#context;
    return isHashed(prefix, this.#wire(name)) ? versionKey(scope, name) : '';
  }

  #encode({ generation }: Place, name: string, version: string): Buffer {
    const body = Buffer.from(version);
    return encodeFrame({ kind: 'version', generation, mark: 0, id: NO_ID, key: this.#named(name), body });
  }

  #decode(item: Item | undefined, place: Place, name: string): string | undefined {
    if (item === undefined) return undefined;
    try {
      const { generation, body } = decodeFrame(item.value, 'version', this.#named(name));
      return generation === place.generation ? Buffer.from(body).toString('utf8') : undefined;
    } catch (error) {
      this.#context.host.report({ kind: 'error', error, operation: 'versions.read' });
      return undefined;
    }
  }
}
