import { checkFunction, checkOptions, mismatch } from '@uno-cache/core/adapter';
import type { CacheSettings } from './call/cache-source.ts';
import { CACHE_SETTING_NAMES, cacheFor } from './call/cache-source.ts';
import { EventSource } from './call/event-source.ts';
import { ListSource } from './call/list-source.ts';
import { applyForm } from './form/apply-form.ts';
import type { Callable, Wrappable } from './form/callable.ts';
import type { Fits } from './form/fits.ts';
import type { MemberDecorator, Promising } from './form/member-decorator.ts';
import type { Subject } from './form/subject.ts';

/** Who is told of events: an `invalidator()`, or what else has an `emit`. */
export interface EventEmitterLike {
  // biome-ignore lint/suspicious/noExplicitAny: payloads are as each emitter types them.
  emit(event: string, payload: any): unknown;
}

/** Templates as for `key`, and `{result.id}`; or a function of the arguments and of what the function gave. */
type Listed<A extends readonly unknown[], V> = readonly string[] | ((args: A, value: V) => string | readonly string[]);

/** What `invalidates()` takes: at least one of `keys`, `tags`, `patterns` and `events`. */
export interface InvalidatesOptions<A extends readonly unknown[] = never, V = never> extends CacheSettings {
  /** Keys that are deleted. */
  readonly keys?: Listed<A, V>;
  /** Tags that are invalidated. */
  readonly tags?: Listed<A, V>;
  /** Globs whose keys are deleted; what a placeholder is filled with stands for itself. */
  readonly patterns?: Listed<A, V>;
  /**
   * Events that are emitted: by name, with the first argument, an object, as payload; or payloads by the name of the
   * event, as functions of the arguments and the value.
   */
  readonly events?: readonly string[] | Readonly<Record<string, (args: A, value: V) => unknown>>;
  /** Who emits `events`. */
  readonly emitter?: EventEmitterLike;
  /** Whether a call is followed by the invalidation. @defaultValue every one is */
  readonly when?: (args: A, value: V) => boolean;
}

const NAMES: readonly string[] = ['keys', 'tags', 'patterns', 'events', 'emitter', 'when', ...CACHE_SETTING_NAMES];

/** Wraps functions; decorates methods that return promises. */
export interface Invalidates<A extends readonly unknown[], V>
  extends MemberDecorator<string, readonly unknown[], A, V, PromiseLike<unknown>> {
  <F extends Wrappable>(fn: F & Fits<F, string, readonly unknown[], A, V>): Promising<F>;
}

/**
 * After the function has succeeded, and before its caller hears of it, invalidates what it has changed. A function that
 * fails invalidates nothing. What the cache or the emitter throws reaches the caller, when everything has been tried.
 *
 * @throws TypeError for wrong options, and when there is nothing to invalidate.
 */
export function invalidates<A extends readonly unknown[] = readonly unknown[], V = unknown>(
  options: InvalidatesOptions<A, V>,
): Invalidates<A, V> {
  const what = 'invalidates()';
  checkOptions(what, options, NAMES);
  const { keys, tags, patterns, events, emitter, when } = options;
  if ((keys ?? tags ?? patterns ?? events) === undefined) {
    throw new TypeError(`${what} needs at least one of keys, tags, patterns and events.`);
  }
  if (events !== undefined && typeof emitter?.emit !== 'function') {
    throw new TypeError(mismatch(`${what}: emitter`, 'an object with emit(event, payload), for the events', emitter));
  }
  if (when !== undefined) checkFunction(when, `${what}: when`);
  const apply = (...form: unknown[]): unknown => applyForm(what, form, (subject) => wrap(what, subject, options));
  return apply as Invalidates<A, V>;
}

function wrap(what: string, subject: Subject, options: InvalidatesOptions): Callable {
  const keys = new ListSource(`${what}: keys`, subject, options.keys);
  const tags = new ListSource(`${what}: tags`, subject, options.tags);
  const patterns = new ListSource(`${what}: patterns`, subject, options.patterns, 'globs');
  const events = new EventSource(`${what}: events`, options.events);

  return async function wrapper(this: unknown, ...args: unknown[]): Promise<unknown> {
    const value = await Reflect.apply(subject.fn, this, args);
    if (options.when !== undefined && !options.when(args as never, value as never)) return value;
    const scope = { args, receiver: this, result: { value } };
    const [keyList, tagList, globs] = [keys.listOf(scope), tags.listOf(scope), patterns.listOf(scope)];
    const tasks: (() => unknown)[] = [];
    if (keyList.length + tagList.length + globs.length > 0) {
      const cache = cacheFor(options, this);
      if (keyList.length > 0) tasks.push(() => cache.deleteMany(keyList));
      if (tagList.length > 0) tasks.push(() => cache.invalidateTags(tagList));
      for (const glob of globs) tasks.push(() => cache.invalidatePattern(glob));
    }
    for (const [event, payload] of events.payloadsOf(scope)) tasks.push(() => options.emitter?.emit(event, payload));
    await allDone(tasks);
    return value;
  };
}

/** Waits for all of them. @throws the first failure. */
async function allDone(tasks: readonly (() => unknown)[]): Promise<void> {
  const outcomes = await Promise.allSettled(tasks.map(async (task) => await task()));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
