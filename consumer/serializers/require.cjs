const assert = require('node:assert/strict');
const { accepting, compressed, json, msgpack, protobuf, v8, validated } = require('@uno-cache/serializers');

const serializer = accepting(compressed(msgpack()), [json(), v8()]);
assert.deepEqual(serializer.accepts, ['plain-json', 'v8']);
const value = new Map([['a', new Set([1n, new Date(0)])]]);
assert.deepEqual(serializer.decode(serializer.encode(value, 'key'), 'key'), value);

const anything = { '~standard': { version: 1, vendor: 'none', validate: (value) => ({ value }) } };
assert.equal(validated(json(), anything).id, 'plain-json');
assert.throws(() => protobuf({}), TypeError);
