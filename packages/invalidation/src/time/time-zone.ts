import { mismatch } from '@uno-cache/core/adapter';

const DAY_MS = 86_400_000;

/** What the clocks on the wall of a time zone show, after the rules that `Intl` knows. */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat;

  /** @param name - of the IANA database: `Europe/Oslo`; the machine's when not given. @throws TypeError */
  constructor(name: string | undefined) {
    try {
      this.#format = new Intl.DateTimeFormat('en-US', {
        ...(name !== undefined && { timeZone: name }),
        calendar: 'iso8601',
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch (cause) {
      const allowed = 'the name of a time zone, such as "Europe/Oslo"';
      throw new TypeError(mismatch('timeZone', allowed, name), { cause });
    }
  }

  /** What the wall shows at an instant, written as if it were UTC: epoch milliseconds, whole seconds. */
  wallAt(instant: number): number {
    const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.#format.formatToParts(instant)) part[type] = Number(value);
    return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second);
  }

  /**
   * The instant at which the wall shows a time. One that comes twice, as clocks are put back, is the first; one that is
   * left out, as they are put forward, is as much later as they were moved (`compatible` in the Temporal proposal).
   */
  instantOf(wall: number): number {
    const before = wall - this.#offsetAt(wall - DAY_MS);
    if (this.wallAt(before) === wall) return before;
    const after = wall - this.#offsetAt(wall + DAY_MS);
    return this.wallAt(after) === wall ? after : before;
  }

  #offsetAt(instant: number): number {
    const whole = Math.floor(instant / 1000) * 1000;
    return this.wallAt(whole) - whole;
  }
}
