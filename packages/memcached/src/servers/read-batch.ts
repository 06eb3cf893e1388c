import { BatchLanes } from '@uno-cache/core/adapter';
import type { Item } from './response-reader.ts';
import type { ServerLink } from './server-link.ts';

/** What one command asks for: the server takes the line, and answers others meanwhile. */
const MAX_KEYS = 100;
const MAX_LINE = 8_192;
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
  readonly #lanes = new BatchLanes(setImmediate);

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
    this.#lanes.sent();
    let items: Items;
    try {
      const reply = await this.#link.send(`gets ${[...keys].join(' ')}`);
      if (reply.line !== 'END') throw new Error(`memcached refused to read: ${reply.line}`);
      items = reply.items;
    } catch (error) {
      this.#lanes.failed();
      for (const { reject } of part) reject(error);
      return;
    }
    this.#lanes.answer(part.length, (index) => part[index]!.resolve(items));
  }
}
