import { CacheError } from '../errors.ts';
import type { BusLink, BusMessage, BusReceiver } from '../ports/bus.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { LocalHub } from './local-hub.ts';

/** What the links of one local bus have in common: how it fares, and what is going to go wrong. */
export interface LocalBusState {
  readonly hub: LocalHub;
  readonly echo: boolean;
  readonly heartbeatMs: number | undefined;
  readonly links: Set<LocalLink>;
  /** What the next calls of `publish` reject with. */
  readonly refusals: Error[];
  paused: boolean;
  /** Why there is no connection; `undefined` while there is one. */
  cut: string | undefined;
  /** So many messages get lost without a word. */
  drop: number;
  /** So many messages come twice. */
  repeat: number;
}

/** One cache's end of a local bus. */
export class LocalLink implements BusLink {
  readonly namespace: string;
  readonly #receiver: BusReceiver;
  readonly #clock: Clock;
  readonly #state: LocalBusState;
  #kept: BusMessage[] = [];
  #heartbeat: Timer | undefined;

  constructor(namespace: string, receiver: BusReceiver, clock: Clock, state: LocalBusState) {
    this.namespace = namespace;
    this.#receiver = receiver;
    this.#clock = clock;
    this.#state = state;
    state.links.add(this);
    state.hub.add(this);
    this.#beat();
  }

  get echo(): boolean {
    return this.#state.echo;
  }

  publish(message: BusMessage): void {
    const { cut, links, refusals, hub } = this.#state;
    if (!links.has(this)) throw new CacheError('CLOSED', 'The link has left the bus, or the bus is closed.');
    const refusal = refusals.shift();
    if (refusal !== undefined) throw refusal;
    if (cut !== undefined) throw new CacheError('BUS_FAILED', `The bus is cut off: ${cut}`);
    hub.publish({ from: this, message });
  }

  leave(): void {
    this.#heartbeat?.cancel();
    this.#kept = [];
    this.#state.links.delete(this);
    this.#state.hub.remove(this);
  }

  /** A message has come along. */
  deliver(message: BusMessage): void {
    const state = this.#state;
    if (state.cut !== undefined || !state.links.has(this)) return;
    if (state.paused) this.#kept.push(message);
    else this.#receive(message);
  }

  /** The connection is gone, and what was on its way with it. */
  lose(): void {
    this.#kept = [];
  }

  /** Vouches for the time until now and no longer. */
  withdraw(): void {
    this.#receiver.current(this.#clock.now());
  }

  gap(reason: string): void {
    this.#receiver.gap(reason);
  }

  /** Takes in what was kept back, and vouches again. */
  catchUp(): void {
    if (!this.#isHealthy) return;
    const kept = this.#kept;
    this.#kept = [];
    for (const message of kept) this.#receive(message);
    this.#vouch();
  }

  get #isHealthy(): boolean {
    return !this.#state.paused && this.#state.cut === undefined;
  }

  #receive(message: BusMessage): void {
    const state = this.#state;
    if (state.drop > 0) {
      state.drop--;
      return;
    }
    this.#receiver.receive(message);
    if (state.repeat <= 0) return;
    state.repeat--;
    this.#receiver.receive(message);
  }

  #vouch(): void {
    this.#receiver.current(this.#state.heartbeatMs === undefined ? Number.POSITIVE_INFINITY : this.#clock.now());
  }

  #beat(): void {
    if (this.#isHealthy) this.#vouch();
    const { heartbeatMs } = this.#state;
    if (heartbeatMs !== undefined) this.#heartbeat = this.#clock.setTimer(() => this.#beat(), heartbeatMs, true);
  }
}
