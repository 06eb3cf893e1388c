import type { CacheOptions } from '@uno-cache/core';

/** Where a value comes from: the preset, what was given with the call, or a variable of the environment. */
export type Origin = 'preset' | 'override' | 'environment';

/** One line of an explanation. */
export interface Setting {
  /** The option, with the tier that it belongs to: `redis.commandTimeout`. */
  readonly path: string;
  /** As it is shown: without secrets. */
  readonly value: string;
  readonly origin: Origin;
  readonly reason: string;
}

/**
 * Options carry what is known of them under this key, which `createCache()` does not look at. It is enumerable, so that
 * `{ ...productionDefaults(…), ttl: '1m' }` keeps it, and holds a Provenance, so that printing options shows no more than that.
 */
const KEY: unique symbol = Symbol('uno-cache.presets.provenance');

export class Provenance {
  readonly #settings: readonly Setting[];
  readonly #made: CacheOptions;

  constructor(settings: readonly Setting[], made: CacheOptions) {
    this.#settings = settings;
    this.#made = made;
  }

  static of(options: object): Provenance | undefined {
    const found = (options as { readonly [KEY]?: unknown })[KEY];
    return found instanceof Provenance ? found : undefined;
  }

  /** The options that a preset made, carrying where each comes from. */
  static attach<O extends CacheOptions>(made: O, settings: readonly Setting[]): O {
    return Object.freeze({ ...made, [KEY]: new Provenance(settings, made as CacheOptions) });
  }

  /** What still holds of these options, some of which may have been replaced since. */
  settingsOf(options: CacheOptions): readonly Setting[] {
    return this.#settings.filter(({ path }) => !this.replaced(options).includes(rootOf(path)));
  }

  /** The names of options that are not what the preset made. */
  replaced(options: CacheOptions): readonly string[] {
    const names = new Set([...Object.keys(this.#made), ...Object.keys(options)]) as Set<keyof CacheOptions>;
    return [...names].filter((name) => !Object.is(options[name], this.#made[name]));
  }
}

/** The option of the cache that a setting is part of. */
function rootOf(path: string): string {
  const [owner = ''] = path.split('.');
  if (owner === 'monitoring') return 'extensions';
  return ['memory', 'file', 'redis'].includes(owner) ? 'tiers' : owner;
}
