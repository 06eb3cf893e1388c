import { manualClock } from '@uno-cache/core/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Schedule } from '../../src/index.ts';
import { until } from '../../src/index.ts';

/** The end of an entry that is stored at a time. */
function endOf(schedule: Schedule, timeZone: string, at: string): string {
  const clock = manualClock(Date.parse(at));
  return new Date(clock.now() + until(schedule, timeZone, { clock })() * 1000).toISOString();
}

describe('until()', () => {
  it.each([
    ['midnight', 'UTC', '2026-03-10T12:00:00Z', '2026-03-11T00:00:00.000Z'],
    ['midnight', 'UTC', '2026-03-10T00:00:00Z', '2026-03-11T00:00:00.000Z'],
    ['midnight', 'Asia/Tokyo', '2026-03-10T16:00:00Z', '2026-03-11T15:00:00.000Z'],
    ['noon', 'Asia/Kathmandu', '2026-03-10T12:00:00Z', '2026-03-11T06:15:00.000Z'],
    ['06:30', 'Europe/Oslo', '2026-01-10T04:00:00Z', '2026-01-10T05:30:00.000Z'],
    ['06:30', 'Europe/Oslo', '2026-01-10T05:30:00Z', '2026-01-11T05:30:00.000Z'],
    ['monday', 'UTC', '2026-03-11T12:00:00Z', '2026-03-16T00:00:00.000Z'],
    ['friday 17:00', 'America/New_York', '2026-01-09T21:59:59Z', '2026-01-09T22:00:00.000Z'],
    ['friday 17:00', 'America/New_York', '2026-01-09T22:00:00Z', '2026-01-16T22:00:00.000Z'],
  ] as const)('%s in %s from %s is %s', (schedule, zone, at, end) => {
    expect(endOf(schedule, zone, at)).toBe(end);
  });

  it.each([
    ['a day of 23 hours', 'midnight', 'Europe/Oslo', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00.000Z'],
    ['a day of 25 hours', 'midnight', 'Europe/Oslo', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00.000Z'],
    ['the day before it', '12:00', 'America/New_York', '2026-03-07T18:00:00Z', '2026-03-08T16:00:00.000Z'],
    [
      'a time that is left out, as in Temporal',
      '02:30',
      'Europe/Oslo',
      '2026-03-29T00:00:00Z',
      '2026-03-29T01:30:00.000Z',
    ],
    [
      'the first of a time that comes twice',
      '02:30',
      'Europe/Oslo',
      '2026-10-24T23:00:00Z',
      '2026-10-25T00:30:00.000Z',
    ],
    [
      'a day once, though the time comes twice',
      '02:30',
      'Europe/Oslo',
      '2026-10-25T00:40:00Z',
      '2026-10-26T01:30:00.000Z',
    ],
    ['a midnight that is left out', 'midnight', 'Africa/Cairo', '2026-04-23T12:00:00Z', '2026-04-23T22:00:00.000Z'],
    [
      'half an hour of summer time',
      'midnight',
      'Australia/Lord_Howe',
      '2026-04-04T13:30:00Z',
      '2026-04-05T13:30:00.000Z',
    ],
  ] as const)('knows %s', (_, schedule, zone, at, end) => {
    expect(endOf(schedule, zone, at)).toBe(end);
  });

  it('ends in the future, within a day and its summer time, when the wall shows it', () => {
    const zones = fc.constantFrom('Europe/Oslo', 'America/St_Johns', 'Pacific/Chatham', 'Asia/Kolkata', 'America/Lima');
    const times = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) });
    const instants = fc.integer({ min: Date.parse('2020-01-01T00:00Z'), max: Date.parse('2030-01-01T00:00Z') });
    fc.assert(
      fc.property(zones, times, instants, (timeZone, { hour, minute }, at) => {
        const clock = manualClock(at);
        const wall = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}` as const;
        const seconds = until(wall as Schedule, timeZone, { clock })();
        expect(seconds > 0 && seconds <= 25 * 3600).toBe(true);
        const shown = new Date(at + seconds * 1000).toLocaleTimeString('en-GB', { timeZone, timeStyle: 'short' });
        // What is left out is shown an hour later.
        const later = `${String((hour + 1) % 24).padStart(2, '0')}${wall.slice(2)}`;
        expect([wall, later]).toContain(shown);
      }),
      { numRuns: 300 },
    );
  });

  it('counts down, begins anew, and follows a clock that is put back', () => {
    const clock = manualClock(Date.parse('2026-03-10T23:00:00Z'));
    const ttl = until('midnight', 'UTC', { clock });
    expect(ttl()).toBe(3600);
    clock.advance('30m');
    expect(ttl()).toBe(1800);
    clock.advance('30m');
    expect(ttl()).toBe(86_400);
    clock.set(Date.parse('2026-03-09T23:00:00Z'));
    expect(ttl()).toBe(3600);
  });

  it.each(['teatime', '24:00', '12:60', '1', 'monday noon!', 'monday tuesday', '', 7])('refuses %o', (schedule) => {
    expect(() => until(schedule as Schedule)).toThrow(TypeError);
  });

  it('refuses time zones that there are not', () => {
    expect(() => until('midnight', 'Europe/Atlantis')).toThrow(/timeZone must be/);
  });
});
