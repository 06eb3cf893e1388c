import type { Bus, BusLink, BusMessage, BusReceiver } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { checkName, checkOptions, isBusMessage } from '@uno-cache/core/adapter';

const DEFAULT_NAME = 'thread-bus';
const DEFAULT_CHANNEL = 'uno-cache';

export interface ThreadBusOptions {
  /** @defaultValue `'thread-bus'` */
  readonly name?: string;
  /** Buses of one process that name the same channel hear each other. @defaultValue `'uno-cache'` */
  readonly channel?: string;
}

/**
 * A bus between the worker threads of one process, over `BroadcastChannel`. Messages cannot get lost on it, but a thread
 * reads them only between two turns of its event loop: one that is busy, or that uses nothing but `cache.sync`, goes on
 * with its near copies until its next turn, `maxStaleness` or not. Threads that share a file tier have its bus.
 *
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { threadBus } from '@uno-cache/file';
 * import { memory } from '@uno-cache/memory';
 *
 * const cache = createCache({ name: 'shop', tiers: [memory()], bus: threadBus() }); // in each thread
 * await cache.delete('city:1'); // in all of them
 * await cache.close();
 * ```
 * @throws TypeError naming the option.
 */
export function threadBus(options: ThreadBusOptions = {}): Bus {
  checkOptions('threadBus()', options, ['name', 'channel']);
  const { name = DEFAULT_NAME, channel = DEFAULT_CHANNEL } = options;
  return new ThreadBus(checkName(name, 'name'), checkName(channel, 'channel'));
}

/** What is posted, and nothing of another program that uses the same channel. */
interface Envelope<Message = unknown> {
  readonly unoCache: 1;
  readonly namespace: string;
  readonly message: Message;
}

class ThreadBus implements Bus {
  readonly name: string;
  readonly #channel: string;
  readonly #links = new Set<ThreadLink>();
  #isClosed = false;

  constructor(name: string, channel: string) {
    this.name = name;
    this.#channel = channel;
  }

  join(namespace: string, receiver: BusReceiver): BusLink {
    const link = new ThreadLink(this.#channel, namespace, receiver, () => this.#links.delete(link));
    this.#links.add(link);
    if (this.#isClosed) link.leave();
    // A channel hears from its making on.
    else receiver.current(Infinity);
    return link;
  }

  ping(): void {
    if (this.#isClosed) throw new CacheError('CLOSED', `Bus "${this.name}" has been closed.`);
  }

  close(): void {
    this.#isClosed = true;
    for (const link of [...this.#links]) link.leave();
  }
}

class ThreadLink implements BusLink {
  readonly #channel: InstanceType<typeof BroadcastChannel>;
  readonly #namespace: string;
  readonly #onLeave: () => void;
  #hasLeft = false;

  constructor(channel: string, namespace: string, receiver: BusReceiver, onLeave: () => void) {
    this.#namespace = namespace;
    this.#onLeave = onLeave;
    this.#channel = new BroadcastChannel(channel);
    this.#channel.onmessage = ({ data }: { data: unknown }) => {
      if (this.#hasLeft || !isEnvelope(data) || data.namespace !== namespace) return;
      if (isBusMessage(data.message)) receiver.receive(data.message);
      // Of a later version, say.
      else receiver.gap('a message could not be read');
    };
    // Listening keeps no process alive. Browsers have nothing to unref.
    (this.#channel as { unref?: () => void }).unref?.();
  }

  publish(message: BusMessage): void {
    if (this.#hasLeft) throw new CacheError('CLOSED', 'The bus is closed, or was left.');
    this.#channel.postMessage({ unoCache: 1, namespace: this.#namespace, message } satisfies Envelope<BusMessage>);
  }

  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#channel.close();
    this.#onLeave();
  }
}

function isEnvelope(data: unknown): data is Envelope {
  return typeof data === 'object' && data !== null && (data as Partial<Envelope>).unoCache === 1;
}
