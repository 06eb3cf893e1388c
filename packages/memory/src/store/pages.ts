const PAGE_BITS = 12;
const PAGE = 1 << PAGE_BITS;
const IN_PAGE = PAGE - 1;

/** An array of any values that grows by pages: nothing is ever copied, however long it gets. */
export class Pages {
  readonly #pages: unknown[][] = [];

  get(slot: number): unknown {
    return this.#pages[slot >>> PAGE_BITS]![slot & IN_PAGE];
  }

  /** @param slot - at most one page behind the last that was ever set. */
  set(slot: number, value: unknown): void {
    let page = this.#pages[slot >>> PAGE_BITS];
    if (page === undefined) {
      page = new Array<unknown>(PAGE).fill(undefined);
      this.#pages.push(page);
    }
    page[slot & IN_PAGE] = value;
  }

  clear(): void {
    this.#pages.length = 0;
  }
}
