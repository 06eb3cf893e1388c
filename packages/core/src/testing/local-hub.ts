import type { BusMessage } from '../ports/bus.ts';
import type { LocalLink } from './local-link.ts';

interface Letter {
  readonly from: LocalLink;
  readonly message: BusMessage;
}

/** Where the links of a local bus meet: hands messages round in one order for all. */
export class LocalHub {
  readonly #links = new Set<LocalLink>();
  readonly #letters: Letter[] = [];
  #delivering = false;

  add(link: LocalLink): void {
    this.#links.add(link);
  }

  remove(link: LocalLink): void {
    this.#links.delete(link);
  }

  publish(letter: Letter): void {
    this.#letters.push(letter);
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      for (let next = this.#letters.shift(); next; next = this.#letters.shift()) this.#deliver(next);
    } finally {
      this.#delivering = false;
    }
  }

  #deliver({ from, message }: Letter): void {
    for (const link of [...this.#links]) {
      if (link.namespace !== from.namespace) continue;
      if (link !== from || link.echo) link.deliver(message);
    }
  }
}
