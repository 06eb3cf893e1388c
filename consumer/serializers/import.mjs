import assert from 'node:assert/strict';
import { compressed, encrypted, json, msgpack, v8 } from '@uno-cache/serializers';

const keys = [new Uint8Array(32).fill(7)];
const value = { list: [1, 'two'.repeat(1_000)] };
for (const serializer of [json(), msgpack(), v8(), encrypted(compressed(msgpack(), { algorithm: 'gzip' }), { keys })]) {
  assert.deepEqual(serializer.decode(serializer.encode(value, 'key'), 'key'), value);
}
assert.equal(compressed(json(), { algorithm: 'brotli' }).id, 'brotli+plain-json');
