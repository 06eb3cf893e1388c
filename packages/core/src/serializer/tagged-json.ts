import type { Serializer } from '../ports/serializer.ts';
import { revived } from './revive.ts';
import { tagTree } from './tag-tree.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

const SPACE = 32;

/**
 * The default serializer, id `json`: JSON text, with tags for what JSON cannot hold.
 *
 * Data of plain objects, arrays, strings, numbers, booleans and `null` is the text that `JSON.stringify` gives. A text
 * that begins with a space has tags in it, objects with one property such as `{"$date":0}`: for `undefined` within
 * objects and arrays, `NaN`, the infinities, `-0`, bigint, Date, RegExp, Map, Set, typed arrays, ArrayBuffer, DataView,
 * Buffer and holes of arrays. An object that looks like a tag itself gets a second `$` and comes back as it was.
 *
 * What else has a class comes back as a plain object of its own enumerable properties, an Error with its name and
 * message too; a `toJSON` method decides instead where there is one. Properties named by symbols, and those added to
 * arrays, Maps or Dates, are left out. Text from elsewhere cannot change a prototype.
 *
 * `encode` throws an Error that names the place (`$.user.roles[2]`) for functions, symbols, promises, weak collections,
 * cycles and nesting deeper than 1,000.
 */
export const taggedJson: Serializer = Object.freeze({
  id: 'json',
  encode(value: unknown): Uint8Array {
    const { tree, isTagged } = tagTree(value);
    const text = JSON.stringify(tree);
    return encodeUtf8(isTagged ? ` ${text}` : text);
  },
  decode(bytes: Uint8Array): unknown {
    const text = decodeUtf8(bytes);
    const tree: unknown = JSON.parse(text);
    return text.charCodeAt(0) === SPACE ? revived(tree) : tree;
  },
});
