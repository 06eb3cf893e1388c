import assert from 'node:assert/strict';
import type { BusMessage } from '../../ports/bus.ts';
import type { Case, Group } from '../suite.ts';
import { unlessAnnounces } from './claims.ts';
import type { TierTest } from './tier-test.ts';

interface Listening {
  readonly heard: BusMessage[];
  /** Waits until so many messages have come. */
  until(count: number): Promise<BusMessage[]>;
  leave(): void;
}

async function listen(test: TierTest): Promise<Listening> {
  const heard: BusMessage[] = [];
  const receiver = { receive: (message: BusMessage) => void heard.push(message), gap: () => {}, current: () => {} };
  const link = test.tier.bus?.join(test.context.namespace, receiver, test.clock);
  assert.ok(link);
  await test.tier.bus?.ping();
  const until = async (count: number): Promise<BusMessage[]> => {
    for (let tries = 0; tries < 200 && heard.length < count; tries++) await test.wait(10);
    return heard;
  };
  return { heard, until, leave: () => link.leave() };
}

const cases: readonly Case<TierTest>[] = [
  {
    name: 'set, touch, expire and delete of single keys announce themselves, with version and sender',
    run: async (test) => {
      const listening = await listen(test);
      const keyspace = test.open({ region: 'r', announce: true });
      const entry = test.entry(1, { staleMs: 5_000, usableMs: 5_000 });
      const set = await keyspace.set('k', entry, test.now);
      const touch = await keyspace.touch('k', test.now + 90_000, test.now);
      const expire = await keyspace.expire('k', test.now);
      await keyspace.delete('k', test.now);
      const heard = (await listening.until(4)).map(({ at: _, ...message }) => message);
      const common = { sender: 'suite', region: 'r', keys: ['k'] };
      assert.deepEqual(heard, [
        { ...common, kind: 'set', versions: [set] },
        { ...common, kind: 'touch', versions: [touch] },
        { ...common, kind: 'expire', versions: [expire] },
        { ...common, kind: 'delete' },
      ]);
      listening.leave();
    },
  },
  {
    name: 'nothing is announced for a cache that does not listen',
    run: async (test) => {
      const listening = await listen(test);
      await test.put('k', 1);
      await test.keys.delete('k', test.now);
      await test.wait(100);
      assert.deepEqual(listening.heard, []);
      listening.leave();
    },
  },
];

export const announcements: Group<TierTest> = {
  name: 'announcements',
  cases: cases.map((each) => ({ ...each, unless: unlessAnnounces })),
};
