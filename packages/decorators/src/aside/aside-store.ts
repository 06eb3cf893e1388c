type Load = () => Promise<unknown>;

/** A load under way. */
interface Flight {
  /** An invalidation or a newer load came after it had begun: it saves nothing. */
  isOvertaken: boolean;
  promise: Promise<unknown>;
}

/** How a store is used. */
export interface AsideSettings<V> {
  /** The value of a key; `undefined` for none, while `null` is a value. */
  readonly get: (key: string) => V | undefined | Promise<V | undefined>;
  /** Stores what the function gave; `undefined` is not stored. */
  readonly save: (key: string, value: V) => unknown;
  /** What `invalidate()` calls, which cannot be used without. */
  readonly remove?: (key: string) => unknown;
  /** Whether a value is not to be saved. @defaultValue every value is saved */
  readonly unless?: (value: V) => boolean;
  /** Takes the errors of `get` and `save`, and the call goes on without the store. @defaultValue they reach the caller */
  readonly onError?: (error: unknown, context: { readonly operation: 'get' | 'save'; readonly key: string }) => void;
}

/** Somebody's store, with one load at a time for each key. */
export class AsideStore {
  readonly #what: string;
  readonly #settings: AsideSettings<unknown>;
  readonly #flights = new Map<string, Flight>();
  /** The last save of each key that is not over. Those of overtaken loads too, which are no flights any more. */
  readonly #saves = new Map<string, Promise<void>>();

  constructor(what: string, settings: AsideSettings<unknown>) {
    this.#what = what;
    this.#settings = settings;
  }

  getOrLoad(key: string, load: Load): Promise<unknown> {
    return this.#flights.get(key)?.promise ?? this.#begin(key, load, true);
  }

  /** Loads whatever the store has. */
  reload(key: string, load: Load): Promise<unknown> {
    this.#overtake(key);
    return this.#begin(key, load, false);
  }

  async get(key: string): Promise<unknown> {
    return this.#settings.get(key);
  }

  async remove(key: string): Promise<boolean> {
    const { remove } = this.#settings;
    if (remove === undefined) throw new TypeError(`${this.#what}: invalidate() needs the option remove.`);
    this.#overtake(key);
    await this.#saves.get(key);
    const removed = await remove(key);
    // Who asked the store in the meantime may have found what is gone now: nobody is to join him any more.
    this.#overtake(key);
    return removed !== false;
  }

  #begin(key: string, load: Load, asksStore: boolean): Promise<unknown> {
    const flight: Flight = { isOvertaken: false, promise: Promise.resolve() };
    flight.promise = this.#run(key, load, flight, asksStore).finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    this.#flights.set(key, flight);
    return flight.promise;
  }

  async #run(key: string, load: Load, flight: Flight, asksStore: boolean): Promise<unknown> {
    const { get, save, unless } = this.#settings;
    const stored = asksStore ? await this.#attempt('get', key, () => get(key)) : undefined;
    if (stored !== undefined) return stored;
    const value = await load();
    if (value === undefined || flight.isOvertaken || unless?.(value)) return value;
    await this.#inTurn(key, async () => {
      if (!flight.isOvertaken) await this.#attempt('save', key, () => save(key, value));
    });
    return value;
  }

  /** Nobody joins the load any more, and it begins no save. */
  #overtake(key: string): void {
    const flight = this.#flights.get(key);
    if (flight === undefined) return;
    flight.isOvertaken = true;
    this.#flights.delete(key);
  }

  /** Saves of one key come one after the other, so that a slow one does not undo the next. */
  async #inTurn(key: string, save: () => Promise<void>): Promise<void> {
    const before = this.#saves.get(key);
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    this.#saves.set(key, over);
    try {
      await before;
      await save();
    } finally {
      if (this.#saves.get(key) === over) this.#saves.delete(key);
      end();
    }
  }

  async #attempt(operation: 'get' | 'save', key: string, work: () => unknown): Promise<unknown> {
    const { onError } = this.#settings;
    try {
      return await work();
    } catch (error) {
      if (onError === undefined) throw error;
      onError(error, { operation, key });
      return undefined;
    }
  }
}
