import type { Serializer } from '@uno-cache/core';
import { checkSerializer, mismatch } from '@uno-cache/core/adapter';
import type { StandardResult, StandardSchema } from './standard-schema.ts';
import { describeIssues } from './standard-schema.ts';

/**
 * The inner serializer, for values that fit a schema: of zod, valibot, arktype or any other that speaks Standard Schema.
 *
 * A value that does not fit is refused when it is set. One that no longer fits when it is read is a miss, so a release
 * with a new shape heals the cache by itself.
 *
 * The value is stored as it was set, and a read gives what the schema makes of it: defaults are filled in, unknown
 * properties go if the schema drops them, transforms run at each read. What a schema gives should fit the same schema
 * again, else a hit is of another type than what was set. Tiers that keep no bytes give the value as it was set.
 *
 * The id is the inner serializer's, since the bytes are the same: a schema can be added and removed without a cold cache.
 *
 * @throws TypeError for what is not a schema; of an asynchronous schema, when it is first used.
 * @example
 * ```ts
 * import { json, validated } from '@uno-cache/serializers';
 * import { z } from 'zod';
 *
 * const users = validated(json(), z.object({ name: z.string(), roles: z.array(z.string()).default([]) }));
 * const old = json().encode({ name: 'Ada' }, 'user:1');
 * console.log(users.decode(old, 'user:1')); // { name: 'Ada', roles: [] }
 * ```
 */
export function validated(inner: Serializer, schema: StandardSchema): Serializer {
  checkSerializer(inner, 'validated(): inner');
  checkSchema(schema);
  return Object.freeze({
    id: inner.id,
    ...(inner.accepts !== undefined && { accepts: inner.accepts }),
    encode(value: unknown, key: string): Uint8Array {
      parsed(schema, value);
      return inner.encode(value, key);
    },
    decode: (bytes: Uint8Array, key: string, id?: string): unknown => parsed(schema, inner.decode(bytes, key, id)),
  });
}

/** What the schema makes of the value. */
function parsed(schema: StandardSchema, value: unknown): unknown {
  const result = schema['~standard'].validate(value);
  if (isPromise(result)) {
    // Nobody waits for it: what it fails with must not end the process.
    result.then(undefined, () => {});
    throw new TypeError('validated(): schema is asynchronous, and a serializer cannot wait');
  }
  if (result.issues !== undefined) throw new Error(`does not fit the schema: ${describeIssues(result.issues)}`);
  return result.value;
}

function checkSchema(schema: StandardSchema): void {
  const isObject = (typeof schema === 'object' && schema !== null) || typeof schema === 'function';
  const standard: Partial<StandardSchema['~standard']> | undefined = isObject ? schema['~standard'] : undefined;
  if (standard?.version === 1 && typeof standard.validate === 'function') return;
  throw new TypeError(
    mismatch('validated(): schema', 'a Standard Schema (version 1), as zod, valibot and arktype make', schema),
  );
}

function isPromise(result: StandardResult | Promise<StandardResult>): result is Promise<StandardResult> {
  return typeof (result as { then?: unknown }).then === 'function';
}
