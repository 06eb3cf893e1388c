import type { Serializer } from '@uno-cache/core';
import { mismatch } from '@uno-cache/core/adapter';

/** The ids of a wrapper, made from those of what it wraps: `zstd` around `json` is `zstd+json`. */
export interface WrappedIds {
  readonly id: string;
  readonly accepts?: readonly string[];
}

/** What a wrapper accepts is what the wrapped serializer accepts, each in the same wrapping. */
export function wrappedIds(name: string, inner: Serializer): WrappedIds {
  const accepts = inner.accepts?.map((id) => `${name}+${id}`);
  return { id: `${name}+${inner.id}`, ...(accepts !== undefined && { accepts }) };
}

/** The id for the wrapped serializer, of one that the wrapper was given. */
export function unwrappedId(name: string, id: string | undefined): string | undefined {
  return id?.slice(name.length + 1);
}

/**
 * @returns the value.
 * @throws TypeError when it is not a serializer.
 */
export function checkSerializer(value: Serializer, argument: string): Serializer {
  const candidate = value as Partial<Serializer> | null | undefined;
  if (typeof candidate?.encode === 'function' && typeof candidate.decode === 'function' && isText(candidate.id)) {
    return value;
  }
  throw new TypeError(mismatch(argument, 'a Serializer, such as json()', value));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
