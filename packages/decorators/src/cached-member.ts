import { show } from '@uno-cache/core/adapter';
import type { CachedHandle, SyncCachedHandle } from './call/handle.ts';
import { handlesOf } from './call/handles.ts';
import type { Callable } from './form/callable.ts';

/** The handle of a member: asynchronous where the member is. */
export type MemberHandle<M> = M extends Callable
  ? ReturnType<M> extends PromiseLike<unknown>
    ? CachedHandle<Parameters<M>, Awaited<ReturnType<M>>>
    : SyncCachedHandle<Parameters<M>, ReturnType<M>>
  : M extends PromiseLike<infer V>
    ? CachedHandle<[], V>
    : SyncCachedHandle<[], M>;

/**
 * The `key`, `invalidate`, `refresh` and `peek` of a cached method or getter, for one object: typed, where TypeScript
 * does not know what a decorator adds, and right for what a class inherits and for keys that differ by instance.
 *
 * @param owner - the object; the class, of a static member.
 * @throws TypeError when the member is not cached, or hidden by another decorator above.
 */
export function cachedMember<T extends object, P extends keyof T>(owner: T, property: P): MemberHandle<T[P]> {
  for (let at = owner as object | null; at !== null; at = Object.getPrototypeOf(at)) {
    const descriptor = Object.getOwnPropertyDescriptor(at, property);
    if (descriptor === undefined) continue;
    const handleOf = handlesOf(descriptor.value ?? descriptor.get);
    if (handleOf === undefined) break;
    return handleOf(owner) as MemberHandle<T[P]>;
  }
  throw new TypeError(
    `${show(owner)} has no cached member ${show(property)}: decorate it with @cached(), above other decorators that replace it.`,
  );
}
