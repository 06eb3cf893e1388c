import type { LargeValue } from '../analysis/analysis.ts';

const MOST = 10;
const MOST_CHARACTERS = 1024;

/** The keys of the largest values that were stored, as far as their size is known. */
export class LargestValues {
  /** Largest first. */
  #values: LargeValue[] = [];

  stored(region: string, key: string, bytes: number): void {
    const smallest = this.#values.at(-1);
    const isKnown = this.#values.some((value) => value.key === key && value.region === region);
    if (!isKnown && this.#values.length >= MOST && bytes <= (smallest?.bytes ?? 0)) return;
    if (key.length > MOST_CHARACTERS) return;
    const others = this.#values.filter((value) => value.key !== key || value.region !== region);
    this.#values = [...others, { region, key, bytes }].sort((one, other) => other.bytes - one.bytes).slice(0, MOST);
  }

  /** Largest first. */
  get values(): readonly LargeValue[] {
    return this.#values;
  }
}
