import { expect, test } from 'vitest';
import { checkRules } from '../../src/alerts/check-rules.ts';
import { DEFAULT_ALERTS } from '../../src/index.ts';

test('the default rules are rules', () => {
  expect(checkRules(DEFAULT_ALERTS)).toHaveLength(DEFAULT_ALERTS.length);
});

test('a rule is checked and put into milliseconds', () => {
  expect(checkRules([{ name: 'n', metric: 'hitRate', region: '', below: 0.5, for: '2m' }])).toEqual([
    {
      name: 'n',
      metric: 'hitRate',
      tier: undefined,
      region: '',
      direction: 'below',
      threshold: 0.5,
      forMs: 120_000,
      windowMs: 60_000,
      minCount: 100,
      severity: 'warning',
    },
  ]);
});

const rule = { name: 'n', metric: 'hitRate', below: 0.5 };

test.each([
  [{}, /alerts must be/],
  [[{ ...rule, metrics: 'x' }], /alerts\[0\].*"metrics".*"metric"/],
  [[{ ...rule, metric: 'hitrate' }], /alerts\[0\]\.metric.*"hitRate"/],
  [[{ ...rule, above: 0.4 }], /one of above and below/],
  [[{ name: 'n', metric: 'hitRate' }], /one of above and below/],
  [[{ ...rule, below: '0.5' }], /alerts\[0\]\.below/],
  [[{ ...rule, for: 'soon' }], /alerts\[0\]\.for/],
  [[{ ...rule, window: 0 }], /alerts\[0\]\.window/],
  [[{ ...rule, minCount: 0 }], /alerts\[0\]\.minCount/],
  [[{ ...rule, severity: 'fatal' }], /alerts\[0\]\.severity/],
  [[{ ...rule, name: '' }], /alerts\[0\]\.name/],
  [[rule, rule], /alerts\[1\]\.name/],
  [[{ ...rule, metric: 'p95', region: 'users' }], /alerts\[0\]\.region/],
  [[{ ...rule, metric: 'fencedRate', tier: 'redis' }], /alerts\[0\]\.tier/],
])('refuses %j', (rules, message) => {
  expect(() => checkRules(rules)).toThrow(TypeError);
  expect(() => checkRules(rules)).toThrow(message);
});
