import type { ObservedBus, ObservedTier } from '@uno-cache/core';
import { manualClock } from '@uno-cache/core/testing';
import { expect, test } from 'vitest';
import { findingOfBus, findingOfTier } from '../../src/health/finding.ts';

const limits = { slowProbeMs: 100, maxBusLagMs: 10_000 };
const clock = manualClock();
const tier = { breaker: 'closed', undelivered: 0, errors: 0 } as ObservedTier;
const bus: ObservedBus = {
  label: 'bus',
  currentAsOf: Infinity,
  gaps: 0,
  lastGap: undefined,
  unsent: 0,
  probe: async () => 1,
};
const quick = { roundTripMs: 1 };

test.each([
  [tier, quick, 0, 'up', undefined],
  [tier, { roundTripMs: 250 }, 0, 'degraded', /took 250 ms/],
  [tier, quick, 3, 'degraded', /^3 commands failed: busy/],
  [{ ...tier, undelivered: 1200 }, quick, 0, 'degraded', /^1,200 invalidations wait/],
  [{ ...tier, breaker: 'open' as const }, quick, 0, 'down', /skipped since it failed: busy/],
  [tier, { error: new Error('refused') }, 0, 'down', /refused/],
])('a tier, case %#', (state, probe, newErrors, status, reason) => {
  const finding = findingOfTier({ ...state, lastError: new Error('busy') }, probe, newErrors, limits);
  expect(finding.status).toBe(status);
  if (reason === undefined) expect(finding.reason).toBeUndefined();
  else expect(finding.reason).toMatch(reason);
});

test.each([
  [bus, quick, 'up', undefined],
  [{ ...bus, currentAsOf: clock.now() - 2000 }, quick, 'up', undefined],
  [{ ...bus, currentAsOf: clock.now() - 12_000 }, quick, 'degraded', /lags 12 s/],
  [{ ...bus, currentAsOf: -Infinity }, quick, 'degraded', /vouches for nothing/],
  [{ ...bus, unsent: 2 }, quick, 'degraded', /^2 messages wait/],
  [{ ...bus, lastGap: { at: clock.now() - 5000, reason: 'trimmed' } }, quick, 'degraded', /5 s ago: trimmed/],
  [{ ...bus, lastGap: { at: clock.now() - 60_000, reason: 'trimmed' } }, quick, 'up', undefined],
  [bus, { roundTripMs: 101 }, 'degraded', /took 101 ms/],
  [bus, { error: new Error('refused') }, 'down', /refused/],
])('a bus, case %#', (state, probe, status, reason) => {
  const finding = findingOfBus(state, probe, clock, limits);
  expect(finding.status).toBe(status);
  if (reason === undefined) expect(finding.reason).toBeUndefined();
  else expect(finding.reason).toMatch(reason);
});
