import type { Entry, StandingLease } from '../../src/adapter/index.ts';

/** An entry whose bytes are committed: `golden/v1.json` holds them by the same name. */
export interface GoldenEntry {
  readonly key: string;
  /** `undefined` for a marker. */
  readonly entry: Entry | undefined;
  readonly lease?: StandingLease;
}

const plain: Entry = {
  value: { id: 42, name: 'Ada', roles: ['admin', 'editor'], manager: null },
  negative: false,
  createdAt: 1_700_000_000_000,
  freshUntil: 1_700_000_060_000,
  staleMs: 30_000,
  usableMs: 600_000,
  version: 1_700_000_000_000_123,
  cost: 12.5,
  slidingMs: 0,
  slidesUntil: 1_700_000_060_000,
  tags: undefined,
  checkedAt: 0,
};
const lease: StandingLease = { token: '00112233445566778899aabbccddeeff', until: 1_700_000_065_000.25 };
const negative = { ...plain, value: undefined, negative: true };

/** Never changed, only added to: what was once written stays readable. */
export const goldenEntries: Readonly<Record<string, GoldenEntry>> = {
  plain: { key: 'shop::user:42', entry: plain },
  'without end': {
    key: 'shop:profiles:for ever',
    entry: { ...plain, value: 'for ever', freshUntil: Infinity, slidesUntil: Infinity, usableMs: Infinity, cost: 0 },
  },
  sliding: {
    key: 'shop:sessions:s1',
    entry: {
      ...plain,
      value: [1, 2.5, -3e-7],
      slidingMs: 900_000,
      slidesUntil: 1_700_086_400_000,
      staleMs: 0,
      usableMs: 0,
    },
  },
  tagged: {
    key: 'shop::größe 🛒\n',
    entry: {
      ...plain,
      value: '値',
      tags: [
        ['user-42', 'q83vEjRWeJCr'],
        ['größe 🛒', 'AAAAAAAAAAAA'],
        ['', ''],
      ],
    },
  },
  'rich value': {
    key: 'shop::',
    entry: {
      ...plain,
      value: {
        when: new Date(0),
        big: 2n ** 80n,
        map: new Map([['k', new Set([-0, Number.NaN])]]),
        bytes: new Uint8Array([0, 127, 255]),
        missing: undefined,
      },
    },
  },
  'with a lease': { key: 'shop::user:42', entry: { ...plain, freshUntil: 1_699_999_999_999 }, lease },
  negative: { key: 'shop::user:0', entry: negative },
  'negative with tags': { key: 'shop::user:0', entry: { ...negative, tags: [['users', 'zzzzzzzzzzzz']] }, lease },
  marker: { key: 'shop::user:43', entry: undefined, lease },
  'null value, sub-millisecond times': {
    key: '__proto__',
    entry: {
      ...plain,
      value: null,
      createdAt: 0.125,
      freshUntil: 0.375,
      slidesUntil: 0.375,
      staleMs: 0.5,
      usableMs: 0.5,
      version: 1,
    },
  },
};
