import assert from 'node:assert/strict';
import type { Group } from '../suite.ts';
import type { BusTest } from './bus-test.ts';
import { firsts } from './bus-test.ts';

const MANY = 500;

export const delivery: Group<BusTest> = {
  name: 'delivery',
  cases: [
    {
      name: 'a message reaches every other link, of this process and of others',
      run: async (test) => {
        const sender = await test.joined();
        const others = [
          await test.joined(),
          await test.joined(await test.another()),
          await test.joined(await test.another()),
        ];
        await sender.link.publish(test.message('k'));
        for (const other of others) await test.heard(other, ['k']);
        assert.deepEqual(others[0]?.heard[0], test.message('k'));
      },
    },
    {
      name: 'every link can publish',
      run: async (test) => {
        const [one, two] = [await test.joined(), await test.joined(await test.another())];
        await one.link.publish(test.message('from one', 'one'));
        await test.heard(two, ['from one']);
        await two.link.publish(test.message('from two', 'two'));
        await test.until(() => one.heard.some(({ sender }) => sender === 'two'), 'the answer did not come');
      },
    },
    {
      name: 'messages come in the order in which they were published',
      run: async (test) => {
        const [sender, receiver] = [await test.joined(), await test.joined(await test.another())];
        const keys = Array.from({ length: MANY }, (_, index) => `key ${index}`);
        for (const key of keys) await sender.link.publish(test.message(key));
        await test.heard(receiver, keys);
      },
    },
    {
      name: 'messages that are published at once come in order too, and all of them',
      run: async (test) => {
        const [sender, receiver] = [await test.joined(), await test.joined(await test.another())];
        const keys = Array.from({ length: MANY }, (_, index) => `key ${index}`);
        await Promise.all(keys.map(async (key) => sender.link.publish(test.message(key))));
        await test.heard(receiver, keys);
      },
    },
    {
      name: 'what two publish at once comes to all, and what one of them publishes in its order',
      run: async (test) => {
        const [a, b] = [await test.joined(), await test.joined(await test.another())];
        const [one, two] = [await test.joined(), await test.joined(await test.another())];
        await Promise.all(
          Array.from({ length: 50 }, async (_, index) => {
            await a.link.publish(test.message(`a${index}`, 'a'));
            await b.link.publish(test.message(`b${index}`, 'b'));
          }),
        );
        for (const receiver of [one, two]) {
          await test.until(() => firsts(receiver.heard).length === 100, 'some messages did not come');
          for (const sender of ['a', 'b']) {
            const keys = firsts(receiver.heard.filter((message) => message.sender === sender));
            assert.deepEqual(
              keys,
              Array.from({ length: 50 }, (_, index) => `${sender}${index}`),
            );
          }
        }
      },
    },
    {
      name: 'another namespace hears nothing',
      run: async (test) => {
        const { namespace } = test.context;
        const sender = await test.joined();
        const same = await test.joined(await test.another());
        const others = [];
        for (const name of [`${namespace}2`, namespace.slice(0, -1), `${namespace}:`, `${namespace}*`, '', '*']) {
          others.push(await test.joined(test.bus, name));
        }
        await sender.link.publish(test.message('k'));
        await test.heard(same, ['k']);
        await test.wait(20);
        for (const other of others) assert.deepEqual(other.heard, []);
      },
    },
    {
      name: 'what is published before one joins is not waited for',
      run: async (test) => {
        const sender = await test.joined();
        await sender.link.publish(test.message('before'));
        const late = await test.joined(await test.another());
        await sender.link.publish(test.message('after'));
        await test.until(
          () => late.heard.some((message) => 'keys' in message && message.keys[0] === 'after'),
          'it did not come',
        );
      },
    },
    {
      name: 'a receiver may publish while it receives',
      run: async (test) => {
        const [one, two] = [await test.joined(), await test.joined(await test.another())];
        const namespace = test.context.namespace;
        let answered = false;
        const answering = test.bus.join(
          namespace,
          {
            receive: () => {
              if (answered) return;
              answered = true;
              void (async () => answering.publish(test.message('answer', 'c')))();
            },
            gap: () => {},
            current: () => {},
          },
          test.context.clock,
        );
        await test.wait(20);
        await one.link.publish(test.message('question'));
        await test.heard(two, ['question', 'answer']);
      },
    },
  ],
};
