import { CacheError } from '@uno-cache/core';
import { KeyIndex } from './key-index.ts';

/** The index of a store that has been closed: whoever looks into it fails, and nobody has to ask before. */
export class ClosedIndex extends KeyIndex {
  readonly #owner: string;

  constructor(owner: string) {
    super(0, 0);
    this.#owner = owner;
  }

  override check(): never {
    return this.#fail();
  }

  override get(): never {
    return this.#fail();
  }

  override add(): never {
    return this.#fail();
  }

  override delete(): never {
    return this.#fail();
  }

  override slots(): never {
    return this.#fail();
  }

  #fail(): never {
    throw new CacheError('CLOSED', `${this.#owner} has been closed.`);
  }
}
