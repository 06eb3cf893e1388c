import type { BusMessage, Scope, Serializer, TierHost } from '@uno-cache/core';
import type { Connection } from '../connection/connection.ts';
import type { ServerTime } from '../connection/server-time.ts';
import type { ReadBatch } from './read-batch.ts';
import type { Wakes } from './wakes.ts';

/** A message about single keys, without what a keyspace knows by itself. */
export type KeyChange =
  | {
      readonly kind: 'set' | 'touch' | 'expire';
      readonly keys: readonly string[];
      readonly versions: readonly number[];
    }
  | { readonly kind: 'delete'; readonly keys: readonly string[] };

/** What the parts of a keyspace share. */
export interface KeyspaceContext {
  readonly connection: Connection;
  readonly reads: ReadBatch;
  readonly wakes: Wakes;
  readonly time: ServerTime;
  readonly scope: Scope;
  readonly host: TierHost;
  readonly serializer: Serializer;
  /** The largest value that is taken, as serialized. */
  readonly mostValueBytes: number;
  /** What every physical key of the scope begins with. */
  readonly start: string;
  /** What stands before every physical key. */
  readonly prefix: string;
  /** The stream that changes are announced in; `undefined` where they are not. */
  readonly stream: string | undefined;
  /** The arguments with which a script announces a change; `undefined` when nothing is to be announced. */
  announcement(change: KeyChange): readonly [message: string, length: number] | undefined;
  /** Tells every process, this one too, of something that had to be done again. */
  publish(message: Replayed): Promise<void>;
}

/** What is told after a failover. */
export type Replayed =
  | { readonly kind: 'delete'; readonly keys: readonly string[] }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'tags'; readonly tags: readonly (readonly [tag: string, version: string])[] }
  | { readonly kind: 'clear' };

/** A change as the bus tells it; the script adds version and time. */
export function messageOf(change: KeyChange, scope: Scope, sender: string): BusMessage {
  return { ...change, sender, region: scope.region, at: 0 };
}
