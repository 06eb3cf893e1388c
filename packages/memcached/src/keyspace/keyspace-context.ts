import type { Scope, Serializer, TierHost } from '@uno-cache/core';
import { isHashed, wireKey } from '../items/wire-key.ts';
import type { Fleet } from '../servers/fleet.ts';
import type { Space } from '../space/space.ts';
import type { KeyQueue } from './key-queue.ts';
import type { VersionClock } from './version-clock.ts';

/** How often a change begins anew because another was faster. */
export const MAX_TRIES = 16;

/** What the parts of a keyspace share. */
export interface KeyspaceContext {
  readonly fleet: Fleet;
  readonly space: Space;
  readonly queue: KeyQueue;
  readonly versions: VersionClock;
  readonly scope: Scope;
  readonly host: TierHost;
  readonly serializer: Serializer;
  /** The largest value that is taken, as serialized. */
  readonly mostValueBytes: number;
  readonly prefix: string;
  /** What every physical key of the scope begins with. */
  readonly start: string;
}

/** A key under all its names. */
export interface Target {
  readonly key: string;
  readonly physical: string;
  /** What the server calls it. */
  readonly wire: string;
  /** The physical key, where the item has to name it; else `''`. */
  readonly named: string;
}

export function targetOf({ start, prefix }: Pick<KeyspaceContext, 'start' | 'prefix'>, key: string): Target {
  const physical = start + key;
  const wire = wireKey(prefix, '', physical);
  return { key, physical, wire, named: isHashed(prefix, wire) ? physical : '' };
}
