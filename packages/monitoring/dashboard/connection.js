/**
 * @import { Everything, Tick } from '../src/server/point-recorder.ts'
 */

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;
/** The server sends every second: after this time without a word the line is dead, whatever the browser thinks. */
const SILENCE_MS = 6000;

/**
 * @typedef {object} Listeners
 * @property {(everything: Everything) => void} everything - at first, and after each gap.
 * @property {(tick: Tick) => void} tick - once a second.
 * @property {() => void} lost
 */

/** The stream of events from the server, taken up again whenever it breaks. */
export class Connection {
  #listeners;
  /** @type {EventSource | undefined} */
  #source;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #waitMs = FIRST_WAIT_MS;

  /** @param {Listeners} listeners */
  constructor(listeners) {
    this.#listeners = listeners;
    this.open();
  }

  /** Tries at once. */
  open() {
    this.#source?.close();
    const source = new EventSource('/events');
    this.#source = source;
    this.#expect();
    source.addEventListener('everything', ({ data }) => {
      this.#waitMs = FIRST_WAIT_MS;
      this.#expect();
      this.#listeners.everything(JSON.parse(data));
    });
    source.addEventListener('tick', ({ data }) => {
      this.#expect();
      this.#listeners.tick(JSON.parse(data));
    });
    source.addEventListener('error', () => this.#lose());
  }

  #expect() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lose(), SILENCE_MS);
  }

  #lose() {
    this.#source?.close();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.open(), this.#waitMs);
    this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2);
    this.#listeners.lost();
  }
}
