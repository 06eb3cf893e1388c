import type { Clock } from '@uno-cache/core';
import { systemClock } from '@uno-cache/core';
import { mismatch } from '@uno-cache/core/adapter';
import { TimeZone } from './time-zone.ts';

type WallTime = 'midnight' | 'noon' | `${number}:${number}`;
type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';

/** Every day at a time, or every week: `'midnight'`, `'06:30'`, `'monday'`, `'friday 17:00'`. */
export type Schedule = WallTime | Weekday | `${Weekday} ${WallTime}`;

/** A ttl that ends when a time on the wall comes; wherever core takes a ttl. Gives seconds. */
export interface ScheduledTtl {
  (): number;
  /** Never moved by a jitter: what ends at midnight ends at midnight. */
  readonly isScheduled: true;
}

const WEEKDAYS: readonly string[] = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const DAY_MS = 86_400_000;
const ALLOWED = '"midnight", "noon", "HH:MM", or a day of the week with or without one of these: "monday 06:30"';

/**
 * A ttl that lasts until the next time that the clocks of a time zone show something. Days of 23 and 25 hours are as
 * long as they are.
 *
 * @param timeZone - of the IANA database. @defaultValue the machine's
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { until } from '@uno-cache/invalidation';
 * import { memory } from '@uno-cache/memory';
 *
 * await using cache = createCache({ tiers: [memory()] });
 * await cache.set('menu of the day', ['soup'], { ttl: until('midnight', 'Europe/Oslo') });
 * ```
 * @throws TypeError naming what came and what is allowed.
 */
export function until(schedule: Schedule, timeZone?: string, options: { readonly clock?: Clock } = {}): ScheduledTtl {
  const { clock = systemClock } = options;
  const zone = new TimeZone(timeZone);
  const { weekday, timeMs } = parse(schedule);
  let from = Infinity;
  let end = -Infinity;
  const secondsLeft = (): number => {
    const now = clock.now();
    // The end stands until it has come, unless the machine's time was put back.
    if (now >= end || now < from) {
      from = now;
      end = nextAfter(now, zone, timeMs, weekday);
    }
    return (end - now) / 1000;
  };
  return Object.assign(secondsLeft, { isScheduled: true as const });
}

function nextAfter(now: number, zone: TimeZone, timeMs: number, weekday: number | undefined): number {
  const today = Math.floor(zone.wallAt(now) / DAY_MS) * DAY_MS;
  for (let day = today; ; day += DAY_MS) {
    if (weekday !== undefined && new Date(day).getUTCDay() !== weekday) continue;
    const instant = zone.instantOf(day + timeMs);
    if (instant > now) return instant;
  }
}

function parse(schedule: unknown): { readonly weekday: number | undefined; readonly timeMs: number } {
  const words = typeof schedule === 'string' ? schedule.split(' ') : [];
  const weekday = WEEKDAYS.indexOf(words[0] ?? '');
  const [time = 'midnight', ...rest] = weekday < 0 ? words : words.slice(1);
  const timeMs = timeOfDay(time);
  if (words.length === 0 || rest.length > 0 || timeMs === undefined) {
    throw new TypeError(mismatch('schedule', ALLOWED, schedule));
  }
  return { weekday: weekday < 0 ? undefined : weekday, timeMs };
}

function timeOfDay(text: string): number | undefined {
  if (text === 'midnight') return 0;
  if (text === 'noon') return DAY_MS / 2;
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match === null ? undefined : (Number(match[1]) * 60 + Number(match[2])) * 60_000;
}
