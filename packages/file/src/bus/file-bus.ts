import type { Bus, BusLink, BusMessage, BusReceiver, Clock } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { checkName, checkOptions, randomToken } from '@uno-cache/core/adapter';
import { checkDirectory } from '../directory.ts';
import { readLimits } from '../space/limits.ts';
import { Store } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { Bell } from './bell.ts';
import { ChangeLog } from './change-log.ts';
import { ChangeReader } from './change-reader.ts';

const DEFAULT_NAME = 'file-bus';

export interface FileBusOptions {
  /** @defaultValue `'file-bus'` */
  readonly name?: string;
  /**
   * What the processes have in common: made when it is not there. May be that of a file tier, which has a bus already; this
   * one takes up to 8 MB there until the tier's next writes, whatever its `maxBytes`.
   */
  readonly directory: string;
}

/**
 * A bus between the processes of one host, without a server: a log in a database, and a file that wakes who waits. A
 * file tier brings it by itself.
 *
 * @example
 * ```ts
 * import { mkdtempSync, rmSync } from 'node:fs';
 * import { createCache } from '@uno-cache/core';
 * import { fileBus } from '@uno-cache/file';
 * import { memory } from '@uno-cache/memory';
 *
 * const directory = mkdtempSync('bus-');
 * const cache = createCache({ name: 'shop', tiers: [memory()], bus: fileBus({ directory }) });
 * await cache.invalidateTags(['products']); // in every process that has joined
 * await cache.close();
 * rmSync(directory, { recursive: true });
 * ```
 * @throws TypeError naming the option; also for a directory that cannot be written.
 */
export function fileBus(options: FileBusOptions): Bus {
  checkOptions('fileBus()', options, ['name', 'directory']);
  const { name = DEFAULT_NAME } = options;
  checkName(name, 'name');
  const directory = checkDirectory(options.directory);
  const owner = `Bus "${name}"`;
  const store = new Store({ directory, durability: 'reboot', limits: readLimits({}), owner });
  return new FileBus(store, name, true);
}

/** One store's end of the log. */
export class FileBus implements Bus {
  readonly name: string;
  readonly #store: Store;
  readonly #ownsStore: boolean;
  readonly #log: ChangeLog;
  readonly #bell: Bell;
  readonly #origin: string = randomToken();
  readonly #reader: ChangeReader;
  #isClosed = false;

  constructor(store: Store, name: string, ownsStore: boolean = false) {
    this.name = name;
    this.#store = store;
    this.#ownsStore = ownsStore;
    this.#log = new ChangeLog(store.limits.maxBytes);
    this.#bell = new Bell(store.directory);
    this.#reader = new ChangeReader(store, this.#log, this.#bell, this.#origin);
  }

  join(namespace: string, receiver: BusReceiver, clock: Clock): BusLink {
    const link = { namespace, receiver, clock, gap: undefined };
    if (!this.#isClosed) this.#reader.add(link);
    return {
      publish: (message) => {
        if (!this.#reader.has(link)) throw new CacheError('CLOSED', `Bus "${this.name}" is closed, or was left.`);
        return this.#store.commitOrEnqueue((transaction) => this.append(transaction, namespace, message));
      },
      leave: () => this.#reader.remove(link),
    };
  }

  /** Puts a message on the bus together with what else the transaction does. */
  append(transaction: Transaction, namespace: string, message: BusMessage): void {
    const change = this.#log.append(transaction, this.#origin, namespace, message);
    transaction.afterCommit(() => {
      this.#bell.ring();
      this.#reader.published(change);
    });
  }

  ping(): void {
    if (this.#isClosed) throw new CacheError('CLOSED', `Bus "${this.name}" has been closed.`);
    this.#store.read(() => this.#log.bounds(this.#store.checkedConnection()));
  }

  close(): void {
    this.#isClosed = true;
    this.#reader.close();
    this.#bell.close();
    if (this.#ownsStore) this.#store.close();
  }
}
