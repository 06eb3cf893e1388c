import type { BusReceiver } from '@uno-cache/core';

/** One receiver with two sources: what one of them may have missed is missing. */
export function vouchedByBoth(receiver: BusReceiver): readonly [BusReceiver, BusReceiver] {
  const asOf = [-Infinity, -Infinity];
  const sourceAt = (index: number): BusReceiver => ({
    receive: (message) => receiver.receive(message),
    gap: (reason, copiesOnly) => {
      asOf[index] = -Infinity;
      receiver.gap(reason, copiesOnly);
    },
    current: (at) => {
      asOf[index] = at;
      receiver.current(Math.min(...asOf));
    },
    // Left out where the receiver leaves it out.
    ...(receiver.holds === undefined ? {} : { holds: (region, key) => receiver.holds!(region, key) }),
    ...(receiver.seen === undefined ? {} : { seen: (sighting) => receiver.seen!(sighting) }),
  });
  return [sourceAt(0), sourceAt(1)];
}
