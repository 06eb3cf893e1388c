import type { Clock, ObservedBus, ObservedTier } from '@uno-cache/core';
import { decimal, milliseconds, whole } from '../wording.ts';
import type { HealthStatus } from './health.ts';

/** What one look at a component found. */
export interface Finding {
  readonly status: HealthStatus;
  readonly reason: string | undefined;
}

/** How a probe ended: with milliseconds, or an error. */
export type ProbeOutcome = { readonly roundTripMs: number } | { readonly error: unknown };

export interface HealthLimits {
  readonly slowProbeMs: number;
  readonly maxBusLagMs: number;
}

const WELL: Finding = { status: 'up', reason: undefined };
/** A gap in what a bus told is told of for so long. */
const RECENT_MS = 10_000;

/** @param newErrors - how many commands failed since the last look. */
export function findingOfTier(
  tier: ObservedTier,
  probe: ProbeOutcome,
  newErrors: number,
  { slowProbeMs }: HealthLimits,
): Finding {
  if ('error' in probe) return down(messageOf(probe.error));
  if (tier.breaker === 'open') return down(`It is skipped since it failed: ${messageOf(tier.lastError)}`);
  if (tier.undelivered > 0) return degraded(`${counted(tier.undelivered, 'invalidation')} wait to be delivered.`);
  if (newErrors > 0) return degraded(`${counted(newErrors, 'command')} failed: ${messageOf(tier.lastError)}`);
  return slow(probe.roundTripMs, slowProbeMs) ?? WELL;
}

export function findingOfBus(
  bus: ObservedBus,
  probe: ProbeOutcome,
  clock: Clock,
  { slowProbeMs, maxBusLagMs }: HealthLimits,
): Finding {
  if ('error' in probe) return down(messageOf(probe.error));
  if (bus.unsent > 0) return degraded(`${counted(bus.unsent, 'message')} wait to be sent.`);
  const lagMs = lagOf(bus, clock);
  if (lagMs === undefined) return degraded('It vouches for nothing: it is not connected, or has lost messages.');
  if (lagMs > maxBusLagMs) return degraded(`It lags ${milliseconds(lagMs)} behind.`);
  if (bus.lastGap !== undefined && clock.now() - bus.lastGap.at < RECENT_MS) {
    return degraded(
      `It may have lost messages ${decimal((clock.now() - bus.lastGap.at) / 1000)} s ago: ${bus.lastGap.reason}`,
    );
  }
  return slow(probe.roundTripMs, slowProbeMs) ?? WELL;
}

/** Milliseconds since everything published had been received; `undefined` while nothing is vouched for. */
export function lagOf({ currentAsOf }: ObservedBus, clock: Clock): number | undefined {
  return currentAsOf === -Infinity ? undefined : Math.max(0, clock.now() - currentAsOf);
}

function slow(roundTripMs: number, slowProbeMs: number): Finding | undefined {
  return roundTripMs > slowProbeMs ? degraded(`A probe took ${milliseconds(roundTripMs)}.`) : undefined;
}

function down(reason: string): Finding {
  return { status: 'down', reason };
}

function degraded(reason: string): Finding {
  return { status: 'degraded', reason };
}

function counted(count: number, what: string): string {
  return `${whole(count)} ${what}${count === 1 ? '' : 's'}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
