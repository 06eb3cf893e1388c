import { scopePrefix, versionPrefix } from '@uno-cache/core/adapter';

/** What a key of the server is to a cache: an entry's key, or that of a tag's version. */
export interface TrackedName {
  readonly region: string;
  readonly isTag: boolean;
  /** The entry's key or the tag, as the cache has it. */
  readonly key: string;
}

/** What the names of all regions of a namespace begin with: those of entries, and those of tags. */
export type TrackedPrefixes = readonly [entries: string, tags: string];

export function trackedPrefixes(prefix: string, namespace: string): TrackedPrefixes {
  const root = { namespace, region: '' };
  return [prefix + scopePrefix(root).slice(0, -1), prefix + versionPrefix(root).slice(0, -1)];
}

/** `undefined` when no cache can have made the name. */
export function parseName(name: string, [entries, tags]: TrackedPrefixes): TrackedName | undefined {
  const isTag = name.startsWith(tags);
  if (!isTag && !name.startsWith(entries)) return undefined;
  const begin = isTag ? tags.length : entries.length;
  const end = name.indexOf(':', begin);
  if (end < 0) return undefined;
  try {
    return { region: decodeURIComponent(name.slice(begin, end)), isTag, key: name.slice(end + 1) };
  } catch {
    return undefined;
  }
}
