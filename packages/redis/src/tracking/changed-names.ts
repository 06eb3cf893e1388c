import type { BusReceiver, SeenKey, Sighting } from '@uno-cache/core';
import type { Connection } from '../connection/connection.ts';
import { readHeads, readVersions } from './look.ts';
import type { TrackedName, TrackedPrefixes } from './tracked-name.ts';
import { parseName } from './tracked-name.ts';

/** Names that wait to be looked at; when there are more, near tiers are emptied. */
const MAX_PENDING = 10_000;

/**
 * Names that a server told of, our own writes and lease markers among them. What stands there now is looked at, for those
 * that a near tier holds, so that nothing is dropped for what its own process wrote.
 */
export class ChangedNames {
  readonly #connection: Connection;
  readonly #prefixes: TrackedPrefixes;
  readonly #receivers: () => readonly BusReceiver[];
  #pending = new Set<string>();
  #round: Promise<void> | undefined;

  constructor(connection: Connection, prefixes: TrackedPrefixes, receivers: () => readonly BusReceiver[]) {
    this.#connection = connection;
    this.#prefixes = prefixes;
    this.#receivers = receivers;
  }

  note(names: readonly string[]): void {
    for (const name of names) this.#pending.add(name);
    if (this.#pending.size > MAX_PENDING) {
      this.#pending.clear();
      for (const receiver of this.#receivers()) receiver.gap('too many keys changed at once', true);
    }
    this.#look().catch(() => {});
  }

  forget(): void {
    this.#pending.clear();
  }

  /** Resolves when all that was noted by now has been looked at, and told; rejects when that failed. */
  async settled(): Promise<void> {
    // The round that is under way may have begun before the last names came.
    await this.#round;
    await this.#look();
  }

  /** One round at a time: what comes meanwhile waits for the next, so that a storm becomes few large reads. */
  #look(): Promise<void> {
    if (this.#round !== undefined) return this.#round;
    if (this.#pending.size === 0) return Promise.resolve();
    const names = this.#pending;
    this.#pending = new Set();
    this.#round = this.#lookAt([...names]).then(
      () => {
        this.#round = undefined;
        this.#look().catch(() => {});
      },
      (error: unknown) => {
        this.#round = undefined;
        for (const name of names) this.#pending.add(name);
        throw error;
      },
    );
    return this.#round;
  }

  async #lookAt(names: readonly string[]): Promise<void> {
    const tags = new Map<string, TrackedName>();
    const entries = new Map<string, TrackedName>();
    for (const name of names) {
      const parsed = parseName(name, this.#prefixes);
      if (parsed?.isTag) tags.set(name, parsed);
      else if (parsed !== undefined && this.#isHeld(parsed)) entries.set(name, parsed);
    }
    const [heads, versions] = await Promise.all([
      readHeads(this.#connection, [...tags.keys()]),
      readVersions(this.#connection, [...entries.keys()]),
    ]);
    // Copies of answers that came before these have landed by then.
    await new Promise((resolve) => setImmediate(resolve));
    const regions = new Map<string, Found>();
    const foundIn = ({ region }: TrackedName): Found => {
      const found = regions.get(region) ?? { keys: [], tags: [] };
      regions.set(region, found);
      return found;
    };
    [...tags.values()].forEach((tag, index) => {
      foundIn(tag).tags.push([tag.key, heads[index]!.bytes.toString() || undefined]);
    });
    [...entries.values()].forEach((entry, index) => {
      foundIn(entry).keys.push({ key: entry.key, ...versions[index]! });
    });
    for (const [region, found] of regions) this.#tell({ region, ...found });
  }

  #isHeld({ region, key }: TrackedName): boolean {
    return this.#receivers().some((receiver) => receiver.holds?.(region, key) ?? true);
  }

  #tell(sighting: Sighting): void {
    for (const receiver of this.#receivers()) {
      if (receiver.seen !== undefined) receiver.seen(sighting);
      else receiver.gap('keys were changed by others', true);
    }
  }
}

interface Found {
  readonly keys: SeenKey[];
  readonly tags: (readonly [tag: string, version: string | undefined])[];
}
