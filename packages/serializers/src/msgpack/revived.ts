import { MAX_DEPTH, show } from '@uno-cache/core/adapter';
import { isTagName, tags } from './tags.ts';

/**
 * The value that was tagged: the unpacked tree, changed in place.
 *
 * @throws Error for unknown tags and for content that is not of its tag.
 */
export function revived(tree: unknown): unknown {
  return revive(tree, 0);
}

function revive(node: unknown, depth: number): unknown {
  if (typeof node !== 'object' || node === null) return node;
  // More than is written: a tag and its content stand for one object.
  if (depth > 2 * MAX_DEPTH + 1) throw new Error(`nested deeper than ${MAX_DEPTH}`);
  if (Array.isArray(node)) return array(node, depth);
  if (node instanceof Set) return new Set(array([...node], depth));
  return Object.getPrototypeOf(node) === Object.prototype ? record(node as Record<string, unknown>, depth) : node;
}

function array(items: unknown[], depth: number): unknown[] {
  for (let i = 0; i < items.length; i++) items[i] = revive(items[i], depth + 1);
  return items;
}

function record(node: Record<string, unknown>, depth: number): unknown {
  const names = Object.keys(node);
  if (names.length === 1 && isTagName(names[0]!)) return untagged(names[0]!, node[names[0]!], depth);
  for (const name of names) node[name] = revive(node[name], depth + 1);
  return node;
}

function untagged(tag: string, content: unknown, depth: number): unknown {
  if (tag === tags.number && content === '-0') return -0;
  if (tag === tags.text && Buffer.isBuffer(content)) return content.toString('utf16le');
  if (Array.isArray(content) && content.length % 2 === 0) {
    if (tag === tags.map) return new Map(pairs(array(content, depth)));
    // Own properties, whatever their names are.
    if (tag === tags.object) return Object.fromEntries(named(pairs(array(content, depth))));
  }
  throw new Error(`cannot read the tag ${show(tag)} of ${show(content)}`);
}

function pairs(flat: readonly unknown[]): [unknown, unknown][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
}

function named(entries: [unknown, unknown][]): [string, unknown][] {
  if (entries.every(([name]) => typeof name === 'string')) return entries as [string, unknown][];
  throw new Error('an object whose names are not text');
}
