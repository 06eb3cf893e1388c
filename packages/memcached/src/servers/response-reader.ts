const LINE_END = '\r\n';
/** `VALUE <key> <flags> <length> <cas>` */
const VALUE = 'VALUE ';
/** `STAT <name> <value>` */
const STATISTIC = 'STAT ';

/** What a server keeps under a key. */
export interface Item {
  readonly value: Buffer;
  /** Its CAS number, in decimal. */
  readonly cas: string;
}

/** What a server answered to one command: a line, or the items or statistics it was asked for. */
export interface Reply {
  /** `END` after items. */
  readonly line: string;
  readonly items: ReadonlyMap<string, Item>;
}

const NOTHING: ReadonlyMap<string, Item> = new Map();

/**
 * Cuts what a server says into replies, by the lengths that it gives: a value may hold line ends, or what looks like a
 * reply. Text is latin1, one character a byte.
 */
export class ResponseReader {
  readonly #onReply: (reply: Reply) => void;
  #text = '';
  #chunks: string[] = [];
  #pending = 0;
  /** How much has to have come before looking again is worth it. */
  #wanted = 0;
  #items: Map<string, Item> | undefined;

  constructor(onReply: (reply: Reply) => void) {
    this.#onReply = onReply;
  }

  take(chunk: string): void {
    this.#chunks.push(chunk);
    this.#pending += chunk.length;
    if (this.#pending < this.#wanted) return;
    this.#text = this.#chunks.length === 1 ? chunk : this.#chunks.join('');
    let at = 0;
    for (let next = this.#step(at); next > at; next = this.#step(at)) at = next;
    this.#text = this.#text.slice(at);
    this.#wanted -= at;
    this.#chunks = this.#text === '' ? [] : [this.#text];
    this.#pending = this.#text.length;
  }

  /** Reads one line, with the value that it announces. → where the next begins; `at` when it is not all there. */
  #step(at: number): number {
    const end = this.#text.indexOf(LINE_END, at);
    this.#wanted = 0;
    if (end < 0) return at;
    const line = this.#text.slice(at, end);
    const after = end + LINE_END.length;
    if (line.startsWith(STATISTIC)) {
      const nameEnd = line.indexOf(' ', STATISTIC.length);
      this.#items ??= new Map();
      this.#items.set(line.slice(STATISTIC.length, nameEnd), { value: Buffer.from(line.slice(nameEnd + 1)), cas: '' });
      return after;
    }
    if (!line.startsWith(VALUE)) {
      const items = this.#items ?? NOTHING;
      this.#items = undefined;
      this.#onReply({ line, items });
      return after;
    }
    const keyEnd = line.indexOf(' ', VALUE.length);
    const flagsEnd = line.indexOf(' ', keyEnd + 1);
    const lengthEnd = line.indexOf(' ', flagsEnd + 1);
    const length = Number(lengthEnd < 0 ? line.slice(flagsEnd + 1) : line.slice(flagsEnd + 1, lengthEnd));
    const valueEnd = after + length;
    if (this.#text.length < valueEnd + LINE_END.length) {
      this.#wanted = valueEnd + LINE_END.length;
      return at;
    }
    this.#items ??= new Map();
    const value = Buffer.from(this.#text.slice(after, valueEnd), 'latin1');
    this.#items.set(line.slice(VALUE.length, keyEnd), { value, cas: line.slice(lengthEnd + 1) });
    return valueEnd + LINE_END.length;
  }
}
