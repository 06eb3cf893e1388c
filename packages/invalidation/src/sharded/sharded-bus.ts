import type { Bus, BusLink, BusMessage, BusReceiver, Clock, MaybePromise } from '@uno-cache/core';
import { after, settleAll } from './settle.ts';
import type { Shards } from './shards.ts';

/**
 * The buses of all shards as one: every link listens to all of them. What concerns keys goes over the bus of their
 * shard, so that it keeps its order with what the shard announces by itself; everything else goes over each. A message may
 * so come more than once, as the port allows.
 */
export class ShardedBus implements Bus {
  readonly name: string;
  readonly #buses: Shards<Bus>;

  constructor(name: string, buses: Shards<Bus>) {
    this.name = name;
    this.#buses = buses;
  }

  join(namespace: string, receiver: BusReceiver, clock: Clock): BusLink {
    const vouched = new Map<Bus, number>();
    const links = this.#buses.map((bus) => {
      vouched.set(bus, -Infinity);
      const current = (asOf: number): void => {
        vouched.set(bus, asOf);
        // What one of them may have missed is missing.
        if (vouched.size === this.#buses.all.length) receiver.current(Math.min(...vouched.values()));
      };
      const heard: BusReceiver = {
        receive: (message) => receiver.receive(message),
        gap: (reason, copiesOnly) => receiver.gap(`${bus.name}: ${reason}`, copiesOnly),
        current,
        holds: (region, key) => receiver.holds?.(region, key) ?? true,
        seen: (sighting) => receiver.seen?.(sighting),
      };
      return bus.join(namespace, heard, clock);
    });
    return {
      publish: (message) => publish(links, message),
      leave: () => {
        for (const link of links.all) link.leave();
      },
    };
  }

  ping(): MaybePromise<void> {
    return after(settleAll(this.#buses.all.map((bus) => () => bus.ping())), () => {});
  }

  close(): MaybePromise<void> {
    return after(settleAll(this.#buses.all.map((bus) => () => bus.close())), () => {});
  }
}

function publish(links: Shards<BusLink>, message: BusMessage): MaybePromise<void> {
  const ofKeys = 'keys' in message ? new Set(message.keys.map((key) => links.of(key))) : new Set<BusLink>();
  const concerned = ofKeys.size > 0 ? [...ofKeys] : links.all;
  return after(settleAll(concerned.map((link) => () => link.publish(message))), () => {});
}
