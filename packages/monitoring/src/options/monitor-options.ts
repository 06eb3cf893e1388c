import type { Duration } from '@uno-cache/core';
import { checkInteger, checkOneOf, checkOptions, durationMs, mismatch } from '@uno-cache/core/adapter';
import type { OpenMetricsContentType } from 'prom-client';
import { Registry } from 'prom-client';
import type { AlertRule } from '../alerts/alert.ts';
import type { CheckedRule } from '../alerts/check-rules.ts';
import { checkRules } from '../alerts/check-rules.ts';
import { DEFAULT_ALERTS } from '../alerts/default-alerts.ts';
import type { CheckedWebhook, WebhookOptions } from '../alerts/webhook.ts';
import { checkWebhook } from '../alerts/webhook.ts';

export interface MonitorOptions {
  /** How often tiers and buses are probed, and rules looked at. @defaultValue '2s' */
  readonly interval?: Duration;
  /** How far back `analyzePerformance` can look, in slices of a 720th of it. @defaultValue '1h' */
  readonly history?: Duration;
  /**
   * How many of the keys with the most traffic, and with the dearest misses, are told; 0 for none. Keys may be personal
   * data, and the server and its dashboard show them then. Without it, `analyzePerformance()` still names the keys of
   * the largest values, to the process alone. @defaultValue 0
   */
  readonly topKeys?: number;
  /** A probe that takes longer makes a tier or bus degraded. @defaultValue '100ms' */
  readonly slowProbe?: Duration;
  /** A bus that lags further behind is degraded. @defaultValue '10s' */
  readonly maxBusLag?: Duration;
  /** What was down or degraded is up again once it has been well for so long. @defaultValue '3s' */
  readonly recoverAfter?: Duration;
  /** `'strict'`: a component that is down makes the process not ready. @defaultValue 'lenient' */
  readonly readiness?: 'lenient' | 'strict';
  /** Rules, in place of `DEFAULT_ALERTS`; `false` for none. */
  readonly alerts?: readonly AlertRule[] | false;
  /** Where alerts are posted to. @defaultValue nowhere */
  readonly webhook?: WebhookOptions;
  /** Where the metrics go, several caches' too. @defaultValue a registry of its own */
  readonly registry?: Registry | Registry<OpenMetricsContentType>;
}

/** Options, checked and in milliseconds. */
export interface CheckedOptions {
  readonly intervalMs: number;
  readonly historyMs: number;
  readonly topKeys: number;
  readonly slowProbeMs: number;
  readonly maxBusLagMs: number;
  readonly recoverAfterMs: number;
  readonly isStrict: boolean;
  readonly rules: readonly CheckedRule[];
  readonly webhook: CheckedWebhook | undefined;
  readonly registry: Registry;
}

export const MONITOR_OPTION_NAMES: readonly (keyof MonitorOptions)[] = Object.freeze([
  'interval',
  'history',
  'topKeys',
  'slowProbe',
  'maxBusLag',
  'recoverAfter',
  'readiness',
  'alerts',
  'webhook',
  'registry',
]);

const MOST_TOP_KEYS = 1_000;
const READINESS = ['lenient', 'strict'] as const;

/** @throws TypeError */
export function checkMonitorOptions(owner: string, options: MonitorOptions): CheckedOptions {
  checkOptions(owner, options, MONITOR_OPTION_NAMES);
  const { interval = '2s', history = '1h', topKeys = 0, slowProbe = '100ms', maxBusLag = '10s' } = options;
  const { recoverAfter = '3s', readiness = 'lenient', alerts = DEFAULT_ALERTS, webhook } = options;
  const { registry = new Registry() } = options;
  if (typeof (registry as Partial<Registry> | null)?.registerMetric !== 'function') {
    throw new TypeError(mismatch('registry', 'a Registry of prom-client', registry));
  }
  return Object.freeze({
    intervalMs: finiteMs(interval, 'interval'),
    historyMs: finiteMs(history, 'history'),
    topKeys: checkInteger(topKeys, 'topKeys', { min: 0, max: MOST_TOP_KEYS }),
    slowProbeMs: durationMs(slowProbe, 'slowProbe'),
    maxBusLagMs: durationMs(maxBusLag, 'maxBusLag'),
    recoverAfterMs: finiteMs(recoverAfter, 'recoverAfter'),
    isStrict: checkOneOf(readiness, 'readiness', READINESS) === 'strict',
    rules: alerts === false ? [] : checkRules(alerts),
    webhook: webhook === undefined ? undefined : checkWebhook(webhook),
    // The two differ in the type of a text alone.
    registry: registry as Registry,
  });
}

/** The longest delay of a timer. */
const MOST_MS = 2 ** 31 - 1;

function finiteMs(duration: unknown, option: string): number {
  const ms = durationMs(duration, option);
  if (ms <= MOST_MS) return ms;
  throw new TypeError(mismatch(option, 'a duration of at most 24 days', duration));
}
