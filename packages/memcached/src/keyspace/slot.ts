import type { Entry, MaybePromise } from '@uno-cache/core';
import type { StandingLease } from '@uno-cache/core/adapter';
import { decodeEntry, inspectEntry, usableUntil } from '@uno-cache/core/adapter';
import type { Frame } from '../items/frame.ts';
import { decodeFrame } from '../items/frame.ts';
import type { Item } from '../servers/response-reader.ts';
import type { Place } from '../space/space.ts';
import type { KeyspaceContext, Target } from './keyspace-context.ts';

/** What stands under a key. `item` is what the server has, also where that is not valid: writes take its place. */
export type Slot =
  | {
      readonly kind: 'absent';
      readonly item: Item | undefined;
      readonly version: number;
      /** Of an entry that has ended, and that nothing has overruled: a lease over it still stands. */
      readonly ended?: Frame;
    }
  | {
      readonly kind: 'marker';
      readonly item: Item;
      readonly version: number;
      readonly frame: Frame;
      readonly lease: StandingLease;
    }
  | {
      readonly kind: 'entry';
      readonly item: Item;
      readonly version: number;
      readonly frame: Frame;
      readonly entry: Entry;
    };

type Context = Pick<KeyspaceContext, 'space' | 'host' | 'serializer'>;

/** Reads an item. What cannot be read is absent, and reported; so is what was invalidated, without a report. */
export function readSlot(
  { space, host, serializer }: Context,
  place: Place,
  item: Item | undefined,
  target: Target,
  now: number,
): MaybePromise<Slot> {
  if (item === undefined) return { kind: 'absent', item, version: 0 };
  const { key, physical, named } = target;
  let slot: Slot;
  try {
    const frame = decodeFrame(item.value, 'entry', named);
    if (frame.generation !== place.generation) return absent(item, frame);
    const entry = decodeEntry(frame.body, physical, serializer);
    if (entry === undefined) {
      const { lease } = inspectEntry(frame.body);
      if (lease === undefined) return absent(item, frame);
      slot = { kind: 'marker', item, version: 0, frame, lease };
    } else if (now < usableUntil(entry)) {
      slot = { kind: 'entry', item, version: entry.version, frame, entry };
    } else {
      slot = { kind: 'absent', item, version: entry.version, ended: frame };
    }
    const holds = space.holds(place, frame, key);
    if (typeof holds === 'boolean') return holds ? slot : absent(item, frame);
    return holds.then((held) => (held ? slot : absent(item, frame)));
  } catch (error) {
    host.report({ kind: 'error', error, key, operation: 'get' });
    return { kind: 'absent', item, version: 0 };
  }
}

/** What is not valid any more; its version is still one that the next has to be greater than. */
function absent(item: Item, { body }: Frame): Slot {
  return { kind: 'absent', item, version: inspectEntry(body).version };
}
