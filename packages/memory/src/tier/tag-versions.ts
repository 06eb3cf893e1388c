import type { Versions } from '@uno-cache/core';
import { randomVersion } from '@uno-cache/core/adapter';
import type { Partition } from '../store/partition.ts';

/** Names of one keyspace; beyond, the one that was used longest ago is forgotten and gets a new version next time. */
const MOST_NAMES = 100_000;
const HALF = MOST_NAMES / 2;

/**
 * Versions of tags, in two generations: when the younger is full it becomes the older, and what was not used since is
 * forgotten. So nothing is kept in order of use, and a forgotten name is never one of the most recently used half.
 */
export class TagVersions implements Versions {
  readonly #partition: Partition;
  #younger = new Map<string, string>();
  #older = new Map<string, string>();

  /** @param partition - the keyspace's, which knows whether it has been closed. */
  constructor(partition: Partition) {
    this.#partition = partition;
  }

  read(names: readonly string[]): (string | undefined)[] {
    this.#partition.index.check();
    return names.map((name) => this.#get(name));
  }

  ensure(names: readonly string[]): string[] {
    this.#partition.index.check();
    return names.map((name) => this.#get(name) ?? this.#set(name, randomVersion()));
  }

  renew(pairs: readonly (readonly [name: string, version: string])[]): void {
    this.#partition.index.check();
    for (const [name, version] of pairs) this.#set(name, version);
  }

  clear(): void {
    this.#younger.clear();
    this.#older.clear();
  }

  #get(name: string): string | undefined {
    const version = this.#younger.get(name);
    if (version !== undefined) return version;
    const old = this.#older.get(name);
    return old === undefined ? undefined : this.#set(name, old);
  }

  #set(name: string, version: string): string {
    if (this.#younger.size >= HALF && !this.#younger.has(name)) {
      this.#older = this.#younger;
      this.#younger = new Map();
    }
    this.#older.delete(name);
    this.#younger.set(name, version);
    return version;
  }
}
