import type { BusMessage } from '@uno-cache/core';
import { describe, expect, it } from 'vitest';
import { isBusMessage } from '../../src/adapter/bus-message.ts';

const about = { sender: 'a', region: '', at: 1 };
const messages: readonly BusMessage[] = [
  { ...about, kind: 'set', keys: ['k'], versions: [1] },
  { ...about, kind: 'touch', keys: ['k', ''], versions: [1, 2.5] },
  { ...about, kind: 'expire', keys: [], versions: [] },
  { ...about, kind: 'delete', keys: ['k'] },
  { ...about, kind: 'pattern', pattern: '*' },
  { ...about, kind: 'tags', tags: [['tag', 'version']] },
  { ...about, kind: 'clear' },
];

describe('isBusMessage', () => {
  it.each(messages)('takes a message of each kind: $kind', (message) => {
    expect(isBusMessage(message)).toBe(true);
    expect(isBusMessage(JSON.parse(JSON.stringify(message)))).toBe(true);
  });

  it.each(messages)('refuses one that lacks any of its fields: $kind', (message) => {
    for (const field of Object.keys(message)) {
      const { [field]: _, ...rest } = message as unknown as Record<string, unknown>;
      expect(isBusMessage(rest), field).toBe(false);
    }
  });

  it.each([
    undefined,
    null,
    'clear',
    { ...about, kind: 'toString' },
    { ...about, kind: 'of-a-later-version', keys: ['k'] },
    { ...about, kind: 'delete', keys: 'k' },
    { ...about, kind: 'delete', keys: [1] },
    { ...about, kind: 'set', keys: ['k', 'l'], versions: [1] },
    { ...about, kind: 'set', keys: ['k'], versions: [null] },
    { ...about, kind: 'pattern', pattern: 5 },
    { ...about, kind: 'tags', tags: [['tag']] },
    { ...about, kind: 'tags', tags: ['tv'] },
  ])('refuses what is none: %j', (value) => {
    expect(isBusMessage(value)).toBe(false);
  });
});
