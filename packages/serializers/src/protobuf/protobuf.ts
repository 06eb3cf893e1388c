import type { Serializer } from '@uno-cache/core';
import { show } from '@uno-cache/core/adapter';
import { checkKept } from './check-kept.ts';
import type { ProtobufType } from './message-type.ts';
import { checkMessageType } from './message-type.ts';
import { CONVERSIONS, plainMessage } from './plain-message.ts';
import { withLongs } from './with-longs.ts';

/**
 * Protocol Buffers, for values of one message type of protobufjs, loaded or generated; id `protobuf:shop.User` and the
 * like. Types may gain fields between releases, as protobuf allows.
 *
 * It takes plain objects and messages, and gives plain objects: 64-bit integers as numbers, or as bigints where a number
 * is not exact; enums as numbers; bytes as Uint8Array. Fields that were left out come back as protobuf says: scalars
 * with their default, lists and maps empty; messages, members of a oneof and proto3's `optional` fields stay away. `null`
 * is as good as left out.
 *
 * It refuses what does not verify, fields that the message does not have, integers that do not fit, and texts as bytes.
 *
 * @throws TypeError for what is not a type of protobufjs.
 * @example
 * ```ts
 * import { protobuf } from '@uno-cache/serializers';
 * import { parse } from 'protobufjs';
 *
 * const { root } = parse('syntax = "proto3"; package shop; message User { string name = 1; repeated string roles = 2; }');
 * const users = protobuf(root.lookupType('shop.User'));
 * console.log(users.id, users.encode({ name: 'Ada' }, 'user:1').length); // protobuf:shop.User 5
 * ```
 */
export function protobuf(type: ProtobufType): Serializer {
  const name = checkMessageType(type);
  const plain = (message: object): unknown => plainMessage(type.toObject(message as never, CONVERSIONS));
  return Object.freeze({
    id: `protobuf:${name}`,
    encode(value: unknown): Uint8Array {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new Error(`$ is ${show(value)}, and no ${name}`);
      }
      const fields = withLongs(value) as Record<string, unknown>;
      const problem = type.verify(fields);
      if (problem !== null) throw new Error(`no ${name}: ${problem}`);
      const message = type.fromObject(fields);
      checkKept(value, plain(message));
      return type.encode(message as never).finish();
    },
    decode: (bytes: Uint8Array): unknown => plain(type.decode(bytes)),
  });
}
