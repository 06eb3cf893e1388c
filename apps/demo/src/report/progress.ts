import type { Terminal } from './terminal.ts';

const WIDTH = 30;
const CLEAR_LINE = '\r\u001B[2K';

/** A line that says how far something is. On a terminal it is rewritten and then gone; elsewhere it is written once. */
export class Progress implements Disposable {
  readonly #terminal: Terminal;
  readonly #label: string;

  constructor(terminal: Terminal, label: string) {
    this.#terminal = terminal;
    this.#label = label;
    terminal.write(terminal.interactive ? label : `${label}\n`);
  }

  /** @param share - 0 to 1 */
  show(share: number): void {
    if (!this.#terminal.interactive) return;
    const done = Math.round(Math.min(1, share) * WIDTH);
    const [full, empty] = this.#terminal.unicode ? ['━', this.#terminal.style('dim', '━')] : ['#', '.'];
    const bar = full.repeat(done) + empty.repeat(WIDTH - done);
    this.#terminal.write(`${CLEAR_LINE}${this.#label}  ${bar} ${String(Math.floor(share * 100)).padStart(3)} %`);
  }

  /** Asks how far `work` is, ten times a second, until it is done. */
  async follow<T>(work: Promise<T>, share: () => Promise<number>): Promise<T> {
    let done = false;
    const look = async (): Promise<void> => {
      const now = await share().catch(() => 0);
      if (!done) this.show(now);
    };
    const timer = this.#terminal.interactive ? setInterval(() => void look(), 100) : undefined;
    try {
      return await work;
    } finally {
      done = true;
      clearInterval(timer);
    }
  }

  [Symbol.dispose](): void {
    if (this.#terminal.interactive) this.#terminal.write(CLEAR_LINE);
  }
}
