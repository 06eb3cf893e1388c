import assert from 'node:assert/strict';
import type { Case, Group } from '../suite.ts';
import type { BusTest } from './bus-test.ts';
import { firsts } from './bus-test.ts';

function unlessInterrupts({ options }: BusTest): string | undefined {
  return options.interrupt ? undefined : 'the suite was not told how to interrupt the bus';
}

const interruptions: readonly Case<BusTest>[] = [
  {
    name: 'after an interruption every message was delivered, or a gap is told before anything is vouched for',
    run: async (test) => {
      const cut = await test.another();
      const [sender, receiver] = [await test.joined(), await test.joined(cut)];
      await sender.link.publish(test.message('before'));
      await test.heard(receiver, ['before']);
      let resumedAt = 0;
      await test.options.interrupt?.(cut, async () => {
        for (let index = 0; index < 20; index++) await sender.link.publish(test.message(`lost ${index}`));
        resumedAt = receiver.told.length;
      });
      await sender.link.publish(test.message('after'));
      await test.until(() => firsts(receiver.heard).includes('after'), 'the bus did not come back');
      await test.until(() => receiver.told.slice(resumedAt).includes('current'), 'the bus does not vouch any more');
      const lost = firsts(receiver.heard).filter((key) => key.startsWith('lost'));
      const told = receiver.told.slice(resumedAt);
      if (lost.length === 20) return;
      assert.ok(receiver.gaps.length > 0, `${20 - lost.length} messages got lost and nobody was told`);
      assert.ok(told.indexOf('gap') < told.indexOf('current'), 'the bus vouched before it told of the gap');
    },
  },
  {
    name: 'while it is interrupted nothing that comes is vouched for',
    run: async (test) => {
      const cut = await test.another();
      const receiver = await test.joined(cut);
      await test.options.interrupt?.(cut, async () => {
        await test.wait(200);
        const { vouched = 0 } = receiver;
        assert.ok(vouched <= test.context.clock.now(), 'it vouches for the future');
        await test.wait(50);
        assert.equal(receiver.vouched, vouched, 'it goes on vouching');
      });
    },
  },
  {
    name: 'ping fails while it is interrupted, and answers again',
    run: async (test) => {
      const cut = await test.another();
      await test.joined(cut);
      await test.options.interrupt?.(cut, async () => {
        await assert.rejects(async () => cut.ping());
      });
      let answers = false;
      for (let tries = 0; tries < 200 && !answers; tries++) {
        await test.wait(25);
        answers = await pings(cut);
      }
      assert.ok(answers, 'it does not answer any more');
    },
  },
];

async function pings(bus: BusTest['bus']): Promise<boolean> {
  try {
    await bus.ping();
    return true;
  } catch {
    return false;
  }
}

export const gaps: Group<BusTest> = {
  name: 'vouching and gaps',
  cases: [
    {
      name: 'a bus that is well vouches, and goes on vouching',
      run: async (test) => {
        const listener = await test.joined();
        const asked = test.context.clock.now();
        await test.wait(1);
        await test.until(() => (listener.vouched ?? 0) > asked, 'it stopped vouching');
      },
    },
    {
      name: 'what is vouched for has been delivered',
      run: async (test) => {
        const [sender, receiver] = [await test.joined(), await test.joined(await test.another())];
        for (let round = 0; round < 10; round++) {
          await sender.link.publish(test.message(`k${round}`));
          const publishedAt = test.context.clock.now();
          await test.wait(1);
          await test.until(() => (receiver.vouched ?? 0) > publishedAt, 'it stopped vouching');
          if (receiver.vouched !== Number.POSITIVE_INFINITY) {
            assert.ok(firsts(receiver.heard).includes(`k${round}`), 'it vouched for a message that had not come');
          }
        }
      },
    },
    {
      name: 'nothing is vouched for beyond this moment, unless for ever',
      run: async (test) => {
        const listener = await test.joined();
        await test.wait(20);
        const { vouched = 0 } = listener;
        assert.ok(vouched === Number.POSITIVE_INFINITY || vouched <= test.context.clock.now(), `until ${vouched}`);
      },
    },
    ...interruptions.map((each) => ({ unless: unlessInterrupts, ...each })),
  ],
};
