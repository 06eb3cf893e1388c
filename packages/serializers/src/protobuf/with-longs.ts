import { longOf } from './plain-message.ts';

/** The value with bigints as protobufjs takes them; a copy only where there are any. */
export function withLongs(value: unknown): unknown {
  if (typeof value === 'bigint') return longOf(value);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return withLongItems(value);
  let copy: Record<string, unknown> | undefined;
  for (const [name, item] of Object.entries(value)) {
    const converted = typeof item === 'string' ? item : withLongs(item);
    if (Object.is(converted, item)) continue;
    copy ??= { ...value };
    copy[name] = converted;
  }
  return copy ?? value;
}

function withLongItems(items: readonly unknown[]): readonly unknown[] {
  const converted = items.map(withLongs);
  return converted.some((item, i) => !Object.is(item, items[i])) ? converted : items;
}
