import { CacheError } from '../errors.ts';
import type { Bus, BusLink, BusReceiver } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import { LocalHub } from './local-hub.ts';
import type { LocalBusState } from './local-link.ts';
import { LocalLink } from './local-link.ts';

export interface LocalBusOptions {
  /** Default `local-bus`. */
  readonly name?: string;
  /** Whether a link hears its own messages too, as on buses that do not tell links apart. Default `false`. */
  readonly echo?: boolean;
  /**
   * Milliseconds between two heartbeats, at which the links are told `current(now)`, as by a bus between processes.
   * Left out, they are told `current(Infinity)` once, until something goes wrong.
   */
  readonly heartbeatMs?: number;
}

/**
 * A bus within one process, for tests and demos. Messages are delivered synchronously, within `publish`, in one order
 * for all links: what a receiver publishes while it receives comes after. Each `fork()` is the same bus as another
 * process sees it, to be cut off on its own.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { localBus, manualClock } from '@uno-cache/core/testing';
 *
 * const here = localBus();
 * const there = here.fork();
 * const heard: string[] = [];
 * const listener = { receive: () => heard.push('message'), gap: (why: string) => heard.push(why), current: () => {} };
 * const deaf = { receive: () => {}, gap: () => {}, current: () => {} };
 * there.join('shop', listener, manualClock());
 * const link = here.join('shop', deaf, manualClock());
 *
 * const message = { kind: 'delete', keys: ['k'], sender: 'a', region: '', at: 0 } as const;
 * await link.publish(message);
 * there.disconnect('cable pulled');
 * await link.publish(message); // is lost there
 * there.reconnect();
 * assert.deepEqual(heard, ['message', 'cable pulled']);
 * ```
 */
export function localBus(options: LocalBusOptions = {}): LocalBus {
  return new LocalBus(options, new LocalHub());
}

export class LocalBus implements Bus {
  readonly name: string;
  readonly #options: LocalBusOptions;
  readonly #state: LocalBusState;
  #closed = false;

  constructor(options: LocalBusOptions, hub: LocalHub) {
    const { name = 'local-bus', echo = false, heartbeatMs } = options;
    this.name = name;
    this.#options = options;
    const links = new Set<LocalLink>();
    this.#state = { hub, echo, heartbeatMs, links, refusals: [], paused: false, cut: undefined, drop: 0, repeat: 0 };
  }

  /** The same bus as another process sees it: faults and `close` of the one are not those of the other. */
  fork(): LocalBus {
    return new LocalBus(this.#options, this.#state.hub);
  }

  join(namespace: string, receiver: BusReceiver, clock: Clock): BusLink {
    this.#assertOpen();
    return new LocalLink(namespace, receiver, clock, this.#state);
  }

  async ping(): Promise<void> {
    this.#assertOpen();
    if (this.#state.cut !== undefined) throw new CacheError('BUS_FAILED', `The bus is cut off: ${this.#state.cut}`);
  }

  close(): void {
    this.#closed = true;
    for (const link of [...this.#state.links]) link.leave();
  }

  /** Number of links that listen here: 0 when nothing leaks. */
  get links(): number {
    return this.#state.links.size;
  }

  /** Keeps messages to these links back, and vouches for nothing that comes from here on. */
  pause(): void {
    const withdraws = this.#vouches;
    this.#state.paused = true;
    if (withdraws) for (const link of this.#state.links) link.withdraw();
  }

  /** Delivers what was kept back. */
  resume(): void {
    this.#state.paused = false;
    for (const link of this.#state.links) link.catchUp();
  }

  /** Cuts the connection: messages are lost, `publish` and `ping` fail, and nothing is vouched for from here on. */
  disconnect(reason: string = 'disconnected'): void {
    const withdraws = this.#vouches;
    this.#state.cut = reason;
    for (const link of this.#state.links) {
      link.lose();
      if (withdraws) link.withdraw();
    }
  }

  /** Restores the connection. The links are told of the gap, with the reason it was cut for. */
  reconnect(): void {
    const { cut, links } = this.#state;
    if (cut === undefined) return;
    this.#state.cut = undefined;
    for (const link of links) {
      link.gap(cut);
      link.catchUp();
    }
  }

  /** Tells the links of a gap. */
  gap(reason: string): void {
    for (const link of this.#state.links) link.gap(reason);
  }

  /** Loses the next messages to these links and does not tell: a bus that breaks its promise. */
  drop(count: number = 1): void {
    this.#state.drop += count;
  }

  /** Delivers the next messages to these links twice, as a bus may. */
  repeat(count: number = 1): void {
    this.#state.repeat += count;
  }

  /** Makes the next calls of `publish` fail. */
  failPublish(count: number = 1, error: Error = new CacheError('BUS_FAILED', 'publish was made to fail')): void {
    for (let call = 0; call < count; call++) this.#state.refusals.push(error);
  }

  /** While messages are kept back, or lost, nothing more can be vouched for. */
  get #vouches(): boolean {
    return !this.#state.paused && this.#state.cut === undefined;
  }

  #assertOpen(): void {
    if (this.#closed) throw new CacheError('CLOSED', 'The bus is closed.');
  }
}
