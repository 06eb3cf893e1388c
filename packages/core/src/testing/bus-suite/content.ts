import assert from 'node:assert/strict';
import type { BusMessage } from '../../ports/bus.ts';
import { oddKeys } from '../odd-keys.ts';
import type { Case, Group } from '../suite.ts';
import type { BusTest } from './bus-test.ts';

const notice = { sender: 'sender 🙂\n', region: 'region:a*%\0', at: 1_767_225_600_000 };
const versions = [1, Number.MAX_SAFE_INTEGER, 1_767_225_600_000_123];

const MESSAGES: readonly BusMessage[] = [
  { kind: 'set', keys: ['a', 'b', 'c'], versions, ...notice },
  { kind: 'touch', keys: ['a', 'b', 'c'], versions, ...notice },
  { kind: 'expire', keys: ['a', 'b', 'c'], versions, ...notice },
  { kind: 'delete', keys: ['a', 'b'], ...notice },
  { kind: 'delete', keys: [], ...notice, region: '' },
  { kind: 'pattern', pattern: 'user:[a-z]\\*?*\n', ...notice },
  {
    kind: 'tags',
    tags: [
      ['tag', 'v1'],
      ['', 'v2'],
      ['🙂\0', ''],
    ],
    ...notice,
  },
  { kind: 'clear', ...notice },
  { kind: 'clear', sender: 's', region: '', at: 0 },
];

async function arrives(test: BusTest, message: BusMessage): Promise<void> {
  const [sender, receiver] = [await test.joined(), await test.joined(await test.another())];
  await sender.link.publish(message);
  await test.until(() => receiver.heard.length > 0, 'the message did not come');
  assert.deepEqual(receiver.heard[0], message);
}

function asItWas(message: BusMessage, index: number): Case<BusTest> {
  return {
    name: `a message comes as it was sent: ${message.kind} (${index + 1})`,
    run: (test) => arrives(test, message),
  };
}

export const content: Group<BusTest> = {
  name: 'content',
  cases: [
    ...MESSAGES.map(asItWas),
    { name: 'odd keys', run: (test) => arrives(test, { kind: 'delete', keys: oddKeys, ...notice }) },
    {
      name: 'a key of 64 KiB',
      run: (test) => arrives(test, { kind: 'delete', keys: ['🙂'.repeat(16_384)], ...notice }),
    },
    {
      name: 'a thousand keys',
      run: (test) => {
        const keys = Array.from({ length: 1_000 }, (_, index) => `user:${index}`);
        return arrives(test, { kind: 'set', keys, versions: keys.map((_, index) => index + 1), ...notice });
      },
    },
  ],
};
