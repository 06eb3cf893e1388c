import type { Serializer } from '@uno-cache/core';
import type { CompressedOptions, EncryptedOptions, ProtobufType, StandardSchema } from '@uno-cache/serializers';
import { accepting, compressed, encrypted, json, msgpack, protobuf, v8, validated } from '@uno-cache/serializers';

const compression: CompressedOptions = { algorithm: 'zstd', threshold: '2kb', level: 3, maxSize: '8mb' };
const encryption: EncryptedOptions = { keys: [new Uint8Array(32), { id: 'old', key: new Uint8Array(32) }] };

export const serializer: Serializer = accepting(encrypted(compressed(msgpack(), compression), encryption), [v8()]);
export const messages = (type: ProtobufType): Serializer => protobuf(type);
export const checked = (schema: StandardSchema): Serializer => validated(json({ strict: true }), schema);

// @ts-expect-error lz4 is no algorithm of node:zlib
compressed(json(), { algorithm: 'lz4' });
// @ts-expect-error keys are bytes, not passwords
encrypted(json(), { keys: ['password'] });
