import type { MaybePromise } from '../maybe-promise.ts';
import { isPromise } from '../maybe-promise.ts';
import type { Bus, BusLink, BusMessage, BusReceiver } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Call } from './fault.ts';
import { Faults } from './faults.ts';

/** What can be made to fail. A message whose `receive` fails is lost without a word. */
export type BusOperation = 'publish' | 'receive' | 'ping' | 'close';

/**
 * The same bus with faults on request: publications that fail, hang or come late, messages that are lost or held.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { faultyBus, localBus } from '@uno-cache/core/testing';
 *
 * const bus = faultyBus(localBus());
 * bus.fail('ping', new Error('no route to host')).once();
 * await assert.rejects(async () => bus.ping(), /no route/);
 * await bus.ping();
 * ```
 */
export function faultyBus(inner: Bus): FaultyBus {
  return new FaultyBus(inner);
}

export class FaultyBus extends Faults<BusOperation> implements Bus {
  readonly name: string;
  readonly inner: Bus;

  constructor(inner: Bus) {
    super();
    this.name = inner.name;
    this.inner = inner;
  }

  join(namespace: string, receiver: BusReceiver, clock: Clock): BusLink {
    const link = this.inner.join(namespace, this.#faultyReceiver(receiver), clock);
    return {
      publish: (message) => this.run(callOf('publish', message), () => link.publish(message)),
      leave: () => link.leave(),
    };
  }

  ping(): MaybePromise<void> {
    return this.run(callOf('ping'), () => this.inner.ping());
  }

  close(): MaybePromise<void> {
    return this.run(callOf('close'), () => this.inner.close());
  }

  #faultyReceiver(receiver: BusReceiver): BusReceiver {
    const receive = (message: BusMessage): void => {
      try {
        const received = this.run(callOf('receive', message), () => receiver.receive(message));
        if (isPromise(received)) received.catch(() => {});
      } catch {
        // The message is lost, as asked for.
      }
    };
    return {
      receive,
      gap: (reason, copiesOnly) => receiver.gap(reason, copiesOnly),
      current: (asOf) => receiver.current(asOf),
      holds: (region, key) => receiver.holds?.(region, key) ?? true,
      seen: (sighting) => receiver.seen?.(sighting),
    };
  }
}

function callOf(op: BusOperation, message?: BusMessage): Call<BusOperation> {
  const key = message !== undefined && 'keys' in message && message.keys.length === 1 ? message.keys[0] : undefined;
  return { op, key, region: message?.region ?? '', args: message === undefined ? [] : [message], sync: false };
}
