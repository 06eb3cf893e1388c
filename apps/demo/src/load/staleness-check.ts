import { milliseconds } from '../report/figures.ts';
import type { EditLog } from './edit-log.ts';
import type { Answer } from './http-client.ts';
import type { Kind } from './question.ts';
import { shownCities } from './shown-cities.ts';

/** Checks answers against the edits that were confirmed before they were asked for. */
export class StalenessCheck {
  readonly failures: string[] = [];
  /** For how long what was shown had been out of date, where that is allowed: milliseconds. */
  readonly overdue: number[] = [];
  checked = 0;
  readonly #edits: EditLog;
  readonly #allowedMs: number;

  /** @param allowedMs - for a process that did not make the edit itself; the one that did has none. */
  constructor(edits: EditLog, allowedMs: number) {
    this.#edits = edits;
    this.#allowedMs = allowedMs;
  }

  look(kind: Kind, path: string, { body, process }: Answer, askedAt: number): void {
    this.checked++;
    const cities = shownCities(kind, body);
    const overdue = cities.map((city) => this.#edits.overdue(city, { at: askedAt, process }));
    overdue.forEach((ms, index) => {
      if (ms > this.#allowedMs) this.failures.push(`${path} shows city ${cities[index]!.id} ${belated(ms)}`);
    });
    const most = Math.max(0, ...overdue);
    if (most > 0) this.overdue.push(most);
  }
}

function belated(ms: number): string {
  const late = Number.isFinite(ms) ? `, ${milliseconds(ms)} ms after another process answered it` : '';
  return `as it was before an edit${late}`;
}
