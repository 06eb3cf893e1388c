import type { AnalysisWindow } from '../analysis/analysis.ts';

/** A window of whole slices. */
export interface SliceWindow extends AnalysisWindow {
  /** How many slices that are over belong to it, besides the one under way. */
  readonly closedSlices: number;
}

/** When the slices of time began that things are counted in. */
export class Timeline {
  /** Oldest first; the last is under way. */
  readonly #starts: number[];
  readonly #sliceMs: number;
  readonly #slices: number;

  /** @param slices - how many slices that are over are kept. */
  constructor(now: number, sliceMs: number, slices: number) {
    this.#starts = [now];
    this.#sliceMs = sliceMs;
    this.#slices = slices;
  }

  /** Whether the slice under way has lasted as long as one should. */
  isOver(now: number): boolean {
    return now - this.#current >= this.#sliceMs;
  }

  /** Begins the next slice. A clock that was set back does not take slices back. */
  rotate(now: number): void {
    this.#starts.push(Math.max(now, this.#current));
    if (this.#starts.length > this.#slices + 1) this.#starts.shift();
  }

  /** The slices of the last so many milliseconds; the one that the window begins in is taken whole. */
  window(lengthMs: number, now: number): SliceWindow {
    const wanted = now - lengthMs;
    let first = this.#starts.length - 1;
    while (first > 0 && this.#starts[first]! > wanted) first--;
    const from = this.#starts[first]!;
    const closedSlices = this.#starts.length - 1 - first;
    return { from, to: Math.max(now, from), isClipped: from > wanted, closedSlices };
  }

  get #current(): number {
    return this.#starts.at(-1)!;
  }
}
