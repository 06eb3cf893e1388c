/** What the golden bytes hold. */
export const goldenValue = (): unknown => ({
  id: 42,
  name: 'Ada 🙂',
  tags: ['admin', '', null, true, -1.5, -0, Number.NaN, 2 ** 40],
  at: new Date(1_700_000_000_123),
  seen: new Map<unknown, unknown>([
    ['a', 1n],
    [2, new Set([-(2n ** 70n)])],
  ]),
  bytes: Buffer.from([0, 127, 255]),
  numbers: new Float64Array([0.1, -0]),
  nothing: undefined,
});

export const goldenJson = (): unknown => ({ id: 42, name: 'Ada 🙂', tags: ['admin', '', null, true, -1.5] });

export const goldenUser = (): unknown => ({
  id: 2n ** 60n,
  name: 'Ada 🙂',
  roles: [1, 0],
  visits: { home: 3 },
  avatar: new Uint8Array([0, 127, 255]),
  balance: -1.5,
  active: true,
  points: 7,
  age: 36,
  mail: 'ada@example.org',
  friends: {},
  orders: [1, 2],
  ratio: 0.5,
  notes: {},
});
