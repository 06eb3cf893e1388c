import type { City } from '../cities/cities.ts';

interface Edited {
  /** What the last edit that was answered made of it. */
  population: number;
  /** When it was answered. */
  at: number;
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

  confirm(id: number, population: number, at: number): void {
    this.#inFlight.delete(id);
    this.#populations.set(id, population);
    const edits = this.#edited.get(id) ?? [];
    edits.push({ population, at });
    this.#edited.set(id, edits);
  }

  /** Whether what was asked at `askedAt` shows less than what had been confirmed by then. */
  isStale({ id, population }: Shown, askedAt: number): boolean {
    const edits = this.#edited.get(id);
    return edits?.some((edit) => edit.at <= askedAt && edit.population > population) ?? false;
  }
}

/** As much of a city as the check needs. */
export interface Shown {
  readonly id: number;
  readonly population: number;
}
