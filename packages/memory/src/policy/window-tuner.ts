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
/** For each entry there is: accesses from one look at the evidence to the next, */
const PERIOD = 0.125;
/** after which evidence counts half, so that a loop is seen as a whole, */
const HALF_LIFE = 2;
/** and that there have to be before a decision. */
const NEEDED = 0.7;
const LEAST_PERIOD = 32;
const LEAST_NEEDED = 128;

/** How the room is used, in the weight that the policy counts. */
export interface Occupancy {
  /** The room for window and main together. */
  readonly capacity: number;
  readonly windowMax: number;
  /** What the older half of the window holds. */
  readonly older: number;
  readonly probation: number;
  /** How many entries there are. */
  readonly entries: number;
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
  /** Since the last look. */
  #accesses = 0;
  /** All of which there is evidence, the older ones counted less. */
  #seen = 0;
  /** What has to come before the window has the size that it was given, and evidence means something. */
  #settling = Infinity;

  /** A new entry came. */
  missed(weight: number): void {
    this.#accesses++;
    if (this.#settling <= 0) return;
    this.#settling -= weight;
    if (this.#settling <= 0) this.#forget();
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
    if (depth < 1 && this.#settling <= 0) this.#returns[Math.floor(depth * DEPTHS)]! += keys;
  }

  /** Whether it is time to look at the evidence. */
  isDue(entries: number): boolean {
    return this.#accesses >= Math.max(LEAST_PERIOD, PERIOD * entries);
  }

  /** Sets the share by what was seen. Called when the room is full: until then nothing has to go, and nothing is told. */
  look(room: Occupancy): void {
    if (this.#settling > 0) {
      if (this.#settling === Infinity) this.#forget();
      this.#accesses = 0;
      return;
    }
    this.#seen += this.#accesses;
    this.#accesses = 0;
    if (this.#seen >= Math.max(LEAST_NEEDED, NEEDED * room.entries)) this.#decide(room);
    this.#fade(room.entries);
  }

  #decide(room: Occupancy): void {
    const worth = WORTH * this.#seen;
    const perMain = this.#probationHits / Math.max(1, room.probation);
    const growth = this.#bestGrowth(perMain, room);
    const shrinking = this.#gainOfShrinking(perMain, room);
    if (growth.gain > worth && growth.gain > shrinking) this.#grow(Math.min(growth.share, MOST_GROWTH), room);
    else if (shrinking > worth) this.#shrink(this.#isOlderIdle(perMain, room) ? 4 : 2);
  }

  #grow(by: number, { capacity }: Occupancy): void {
    const before = this.share;
    this.share = Math.min(MOST_SHARE, before + by);
    this.#forget();
    this.#settling = (this.share - before) * capacity;
  }

  /** What would have been hits in a window of the old size lies deeper now. */
  #shrink(divisor: number): void {
    const before = this.share;
    this.share = Math.max(LEAST_SHARE, before / divisor);
    const by = Math.round((before - this.share) * DEPTHS);
    this.#returns.copyWithin(by, 0);
    this.#returns.fill(0, 0, by);
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

  #fade(entries: number): void {
    const left = 2 ** -(Math.max(LEAST_PERIOD, PERIOD * entries) / Math.max(LEAST_NEEDED, HALF_LIFE * entries));
    for (let depth = 0; depth < DEPTHS; depth++) this.#returns[depth]! *= left;
    this.#olderHits *= left;
    this.#probationHits *= left;
    this.#seen *= left;
  }

  #forget(): void {
    this.#returns.fill(0);
    this.#olderHits = 0;
    this.#probationHits = 0;
    this.#seen = 0;
    this.#accesses = 0;
    this.#settling = 0;
  }
}
