import type { Serializer } from '@uno-cache/core';

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
