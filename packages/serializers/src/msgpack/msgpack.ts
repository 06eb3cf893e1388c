import type { Serializer } from '@uno-cache/core';
import { Packr } from 'msgpackr/pack';
import { plainTree } from './plain-tree.ts';
import { revived } from './revived.ts';

/** The byte that MessagePack never uses: in front of it, tags are to be looked for. */
const TAGGED = 0xc1;
const TAGGED_MARK = Uint8Array.of(TAGGED);

/**
 * MessagePack by msgpackr, id `msgpack`: binary, without base64 for bytes. Plain data is standard MessagePack, Date its
 * timestamp; msgpackr's extensions hold `undefined`, bigint, Set, RegExp and typed arrays.
 *
 * It keeps what the default serializer keeps, apart from the holes of arrays (`undefined`) and the `lastIndex` of a RegExp.
 * Instances of classes come back as plain objects, or as what their `toJSON` gives; functions, symbols, promises, cycles
 * and nesting deeper than 1,000 are refused, naming the place.
 *
 * Every entry stands for itself: msgpackr's records, whose structures are shared between messages, are not used.
 *
 * @example
 * ```ts
 * import { msgpack } from '@uno-cache/serializers';
 *
 * const bytes = msgpack().encode({ at: new Date(0), seen: new Map([['a', 1n]]) }, 'k');
 * console.log(msgpack().decode(bytes, 'k')); // { at: 1970-01-01T00:00:00.000Z, seen: Map(1) { 'a' => 1n } }
 * ```
 */
export function msgpack(): Serializer {
  const packr = new Packr({
    useRecords: false,
    variableMapSize: true,
    moreTypes: true,
    useBigIntExtension: true,
    int64AsType: 'bigint',
    structuredClone: false,
    copyBuffers: true,
    ...{ useToJSON: false },
  });
  return Object.freeze({
    id: 'msgpack',
    encode(value: unknown): Uint8Array {
      const { tree, isTagged } = plainTree(value);
      const bytes = packr.pack(tree);
      return isTagged ? Buffer.concat([TAGGED_MARK, bytes]) : bytes;
    },
    decode(bytes: Uint8Array): unknown {
      const isTagged = bytes[0] === TAGGED;
      const start = isTagged ? 1 : 0;
      // A view of its own: msgpackr leaves a property on what it is given. A Buffer, since `copyBuffers` gives the same.
      const body = Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start);
      const tree: unknown = packr.unpack(body);
      return isTagged ? revived(tree) : tree;
    },
  });
}
