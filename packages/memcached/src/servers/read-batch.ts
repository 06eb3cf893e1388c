import type { Item } from './response-reader.ts';
import type { ServerLink } from './server-link.ts';

/** What one command asks for: the server takes the line, and answers others meanwhile. */
const MAX_KEYS = 100;
const MAX_LINE = 8_192;
/** The fewest readers that are worth a batch of their own, and from how many on a batch is large. */
const LEAST_READERS = 2;
const MANY_READERS = 16;
/** Batches that should be under way at a time: small ones mostly travel, large ones keep both sides busy. */
const LANES = 4;
const LANES_OF_MANY = 2;

type Items = ReadonlyMap<string, Item>;

interface Wanted {
  readonly keys: readonly string[];
  readonly resolve: (items: Items) => void;
  readonly reject: (error: unknown) => void;
}

/** Collects the reads of one tick into few commands. What one caller asks for together is asked in one command. */
export class ReadBatch {
  readonly #link: ServerLink;
  #wanted: Wanted[] = [];
  #underWay = 0;

  constructor(link: ServerLink) {
    this.#link = link;
  }

  read(keys: readonly string[]): Promise<Items> {
    return new Promise((resolve, reject) => {
      if (this.#wanted.push({ keys, resolve, reject }) === 1) process.nextTick(this.#flush);
    });
  }

  readonly #flush = (): void => {
    let part: Wanted[] = [];
    let keys = new Set<string>();
    let length = 0;
    for (const wanted of this.#wanted.splice(0)) {
      for (const key of wanted.keys) {
        if (!keys.has(key)) length += key.length + 1;
        keys.add(key);
      }
      part.push(wanted);
      if (keys.size < MAX_KEYS && length < MAX_LINE) continue;
      void this.#ask(part, keys);
      part = [];
      keys = new Set();
      length = 0;
    }
    if (part.length > 0) void this.#ask(part, keys);
  };

  async #ask(part: readonly Wanted[], keys: ReadonlySet<string>): Promise<void> {
    this.#underWay++;
    let items: Items;
    try {
      const reply = await this.#link.send(`gets ${[...keys].join(' ')}`);
      if (reply.line !== 'END') throw new Error(`memcached refused to read: ${reply.line}`);
      items = reply.items;
    } catch (error) {
      for (const { reject } of part) reject(error);
      return;
    } finally {
      this.#underWay--;
    }
    this.#answer(part, items);
  }

  /**
   * Answers some readers at a time: callers who read again then fall into batches of their own, and the server works on
   * one of them while the values of another are decoded here.
   */
  #answer(part: readonly Wanted[], items: Items): void {
    const lanes = part.length < MANY_READERS ? LANES : LANES_OF_MANY;
    const slices = Math.max(1, Math.min(lanes - this.#underWay, Math.floor(part.length / LEAST_READERS)));
    const size = Math.ceil(part.length / slices);
    const answerFrom = (start: number): void => {
      const end = Math.min(start + size, part.length);
      for (let index = start; index < end; index++) part[index]!.resolve(items);
      if (end < part.length) setImmediate(answerFrom, end);
    };
    answerFrom(0);
  }
}
