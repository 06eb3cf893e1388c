import type { BusMessage } from '../ports/bus.ts';

/**
 * Whether something that came over a wire, or out of a file, is a message of a bus: of a kind that this version knows and
 * with all that it has to have. A bus passes nothing else to its receivers.
 */
export function isBusMessage(value: unknown): value is BusMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, sender, region, at, keys, versions, pattern, tags } = value as Record<string, unknown>;
  if (typeof sender !== 'string' || typeof region !== 'string' || typeof at !== 'number') return false;
  switch (kind) {
    case 'set':
    case 'touch':
    case 'expire':
      return isListOf(isString, keys) && isListOf(isNumber, versions) && keys.length === versions.length;
    case 'delete':
      return isListOf(isString, keys);
    case 'pattern':
      return isString(pattern);
    case 'tags':
      return isListOf(isTag, tags);
    case 'clear':
      return true;
    default:
      return false;
  }
}

function isListOf<T>(isItem: (item: unknown) => item is T, value: unknown): value is readonly T[] {
  return Array.isArray(value) && value.every(isItem);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isTag(value: unknown): value is readonly [tag: string, version: string] {
  return isListOf(isString, value) && value.length === 2;
}
