import assert from 'node:assert/strict';
import type { Bus, BusLink, BusMessage, DeleteMessage } from '../../ports/bus.ts';
import type { BusContext, BusSuiteOptions } from '../bus-suite.ts';
import { macrotask } from '../macrotask.ts';
import type { ManualClock } from '../manual-clock.ts';

const DEFAULT_DELIVERY_MS = 5_000;
/** Between two looks at what has come. */
const LOOK_MS = 5;

/** A link with a record of what its receiver was told. */
export interface Listener {
  readonly link: BusLink;
  readonly heard: BusMessage[];
  readonly gaps: string[];
  /** The last `current`; `undefined` before the first. */
  vouched: number | undefined;
  /** `message`, `gap` and `current`, in the order in which they came. */
  readonly told: string[];
}

/** What a case of the bus suite works with: a new bus, and a namespace that nobody else uses. */
export class BusTest {
  readonly bus: Bus;
  readonly options: BusSuiteOptions;
  readonly context: BusContext;
  readonly #manual: ManualClock | undefined;
  readonly #buses: Bus[] = [];

  constructor(bus: Bus, options: BusSuiteOptions, context: BusContext, manual: ManualClock | undefined) {
    this.bus = bus;
    this.options = options;
    this.context = context;
    this.#manual = manual;
    this.#buses.push(bus);
  }

  /** The bus as another process has it. Closed with the case. */
  async another(): Promise<Bus> {
    const bus = await this.options.create(this.context);
    this.#buses.push(bus);
    return bus;
  }

  join(bus: Bus = this.bus, namespace: string = this.context.namespace): Listener {
    const [heard, gaps, told]: [BusMessage[], string[], string[]] = [[], [], []];
    const receiver = {
      receive: (message: BusMessage) => {
        heard.push(message);
        told.push('message');
      },
      gap: (reason: string) => {
        gaps.push(reason);
        told.push('gap');
      },
      current: (asOf: number) => {
        listener.vouched = asOf;
        told.push('current');
      },
    };
    const listener: Listener = { link: undefined as unknown as BusLink, heard, gaps, told, vouched: undefined };
    const link = bus.join(namespace, receiver, this.context.clock);
    return Object.assign(listener, { link });
  }

  /** Joins, and waits until the bus vouches: from here on every message is delivered. */
  async joined(bus: Bus = this.bus, namespace: string = this.context.namespace): Promise<Listener> {
    const listener = this.join(bus, namespace);
    await this.until(() => listener.vouched !== undefined, 'the bus does not vouch for anything');
    return listener;
  }

  message(key: string, sender: string = 'a'): DeleteMessage {
    return { kind: 'delete', keys: [key], sender, region: '', at: 0 };
  }

  /** Waits until messages about these keys have come, in this order; they may come more than once. */
  async heard(listener: Listener, keys: readonly string[]): Promise<void> {
    await this.until(
      () => firsts(listener.heard).length >= keys.length,
      `of ${keys.length} messages some did not come`,
    );
    assert.deepEqual(firsts(listener.heard), keys);
  }

  /** Waits until something is so. */
  async until(isSo: () => boolean, otherwise: string): Promise<void> {
    const { deliveryMs = DEFAULT_DELIVERY_MS } = this.options;
    for (let waited = 0; !isSo() && waited < deliveryMs; waited += LOOK_MS) await this.wait(LOOK_MS);
    assert.ok(isSo(), otherwise);
  }

  async wait(ms: number): Promise<void> {
    await macrotask();
    if (this.#manual) return this.#manual.advanceAsync(ms);
    await new Promise<void>((resolve) => void this.context.clock.setTimer(resolve, ms, false));
  }

  async end(passed: boolean): Promise<void> {
    for (const bus of this.#buses) await bus.close();
    if (passed) assert.equal(this.#manual?.pending ?? 0, 0, 'the closed bus has left timers behind');
  }
}

/** The keys of messages, each when it came first. */
export function firsts(messages: readonly BusMessage[]): string[] {
  return [...new Set(messages.flatMap((message) => ('keys' in message ? message.keys : [])))];
}
