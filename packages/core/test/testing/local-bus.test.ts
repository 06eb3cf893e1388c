import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Bus, BusLink, BusMessage } from '../../src/ports/bus.ts';
import { faultyBus, localBus, manualClock } from '../../src/testing/index.ts';

const clock = manualClock();

function message(key: string): BusMessage {
  return { kind: 'delete', keys: [key], sender: 'a', region: '', at: 0 };
}

/** Joins, and notes what is told: keys of messages, `gap: …`, `until …`. */
function join(bus: Bus): { link: BusLink; told: string[] } {
  const told: string[] = [];
  const link = bus.join(
    'n',
    {
      receive: (received) => void told.push('keys' in received ? received.keys.join() : received.kind),
      gap: (reason) => void told.push(`gap: ${reason}`),
      current: (asOf) => void told.push(`until ${asOf === Number.POSITIVE_INFINITY ? 'for ever' : asOf - clock.now()}`),
    },
    clock,
  );
  return { link, told };
}

describe('localBus', () => {
  it('vouches for ever from the start, and delivers within publish', () => {
    const bus = localBus();
    const [one, two] = [join(bus), join(bus)];
    void one.link.publish(message('k'));
    assert.deepEqual(one.told, ['until for ever']);
    assert.deepEqual(two.told, ['until for ever', 'k']);
  });

  it('echoes when asked to', () => {
    const one = join(localBus({ echo: true }));
    void one.link.publish(message('k'));
    assert.deepEqual(one.told, ['until for ever', 'k']);
  });

  it('keeps messages back while it is paused, and takes back what it vouched for', () => {
    const bus = localBus();
    const there = bus.fork();
    const [here, paused] = [join(bus), join(there)];
    there.pause();
    void here.link.publish(message('a'));
    void here.link.publish(message('b'));
    assert.deepEqual(paused.told.splice(0), ['until for ever', 'until 0']);
    there.resume();
    assert.deepEqual(paused.told, ['a', 'b', 'until for ever']);
    assert.deepEqual(here.told, ['until for ever']);
  });

  it('vouches for nothing while it keeps messages back, also when it is paused or cut off once more', () => {
    const bus = localBus();
    const there = bus.fork();
    const [here, paused] = [join(bus), join(there)];
    there.pause();
    void here.link.publish(message('a'));
    paused.told.length = 0;
    there.pause();
    there.disconnect();
    there.pause();
    assert.deepEqual(paused.told, []);
  });

  it('loses messages while it is cut off, and tells of the gap before it vouches again', async () => {
    const bus = localBus();
    const there = bus.fork();
    const [here, cut] = [join(bus), join(there)];
    there.disconnect('cable');
    void here.link.publish(message('lost'));
    assert.throws(() => void cut.link.publish(message('k')), { code: 'BUS_FAILED' });
    await assert.rejects(async () => there.ping(), { code: 'BUS_FAILED' });
    const late = join(there);
    assert.deepEqual(late.told, []);
    there.reconnect();
    there.reconnect();
    void here.link.publish(message('after'));
    assert.deepEqual(cut.told, ['until for ever', 'until 0', 'gap: cable', 'until for ever', 'after']);
    assert.deepEqual(late.told, ['gap: cable', 'until for ever', 'after']);
    await there.ping();
  });

  it('beats', () => {
    const bus = localBus({ heartbeatMs: 100 });
    const { told } = join(bus);
    clock.advance(250);
    assert.deepEqual(told.splice(0), ['until 0', 'until 0', 'until 0']);
    bus.disconnect('cable');
    clock.advance(1_000);
    assert.deepEqual(told.splice(0), ['until 0']);
    bus.reconnect();
    assert.deepEqual(told, ['gap: cable', 'until 0']);
    bus.close();
    assert.equal(clock.pending, 0);
  });

  it('drops, repeats, refuses and reports gaps on request', () => {
    const bus = localBus();
    const [one, two] = [join(bus), join(bus)];
    two.told.length = 0;
    bus.drop();
    void one.link.publish(message('dropped'));
    bus.repeat();
    void one.link.publish(message('twice'));
    bus.failPublish(1, new Error('full'));
    assert.throws(() => void one.link.publish(message('refused')), /full/);
    bus.gap('resync');
    void one.link.publish(message('last'));
    assert.deepEqual(two.told, ['twice', 'twice', 'gap: resync', 'last']);
  });

  it('hands messages round in one order, also those that are published on receipt', () => {
    const bus = localBus();
    const orders: string[][] = [[], [], []];
    const links = orders.map((order) =>
      bus.join(
        'n',
        {
          receive: (received) => {
            const key = 'keys' in received ? (received.keys[0] ?? '') : '';
            order.push(key);
            if (order === orders[1] && key === 'question') void links[1]?.publish(message('answer'));
          },
          gap: () => {},
          current: () => {},
        },
        clock,
      ),
    );
    void links[0]?.publish(message('question'));
    assert.deepEqual(orders, [['answer'], ['question'], ['question', 'answer']]);
  });

  it('counts its links', () => {
    const bus = localBus();
    const [one] = [join(bus), join(bus), join(bus.fork())];
    assert.equal(bus.links, 2);
    one?.link.leave();
    assert.equal(bus.links, 1);
    bus.close();
    assert.equal(bus.links, 0);
  });
});

describe('faultyBus', () => {
  it('fails, holds and loses', async () => {
    const bus = faultyBus(localBus());
    const [one, two] = [join(bus), join(bus)];
    two.told.length = 0;
    bus.fail('publish', new Error('full')).once();
    await assert.rejects(async () => one.link.publish(message('refused')), /full/);
    bus.fail('receive').once();
    await one.link.publish(message('lost'));
    const gate = bus.hold('publish').forKey('held');
    const publishing = one.link.publish(message('held'));
    await gate.reached;
    await one.link.publish(message('overtakes'));
    gate.release();
    await publishing;
    assert.deepEqual(two.told, ['overtakes', 'held']);
    assert.equal(bus.count('publish'), 4);
  });
});
