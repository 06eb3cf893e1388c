import assert from 'node:assert/strict';
import type { Group } from '../suite.ts';
import type { BusTest } from './bus-test.ts';
import { firsts } from './bus-test.ts';

export const lifecycle: Group<BusTest> = {
  name: 'lifecycle',
  cases: [
    {
      name: 'it has a name, and ping answers',
      run: async ({ bus }) => {
        assert.ok(typeof bus.name === 'string' && bus.name.length > 0);
        await bus.ping();
      },
    },
    {
      name: 'who has left hears nothing more, and is told nothing more; others are',
      run: async (test) => {
        const [sender, leaving, staying] = [await test.joined(), await test.joined(), await test.joined()];
        leaving.link.leave();
        leaving.link.leave();
        const { length } = leaving.told;
        await sender.link.publish(test.message('k'));
        await test.heard(staying, ['k']);
        await test.wait(20);
        assert.equal(leaving.told.length, length, `told after leaving: ${leaving.told.slice(length).join(', ')}`);
      },
    },
    {
      name: 'who has left can join again',
      run: async (test) => {
        const sender = await test.joined();
        (await test.joined()).link.leave();
        const again = await test.joined();
        await sender.link.publish(test.message('k'));
        await test.heard(again, ['k']);
      },
    },
    {
      name: 'one bus that closes does not disturb the other',
      run: async (test) => {
        const [closing, staying] = [await test.another(), await test.another()];
        const [sender, closed, receiver] = [
          await test.joined(),
          await test.joined(closing),
          await test.joined(staying),
        ];
        await closing.close();
        await sender.link.publish(test.message('k'));
        await test.heard(receiver, ['k']);
        assert.deepEqual(firsts(closed.heard), []);
      },
    },
    {
      name: 'close can be called again, and at once',
      run: async (test) => {
        await test.joined();
        const { bus } = test;
        await Promise.all([bus.close(), bus.close()]);
        await bus.close();
      },
    },
    {
      name: 'a closed bus fails',
      run: async (test) => {
        const { link } = await test.joined();
        await test.bus.close();
        await assert.rejects(async () => test.bus.ping());
        await assert.rejects(async () => link.publish(test.message('k')));
        link.leave();
      },
    },
  ],
};
