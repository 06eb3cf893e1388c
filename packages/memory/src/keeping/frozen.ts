import type { Keeping } from './keeping.ts';

/** What has been frozen all the way down, so that it is not walked through again. */
const done = new WeakSet<object>();

/** The value that was set is frozen, and everyone shares it. */
export const frozen: Keeping = {
  keep(_, entry) {
    freezeDeep(entry.value);
    return entry;
  },
  give: (_, kept) => kept,
};

/**
 * Freezes objects and arrays all the way down, also those within a Map or a Set. What the language cannot freeze stays
 * changeable: the contents of a Map, a Set, a Date, a typed array or a buffer, and private fields. Accessors are not
 * called.
 */
function freezeDeep(value: unknown): void {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const item = open.pop();
    if (typeof item !== 'object' || item === null || done.has(item)) continue;
    done.add(item);
    if (ArrayBuffer.isView(item)) continue;
    if (item instanceof Map) for (const pair of item) open.push(...pair);
    else if (item instanceof Set) open.push(...item);
    for (const name of Reflect.ownKeys(item)) open.push(Object.getOwnPropertyDescriptor(item, name)!.value);
    Object.freeze(item);
  }
}
