import { expect, test } from 'vitest';
import type { Alert } from '../../src/alerts/alert.ts';
import { AlertBook } from '../../src/alerts/alert-book.ts';
import { checkRules } from '../../src/alerts/check-rules.ts';
import type { Measurement } from '../../src/alerts/measurement.ts';
import type { AlertRule } from '../../src/index.ts';

function stage(rule: Partial<AlertRule>): { book: AlertBook; told: [string, Alert][]; values: Measurement[] } {
  const told: [string, Alert][] = [];
  const values: Measurement[] = [];
  const book = new AlertBook({
    cache: 'shop',
    rules: checkRules([{ name: 'slow', metric: 'p95', above: 100, for: '30s', ...rule }]),
    measure: () => values,
    onAlert: (alert) => told.push(['alert', alert]),
    onResolved: (alert) => told.push(['resolved', alert]),
  });
  return { book, told, values };
}

test('pending, firing, resolved', () => {
  const { book, told, values } = stage({ severity: 'critical' });
  values[0] = { tier: 'redis', value: 150 };
  book.evaluate(1000);
  expect(book.alerts).toMatchObject([{ name: 'slow', state: 'pending', since: 1000, firedAt: undefined }]);
  book.evaluate(30_999);
  expect(told).toEqual([]);
  values[0] = { tier: 'redis', value: 170 };
  book.evaluate(31_000);
  book.evaluate(40_000);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject([
    'alert',
    {
      name: 'slow',
      severity: 'critical',
      state: 'firing',
      cache: 'shop',
      tier: 'redis',
      value: 170,
      threshold: 100,
      since: 1000,
      firedAt: 31_000,
    },
  ]);
  expect(told[0]?.[1].text).toBe('Tier redis: the 95th percentile of reads is 170 ms (above 100 ms it alerts).');
  values[0] = { tier: 'redis', value: 100 };
  book.evaluate(50_000);
  expect(told[1]).toMatchObject(['resolved', { state: 'resolved', value: 100, firedAt: 31_000, resolvedAt: 50_000 }]);
  expect(book.alerts).toMatchObject([{ state: 'resolved' }]);
  book.evaluate(60_000);
  expect(told).toHaveLength(2);
});

test('what does not hold for long enough is never told of', () => {
  const { book, told, values } = stage({});
  for (let at = 0; at < 10; at++) {
    values[0] = { tier: 'redis', value: at % 2 === 0 ? 150 : 50 };
    book.evaluate(at * 29_000);
  }
  expect(told).toEqual([]);
  expect(book.alerts).toEqual([]);
});

test('without a duration it fires at once; each tier by itself', () => {
  const { book, told, values } = stage({ for: undefined as never });
  values.push({ tier: 'memory', value: 50 }, { tier: 'redis', value: 150 }, { tier: 'file', value: 101 });
  book.evaluate(1);
  expect(told.map(([, { tier, state }]) => [tier, state])).toEqual([
    ['redis', 'firing'],
    ['file', 'firing'],
  ]);
});

test('below is below', () => {
  const { book, told, values } = stage({ metric: 'hitRate', above: undefined as never, below: 0.5, for: '1s' });
  for (const [at, value] of [0.5, 0.4, 0.4, 0.6].entries()) {
    values[0] = { tier: undefined, value };
    book.evaluate(at * 1000);
  }
  expect(told.map(([event, { text }]) => [event, text])).toEqual([
    ['alert', 'The cache: the hit rate is 40 % (below 50 % it alerts).'],
    ['resolved', 'The cache: the hit rate is 60 % (below 50 % it alerts).'],
  ]);
});

test('what can no longer be measured, or is gone, is resolved', () => {
  const { book, told, values } = stage({ for: '1s' });
  values.push({ tier: 'a', value: 150 }, { tier: 'b', value: 150 });
  book.evaluate(0);
  book.evaluate(1000);
  values.splice(0, 2, { tier: 'a', value: undefined });
  book.evaluate(2000);
  expect(told.map(([event, { tier }]) => [event, tier])).toEqual([
    ['alert', 'a'],
    ['alert', 'b'],
    ['resolved', 'a'],
    ['resolved', 'b'],
  ]);
});

test('of those that are over, the last fifty are kept', () => {
  const { book, values } = stage({ for: undefined as never });
  for (let at = 0; at < 200; at++) {
    values[0] = { tier: 'redis', value: at % 2 === 0 ? 150 : 50 };
    book.evaluate(at);
  }
  expect(book.alerts).toHaveLength(50);
  expect(book.alerts[0]?.resolvedAt).toBe(199);
});
