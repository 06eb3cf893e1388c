import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Bus, BusLink, BusMessage, BusReceiver } from '../../src/ports/bus.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { LocalBus } from '../../src/testing/index.ts';
import { busSuite, localBus } from '../../src/testing/index.ts';
import { CollectedSuite } from './collected-suite.ts';

/** A local bus with one bug. */
class BrokenBus implements Bus {
  readonly name: string = 'broken';
  readonly inner: LocalBus;

  constructor(inner: LocalBus) {
    this.inner = inner;
  }

  join(namespace: string, receiver: BusReceiver, clock: Clock): BusLink {
    return this.inner.join(namespace, receiver, clock);
  }

  ping(): void | Promise<void> {
    return this.inner.ping();
  }

  close(): void {
    this.inner.close();
  }

  cut(): void {
    this.inner.disconnect('cut');
  }

  restore(): void {
    this.inner.reconnect();
  }
}

/** Changes what a receiver is told. */
function told(change: (receiver: BusReceiver, clock: Clock) => Partial<BusReceiver>): typeof BrokenBus {
  return class extends BrokenBus {
    override join(namespace: string, receiver: BusReceiver, clock: Clock): BusLink {
      const plain: BusReceiver = {
        receive: (message) => receiver.receive(message),
        gap: (reason) => receiver.gap(reason),
        current: (asOf) => receiver.current(asOf),
      };
      return super.join(namespace, { ...plain, ...change(receiver, clock) }, clock);
    }
  };
}

const MUTANTS: Readonly<Record<string, typeof BrokenBus>> = {
  'every fifth message is lost': told((receiver) => {
    let count = 0;
    return { receive: (message) => void (++count % 5 && receiver.receive(message)) };
  }),
  'messages come in pairs, the later first': told((receiver) => {
    let kept: BusMessage | undefined;
    return {
      receive: (message) => {
        if (kept) {
          receiver.receive(message);
          receiver.receive(kept);
          kept = undefined;
        } else {
          kept = message;
          setImmediate(() => {
            if (kept === message) receiver.receive(message);
            if (kept === message) kept = undefined;
          });
        }
      },
    };
  }),
  'keys are trimmed': told((receiver) => ({
    receive: (message) =>
      receiver.receive('keys' in message ? { ...message, keys: message.keys.map((key) => key.trim()) } : message),
  })),
  'versions lose their digits': told((receiver) => ({
    receive: (message) =>
      receiver.receive('versions' in message ? { ...message, versions: message.versions.map(Math.fround) } : message),
  })),
  'long messages are lost': told((receiver) => ({
    receive: (message) => void (JSON.stringify(message).length < 10_000 && receiver.receive(message)),
  })),
  'gaps are not told': told(() => ({ gap: () => {} })),
  'nothing is ever vouched for': told(() => ({ current: () => {} })),
  'it vouches once and never again': told((receiver) => {
    let vouched = false;
    return {
      current: () => {
        if (!vouched) receiver.current(1);
        vouched = true;
      },
    };
  }),
  'it vouches for a minute to come': told((receiver, clock) => ({
    current: (asOf) => receiver.current(asOf === Number.POSITIVE_INFINITY ? clock.now() + 60_000 : asOf),
  })),
  'it goes on vouching while it is cut off': told((receiver) => ({
    current: () => receiver.current(Number.POSITIVE_INFINITY),
  })),
  'namespaces are one': class extends BrokenBus {
    override join(_: string, receiver: BusReceiver, clock: Clock): BusLink {
      return super.join('all', receiver, clock);
    }
  },
  'namespaces that begin alike are one': class extends BrokenBus {
    override join(namespace: string, receiver: BusReceiver, clock: Clock): BusLink {
      return super.join(namespace.replace(/[:*2]$/, ''), receiver, clock);
    }
  },
  'who has left is told on': class extends BrokenBus {
    override join(namespace: string, receiver: BusReceiver, clock: Clock): BusLink {
      const link = super.join(namespace, receiver, clock);
      return { publish: (message) => link.publish(message), leave: () => {} };
    }
  },
  'ping always answers': class extends BrokenBus {
    override ping(): void {}
  },
  'a closed bus takes messages': class extends BrokenBus {
    override join(namespace: string, receiver: BusReceiver, clock: Clock): BusLink {
      const link = super.join(namespace, receiver, clock);
      const publish = async (message: BusMessage): Promise<void> => {
        try {
          await link.publish(message);
        } catch {
          // Forgotten.
        }
      };
      return { publish, leave: () => link.leave() };
    }
  },
  'close closes all of them': class extends BrokenBus {
    override join(namespace: string, receiver: BusReceiver, clock: Clock): BusLink {
      joined.add(this.inner);
      return super.join(namespace, receiver, clock);
    }
    override close(): void {
      for (const bus of joined) bus.close();
      joined.clear();
      super.close();
    }
  },
};
const joined = new Set<LocalBus>();

function failuresOf(Broken: typeof BrokenBus): Promise<string[]> {
  const suite = new CollectedSuite();
  const first = new WeakMap<object, LocalBus>();
  busSuite(suite, {
    create: (context) => {
      const bus = first.get(context)?.fork() ?? localBus();
      first.set(context, bus);
      return new Broken(bus);
    },
    interrupt: async (bus, meanwhile) => {
      (bus as BrokenBus).cut();
      await meanwhile();
      (bus as BrokenBus).restore();
    },
    time: 'manual',
    deliveryMs: 500,
  });
  return suite.failures();
}

describe('the bus suite finds', () => {
  for (const [name, Broken] of Object.entries(MUTANTS)) {
    it(name, async () => {
      assert.notDeepEqual(await failuresOf(Broken), []);
    });
  }

  it('nothing in a bus that is as it should be', async () => {
    assert.deepEqual(await failuresOf(BrokenBus), []);
  });
});
