import type { MaybePromise } from '../maybe-promise.ts';
import type { Clock } from './clock.ts';

/**
 * How processes tell each other what was invalidated. A message says what, never the value; fills are not announced.
 *
 * A bus promises to deliver every message of a namespace, in the order of publication, to every link that joined
 * before, or to say `gap`. Messages may come more than once, and then after younger ones.
 */
export interface Bus {
  readonly name: string;

  /**
   * Begins to listen; connecting goes on in the background. A bus that was not connected from here on without a break
   * calls `receiver.gap` before it vouches for anything.
   *
   * @param namespace - links of other namespaces neither hear nor disturb this one.
   */
  join(namespace: string, receiver: BusReceiver, clock: Clock): BusLink;

  /** Probes the way there and back; rejects when it is interrupted. */
  ping(): MaybePromise<void>;

  /** Ends every connection and timer. Idempotent. */
  close(): MaybePromise<void>;
}

/** One cache's end of a bus. */
export interface BusLink {
  /** Resolves when the bus has the message, not when the others have; rejects when it could not be handed over. */
  publish(message: BusMessage): MaybePromise<void>;

  /** Stops listening. Idempotent. */
  leave(): void;
}

/** What a link tells its cache. None of it throws. */
export interface BusReceiver {
  /** A message, from this or another process (compare `sender`). */
  receive(message: BusMessage): void;

  /**
   * Messages may have been lost: what near tiers hold cannot be vouched for any longer.
   *
   * @param copiesOnly - `true` when no load is concerned: what was missed are changes that void the leases of loads.
   */
  gap(reason: string, copiesOnly?: boolean): void;

  /**
   * Everything that was published before `asOf` has been received. A heartbeat moves it; `Infinity` where a message
   * cannot get lost. Each call replaces the last, also by a smaller number: a bus that vouched for `Infinity` takes it
   * back that way when it is cut off. May be called within `join`.
   *
   * @param asOf - epoch milliseconds of this process's clock.
   */
  current(asOf: number): void;

  /**
   * Whether a near tier may hold the key, or something about it is under way: who watches a server looks only at such.
   * There for watchers; a bus that passes receivers on may leave it out, which means yes.
   */
  holds?(region: string, key: string): boolean;

  /** What was found under keys that somebody may have changed, this process too. There where `holds` is. */
  seen?(sighting: Sighting): void;
}

/**
 * What the tier held when it was looked at. It says nothing of who changed it: whoever has the same keeps it, and loads go
 * on, for a change by another voids their leases.
 */
export interface Sighting {
  readonly region: string;
  readonly keys: readonly SeenKey[];
  /** Versions of tags, `undefined` where there is none. */
  readonly tags: readonly (readonly [tag: string, version: string | undefined])[];
}

export interface SeenKey {
  readonly key: string;
  /** 0 where there is no entry. */
  readonly version: number;
  /** When, by the clock that versions come from: a greater one is younger. `Infinity` where versions do not tell. */
  readonly at: number;
}

/** What every message carries. */
interface Notice {
  /** The cache instance that published it. */
  readonly sender: string;
  /** The region it concerns; `''` is the root's own keys, and not those of its regions. */
  readonly region: string;
  /**
   * When it happened, by the clock of the tier that gave the version (compare `LeaseGrant.grantedAt`); 0 where that is
   * not known. A load whose lease was granted later is not concerned.
   */
  readonly at: number;
}

/** Keys that got another value or other times. `versions[i]` is what `keys[i]` has now: whoever holds that keeps it. */
export interface ChangeMessage extends Notice {
  readonly kind: 'set' | 'touch' | 'expire';
  readonly keys: readonly string[];
  readonly versions: readonly number[];
}

/** Keys that are gone. */
export interface DeleteMessage extends Notice {
  readonly kind: 'delete';
  readonly keys: readonly string[];
}

/** Keys that match a Redis glob are gone. */
export interface PatternMessage extends Notice {
  readonly kind: 'pattern';
  readonly pattern: string;
}

/**
 * Tags that have new versions: `[tag, version]`. Whoever knows of another version asks the tier which of them is in
 * force: this message may be late, or come again after a younger one.
 */
export interface TagsMessage extends Notice {
  readonly kind: 'tags';
  readonly tags: readonly (readonly [tag: string, version: string])[];
}

/** All of the region is gone. */
export interface ClearMessage extends Notice {
  readonly kind: 'clear';
}

export type BusMessage = ChangeMessage | DeleteMessage | PatternMessage | TagsMessage | ClearMessage;
