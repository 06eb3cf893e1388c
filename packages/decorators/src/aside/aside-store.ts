type Load = () => Promise<unknown>;

/** A load under way. */
interface Flight {
  /** An invalidation came after it had begun: it saves nothing. */
  isOvertaken: boolean;
  saving: Promise<unknown> | undefined;
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

  constructor(what: string, settings: AsideSettings<unknown>) {
    this.#what = what;
    this.#settings = settings;
  }

  getOrLoad(key: string, load: Load): Promise<unknown> {
    return this.#flights.get(key)?.promise ?? this.#begin(key, load, true);
  }

  /** Loads whatever the store has. */
  async reload(key: string, load: Load): Promise<unknown> {
    await this.#overtake(key);
    return this.#begin(key, load, false);
  }

  async get(key: string): Promise<unknown> {
    return this.#settings.get(key);
  }

  async remove(key: string): Promise<boolean> {
    const { remove } = this.#settings;
    if (remove === undefined) throw new TypeError(`${this.#what}: invalidate() needs the option remove.`);
    await this.#overtake(key);
    return (await remove(key)) !== false;
  }

  #begin(key: string, load: Load, asksStore: boolean): Promise<unknown> {
    const flight: Flight = { isOvertaken: false, saving: undefined, promise: Promise.resolve() };
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
    flight.saving = this.#attempt('save', key, () => save(key, value));
    await flight.saving;
    return value;
  }

  /** Nobody joins it any more, and what it saves has been saved when this resolves. */
  async #overtake(key: string): Promise<void> {
    const flight = this.#flights.get(key);
    if (flight === undefined) return;
    flight.isOvertaken = true;
    this.#flights.delete(key);
    await Promise.allSettled([flight.saving]);
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
