import type { City } from '../cities/cities.ts';

interface Edited {
  /** What the edit made of it. */
  readonly population: number;
  /** When it was answered. */
  readonly at: number;
  /** The process that answered it. */
  readonly process: number;
}

/** Who showed a city, and since when it could have known better. */
export interface Asked {
  readonly at: number;
  readonly process: number;
}

/**
 * What this load has edited. It only ever lets a city grow, one edit of a city at a time; so an answer is too old, beyond
 * doubt, when it shows a city smaller than an edit had made it before the question was asked.
 */
export class EditLog {
  readonly #populations: Map<number, number>;
  readonly #inFlight = new Set<number>();
  readonly #edited = new Map<number, Edited[]>();

  constructor(cities: readonly City[]) {
    this.#populations = new Map(cities.map(({ id, population }) => [id, population]));
  }

  /** @returns the population to write, or `undefined` while another edit of the city is on its way. */
  begin(id: number): number | undefined {
    if (this.#inFlight.has(id)) return undefined;
    this.#inFlight.add(id);
    return this.#populations.get(id)! + 1;
  }

  confirm(id: number, edited: Edited): void {
    this.#inFlight.delete(id);
    this.#populations.set(id, edited.population);
    const edits = this.#edited.get(id) ?? [];
    edits.push(edited);
    this.#edited.set(id, edits);
  }

  /**
   * For how many milliseconds what is shown had been out of date when it was asked for: 0 if it was not, `Infinity` if the
   * process that showed it had made the edit itself.
   */
  overdue({ id, population }: Shown, { at, process }: Asked): number {
    const missed = (this.#edited.get(id) ?? []).filter((edit) => edit.at <= at && edit.population > population);
    if (missed.some((edit) => edit.process === process)) return Number.POSITIVE_INFINITY;
    return Math.max(0, ...missed.map((edit) => at - edit.at));
  }
}

/** As much of a city as the check needs. */
export interface Shown {
  readonly id: number;
  readonly population: number;
}
