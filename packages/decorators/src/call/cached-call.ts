import type { Cache, EntryOptions, FactoryContext } from '@uno-cache/core';
import type { AnyCall } from '../form/callable.ts';
import type { Subject } from '../form/subject.ts';
import type { Template } from '../key/template.ts';
import { KeySource } from '../naming/key-source.ts';
import { cacheFor } from './cache-source.ts';
import type { CachedOptions } from './cached-options.ts';
import { entryOptionsOf } from './entry-option-names.ts';
import { ListSource } from './list-source.ts';

/** One call, ready for the cache. */
interface Prepared {
  readonly cache: Cache;
  readonly key: string;
  readonly options: EntryOptions;
}

/** What `cached()` and `cachedSync()` share: how a call becomes a key, a factory and options. */
export class CachedCall {
  readonly fn: AnyCall;
  readonly #keys: KeySource;
  readonly #tags: ListSource;
  /** Tags that the arguments tell: known before the load, they cost less than those of the value. */
  readonly #earlyTags: readonly Template[];
  readonly #settings: CachedOptions;
  readonly #entry: EntryOptions;

  constructor(what: string, subject: Subject, settings: CachedOptions) {
    this.fn = subject.fn;
    this.#settings = settings;
    this.#keys = new KeySource(what, subject, settings);
    this.#tags = new ListSource(`${what}: tags`, subject, settings.tags);
    this.#earlyTags = this.#tags.beforeResult;
    const { tags: _, ...entry } = entryOptionsOf(settings);
    this.#entry = Object.freeze(entry);
  }

  isCached(args: readonly unknown[]): boolean {
    return this.#settings.when === undefined || this.#settings.when(args as never);
  }

  keyOf(receiver: unknown, args: readonly unknown[]): string {
    return this.#keys.keyOf(receiver, args);
  }

  /** The cache and the key alone. */
  placeOf(receiver: unknown, args: readonly unknown[]): { readonly cache: Cache; readonly key: string } {
    const cache = cacheFor(this.#settings, receiver);
    this.#keys.claim(cache, receiver);
    return { cache, key: this.#keys.keyOf(receiver, args) };
  }

  prepare(receiver: unknown, args: readonly unknown[]): Prepared {
    const tags = this.#earlyTags.map((template) => template.fill({ args, receiver }));
    const options = tags.length === 0 ? this.#entry : { ...this.#entry, tags };
    return { ...this.placeOf(receiver, args), options };
  }

  /** Tells the cache what only the value can tell. @returns the value. */
  noted<V>(context: FactoryContext, receiver: unknown, args: readonly unknown[], value: V): V {
    if (this.#settings.unless?.(value as never)) context.skip();
    else if (value !== undefined && this.#tags.needsResult) {
      context.setTags(this.#tags.listOf({ args, receiver, result: { value } }));
    }
    return value;
  }
}
