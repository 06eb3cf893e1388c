import { mismatch } from '@uno-cache/core/adapter';

const ALLOWED = 'a finite number or a string that is not empty, or an array of these';

/**
 * The values at a path of a payload, as texts: several where the path meets an array.
 *
 * An empty string is refused: in `user:{id}*` it would stand for every user.
 *
 * @param owner - whose payload it is: `event "user.updated"`.
 * @throws TypeError naming the owner and the field.
 */
export function fieldValues(payload: unknown, path: string, owner: string): string[] {
  let found: unknown[] = [payload];
  for (const name of path.split('.')) found = found.flatMap((holder) => valuesOf(property(holder, name)));
  return found.map((value) => textOf(value, path, owner));
}

function property(holder: unknown, name: string): unknown {
  const isObject = typeof holder === 'object' && holder !== null;
  return isObject && (Object.hasOwn(holder, name) || !(name in Object.prototype))
    ? (holder as Record<string, unknown>)[name]
    : undefined;
}

function valuesOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

function textOf(value: unknown, path: string, owner: string): string {
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw new TypeError(mismatch(`field "${path}" of ${owner}`, ALLOWED, value));
}
