import type { Alert } from './alert.ts';
import { alertText } from './alert-text.ts';
import type { CheckedRule } from './check-rules.ts';
import type { Measurement } from './measurement.ts';

/** Alerts that are over and still told of. */
const MOST_RESOLVED = 50;

export interface AlertBookOptions {
  /** The cache's name. */
  readonly cache: string;
  readonly rules: readonly CheckedRule[];
  /** What a rule's metric is now, for each thing that the rule is about. */
  readonly measure: (rule: CheckedRule) => readonly Measurement[];
  readonly onAlert: (alert: Alert) => void;
  readonly onResolved: (alert: Alert) => void;
}

/** Which rules hold, and since when: pending, then firing, then resolved. */
export class AlertBook {
  readonly #options: AlertBookOptions;
  readonly #active = new Map<string, Alert>();
  /** Newest first. */
  #resolved: Alert[] = [];

  constructor(options: AlertBookOptions) {
    this.#options = options;
  }

  /** Firing ones first, then pending ones, then those that are over, the newest first. */
  get alerts(): readonly Alert[] {
    const active = [...this.#active.values()].sort((one, other) => other.since - one.since);
    const firing = active.filter(({ state }) => state === 'firing');
    return [...firing, ...active.filter(({ state }) => state === 'pending'), ...this.#resolved];
  }

  /** Looks at every rule. @param now - epoch milliseconds. */
  evaluate(now: number): void {
    const seen = new Set<string>();
    for (const rule of this.#options.rules) {
      for (const measurement of this.#options.measure(rule)) {
        const id = JSON.stringify([rule.name, measurement.tier]);
        seen.add(id);
        if (holds(rule, measurement.value)) this.#note(id, rule, measurement, now);
        else this.#end(id, rule, measurement.value, now);
      }
    }
    for (const [id, { name }] of this.#active) {
      const rule = this.#options.rules.find((each) => each.name === name);
      if (!seen.has(id) && rule !== undefined) this.#end(id, rule, undefined, now);
    }
  }

  #note(id: string, rule: CheckedRule, { tier, value }: Measurement, now: number): void {
    const { name, severity, metric, region, threshold } = rule;
    const before = this.#active.get(id);
    const since = before?.since ?? now;
    const isFiring = before?.state === 'firing' || now - since >= rule.forMs;
    const alert: Alert = Object.freeze({
      name,
      severity,
      metric,
      cache: this.#options.cache,
      tier,
      region,
      value,
      threshold,
      text: alertText(rule, tier, value),
      state: isFiring ? 'firing' : 'pending',
      since,
      firedAt: isFiring ? (before?.firedAt ?? now) : undefined,
      resolvedAt: undefined,
    });
    this.#active.set(id, alert);
    if (isFiring && before?.state !== 'firing') this.#options.onAlert(alert);
  }

  #end(id: string, rule: CheckedRule, value: number | undefined, now: number): void {
    const before = this.#active.get(id);
    if (before === undefined) return;
    this.#active.delete(id);
    if (before.state !== 'firing') return;
    const text = alertText(rule, before.tier, value);
    const alert: Alert = Object.freeze({ ...before, state: 'resolved', value, text, resolvedAt: now });
    this.#resolved = [alert, ...this.#resolved].slice(0, MOST_RESOLVED);
    this.#options.onResolved(alert);
  }
}

function holds({ direction, threshold }: CheckedRule, value: number | undefined): boolean {
  if (value === undefined) return false;
  return direction === 'above' ? value > threshold : value < threshold;
}
