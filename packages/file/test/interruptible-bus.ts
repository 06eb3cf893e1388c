import type { Bus } from '@uno-cache/core';
import type { BusContext } from '@uno-cache/core/testing';
import { FileBus } from '../src/bus/file-bus.ts';
import { readLimits } from '../src/space/limits.ts';
import type { Connection } from '../src/sqlite/connection.ts';
import { Store } from '../src/store/store.ts';

/** A store that can be cut off from its database. */
class CuttableStore extends Store {
  isCut = false;

  override checkedConnection(): Connection {
    if (this.isCut) throw new Error('cut off');
    return super.checkedConnection();
  }
}

interface Interruptible {
  create(context: BusContext): Bus;
  interrupt(bus: Bus, meanwhile: () => Promise<void>): Promise<void>;
}

/** Buses that can be cut off one by one, while others on the same directory go on. */
export function interruptibleBus(directoryOf: (context: BusContext) => string): Interruptible {
  const stores = new WeakMap<Bus, CuttableStore>();
  return {
    create: (context) => {
      const options = { directory: directoryOf(context), durability: 'reboot', owner: 'bus' } as const;
      const store = new CuttableStore({ ...options, limits: readLimits({}) });
      const bus = new FileBus(store, 'bus', true);
      stores.set(bus, store);
      return bus;
    },
    interrupt: async (bus, meanwhile) => {
      const store = stores.get(bus)!;
      store.isCut = true;
      await meanwhile();
      store.isCut = false;
    },
  };
}
