import { show } from '../adapter/show.ts';
import { textToBinary } from './binary.ts';
import { MAX_DEPTH } from './unserializable.ts';

const DOLLAR = 36;
const INTEGER = /^-?\d+$/;
const NUMBERS: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
]);

type Reviver = (content: unknown, depth: number) => unknown;

/** Each gives `undefined` for content that is not of its tag, except for `$undefined` itself. */
const REVIVERS: ReadonlyMap<string, Reviver> = new Map<string, Reviver>([
  ['$number', (content) => NUMBERS.get(content)],
  ['$bigint', (content) => (isText(content) && INTEGER.test(content) ? BigInt(content) : undefined)],
  ['$date', date],
  ['$regexp', regexp],
  ['$map', map],
  ['$set', (content, depth) => (Array.isArray(content) ? new Set(array(content, depth)) : undefined)],
  ['$sparse', sparse],
]);

/**
 * The value that was tagged: the parsed tree, changed in place.
 *
 * @throws Error for unknown tags and for content that is not of its tag.
 */
export function revived(tree: unknown): unknown {
  return revive(tree, 0);
}

function revive(node: unknown, depth: number): unknown {
  if (typeof node !== 'object' || node === null) return node;
  // One more than is written: what stands for the innermost value may be an object.
  if (depth > MAX_DEPTH) throw new Error(`nested deeper than ${MAX_DEPTH}`);
  if (Array.isArray(node)) return array(node, depth);
  const keys = Object.keys(node);
  const record = node as Record<string, unknown>;
  const key = keys[0];
  if (keys.length === 1 && key!.charCodeAt(0) === DOLLAR) return untagged(key!, record[key!], depth);
  for (const name of keys) {
    const item = record[name];
    // An own property, so that `__proto__` is one like any other.
    if (typeof item === 'object' && item !== null) record[name] = revive(item, depth + 1);
  }
  return record;
}

function array(items: unknown[], depth: number): unknown[] {
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item === 'object' && item !== null) items[i] = revive(item, depth + 1);
  }
  return items;
}

function untagged(tag: string, content: unknown, depth: number): unknown {
  if (tag.charCodeAt(1) === DOLLAR) return { [tag.slice(1)]: revive(content, depth + 1) };
  if (tag === '$undefined') return undefined;
  const value = REVIVERS.get(tag)?.(content, depth) ?? (isText(content) ? textToBinary(tag, content) : undefined);
  if (value === undefined) throw new Error(`cannot read the tag ${show(tag)} of ${show(content)}`);
  return value;
}

function date(content: unknown): Date | undefined {
  return content === null || typeof content === 'number' ? new Date(content ?? Number.NaN) : undefined;
}

function regexp(content: unknown): RegExp | undefined {
  const [source, flags, lastIndex] = Array.isArray(content) ? (content as unknown[]) : [];
  if (!isText(source) || !isText(flags)) return undefined;
  const expression = new RegExp(source, flags);
  if (typeof lastIndex === 'number') expression.lastIndex = lastIndex;
  return expression;
}

function map(content: unknown, depth: number): Map<unknown, unknown> | undefined {
  const isPairs = Array.isArray(content) && content.every((pair) => Array.isArray(pair) && pair.length === 2);
  return isPairs ? new Map(array(content, depth) as [unknown, unknown][]) : undefined;
}

function sparse(content: unknown, depth: number): unknown[] | undefined {
  const [length, items] = Array.isArray(content) ? (content as unknown[]) : [];
  const isRecord = typeof items === 'object' && items !== null && !Array.isArray(items);
  if (!isLength(length) || !isRecord) return undefined;
  const holey: unknown[] = [];
  holey.length = length;
  for (const [index, item] of Object.entries(items)) {
    if (!INTEGER.test(index) || Number(index) >= length) return undefined;
    holey[Number(index)] = revive(item, depth + 1);
  }
  return holey;
}

function isLength(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
