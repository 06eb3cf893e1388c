/** The window begins with this share of the room: enough to see recency, and little to lose where there is none. */
const FIRST_SHARE = 0.05;
const LEAST_SHARE = 0.01;
const MOST_SHARE = 0.98;
/** The window grows by at most this share at a time. */
const MOST_GROWTH = 0.6;
/** How deep a return lay beyond the window's end is told in steps of this share of the room. */
const DEPTHS = 32;
/** A change has to promise this share of all accesses. */
const WORTH = 0.003;
/** What was seen counts half after each decision. */
const FADING = 0.5;

/** How the room is used, in the weight that the policy counts. */
export interface Occupancy {
  /** The room for window and main together. */
  readonly capacity: number;
  readonly windowMax: number;
  /** What the older half of the window holds. */
  readonly older: number;
  readonly probation: number;
}

/**
 * Finds the window's share from what entries at the margins are worth, instead of trying shares out as a hill climber
 * does: a climber needs many periods to cross the room, and sees nothing of a cliff until it stands before it.
 *
 * Counted are reads at the two ends that would be cut off, the older half of the window and the probation segment of
 * the main part, and returns of keys that the window has lost, by how much larger it would have had to be. The window
 * grows to where returns exceed what the main part's margin would lose for it, and shrinks where its older half is
 * worth less than the same room in the main part.
 */
export class WindowTuner {
  /** The window's part of the room. */
  share: number = FIRST_SHARE;
  readonly #returns: Float64Array<ArrayBuffer> = new Float64Array(DEPTHS);
  #olderHits = 0;
  #probationHits = 0;
  #accesses = 0;
  #fadedAccesses = 0;

  /** A new entry came. */
  missed(): void {
    this.#accesses++;
  }

  hit(): void {
    this.#accesses++;
  }

  hitOlder(): void {
    this.#accesses++;
    this.#olderHits++;
  }

  hitProbation(): void {
    this.#accesses++;
    this.#probationHits++;
  }

  /**
   * Keys that had left the window unadmitted came again.
   *
   * @param depth - how much larger the window would have had to be, as a share of the room.
   */
  returned(depth: number, keys: number): void {
    if (depth < 1) this.#returns[Math.floor(depth * DEPTHS)]! += keys;
  }

  /** Accesses since the last decision. */
  get accesses(): number {
    return this.#accesses;
  }

  /** Sets the share by what was seen. */
  decide(room: Occupancy): void {
    this.#fadedAccesses += this.#accesses;
    const worth = WORTH * this.#fadedAccesses;
    const perMain = this.#probationHits / Math.max(1, room.probation);
    const growth = this.#bestGrowth(perMain, room);
    const shrinking = this.#gainOfShrinking(perMain, room);
    if (growth.gain > worth && growth.gain > shrinking) {
      this.share = Math.min(MOST_SHARE, this.share + Math.min(growth.share, MOST_GROWTH));
    } else if (shrinking > worth) {
      this.share = Math.max(LEAST_SHARE, this.share / (this.#isOlderIdle(perMain, room) ? 4 : 2));
    }
    this.#fade();
  }

  #bestGrowth(perMain: number, { capacity, windowMax }: Occupancy): { gain: number; share: number } {
    let best = { gain: 0, share: 0 };
    let returns = 0;
    for (let depth = 0; depth < DEPTHS; depth++) {
      returns += this.#returns[depth]!;
      const share = (depth + 1) / DEPTHS;
      const gain = returns - perMain * share * capacity;
      // A return that lies deeper than all the room cannot be had.
      if (gain > best.gain && windowMax + depth * (capacity / DEPTHS) < capacity) best = { gain, share };
    }
    return best;
  }

  /** Of giving half of the older half to the main part. */
  #gainOfShrinking(perMain: number, { older }: Occupancy): number {
    return (perMain * older - this.#olderHits) / 2;
  }

  #isOlderIdle(perMain: number, { older }: Occupancy): boolean {
    return this.#olderHits < 0.2 * perMain * older;
  }

  #fade(): void {
    for (let depth = 0; depth < DEPTHS; depth++) this.#returns[depth]! *= FADING;
    this.#olderHits *= FADING;
    this.#probationHits *= FADING;
    this.#fadedAccesses *= FADING;
    this.#accesses = 0;
  }
}
