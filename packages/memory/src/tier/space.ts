import type { Entry, TierHost } from '@uno-cache/core';
import type { Partition } from '../store/partition.ts';
import { LeaseTable } from './lease-table.ts';
import { TagVersions } from './tag-versions.ts';

/** Caches that are told of evictions; of more that share the keys, those that opened them last. */
const MOST_HOSTS = 16;

/** What all keyspaces of one scope share, whoever opened them. */
export class Space {
  readonly partition: Partition;
  readonly leases: LeaseTable = new LeaseTable();
  readonly versions: TagVersions;
  readonly #hosts: TierHost[] = [];

  /** @param givesEntries - whether what is stored is what readers get, and can be shown to hosts. */
  constructor(partition: Partition, givesEntries: boolean) {
    this.partition = partition;
    this.versions = new TagVersions(partition);
    partition.evicted = (key, value, cause) => {
      const entry = givesEntries ? { entry: value as Entry } : {};
      for (const host of this.#hosts) host.report({ kind: 'evict', key: key as string, cause, ...entry });
    };
  }

  addHost(host: TierHost): void {
    if (this.#hosts.some(({ sender }) => sender === host.sender)) return;
    if (this.#hosts.length >= MOST_HOSTS) this.#hosts.shift();
    this.#hosts.push(host);
  }
}
