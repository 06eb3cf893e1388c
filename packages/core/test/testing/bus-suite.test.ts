import { describe, it } from 'vitest';
import type { LocalBus, LocalBusOptions } from '../../src/testing/index.ts';
import { busSuite, faultyBus, localBus } from '../../src/testing/index.ts';

/** The first of a case is a bus, the others are the same as other processes have it. */
function forked(options: LocalBusOptions): (context: object) => LocalBus {
  const first = new WeakMap<object, LocalBus>();
  return (context) => {
    const bus = first.get(context)?.fork() ?? localBus(options);
    first.set(context, bus);
    return bus;
  };
}

async function interrupt(bus: object, meanwhile: () => Promise<void>): Promise<void> {
  const local = bus as LocalBus;
  local.disconnect('interrupted');
  await meanwhile();
  local.reconnect();
}

for (const time of ['manual', 'real'] as const) {
  describe(`a local bus, ${time} time`, () => {
    busSuite({ describe, it }, { create: forked({}), interrupt, time });
  });

  describe(`a local bus that beats and echoes, ${time} time`, () => {
    busSuite({ describe, it }, { create: forked({ heartbeatMs: 20, echo: true }), interrupt, time });
  });
}

describe('a local bus whose interruption only delays', () => {
  const pause = async (bus: object, meanwhile: () => Promise<void>): Promise<void> => {
    const local = bus as LocalBus;
    local.pause();
    const ping = local.ping;
    local.ping = () => Promise.reject(new Error('paused'));
    await meanwhile();
    local.ping = ping;
    local.resume();
  };
  busSuite({ describe, it }, { create: forked({ heartbeatMs: 20 }), interrupt: pause, time: 'manual' });
});

describe('a faulty bus without faults', () => {
  const create = forked({});
  busSuite({ describe, it }, { create: (context) => faultyBus(create(context)) });
});
