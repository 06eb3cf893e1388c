import assert from 'node:assert/strict';
import { isPromise } from '../../maybe-promise.ts';
import type { Keyspace } from '../../ports/keyspace.ts';

/** The same keyspace; it fails when one of its methods answers with a promise. */
export function valuesOnly(keyspace: Keyspace): Keyspace {
  return guard(keyspace, '');
}

function guard<T extends object>(target: T, path: string): T {
  return new Proxy(target, {
    get(_, property) {
      const member: unknown = Reflect.get(target, property, target);
      const name = `${path}${String(property)}`;
      if (name === 'leases' || name === 'versions') return member && guard(member, `${name}.`);
      if (typeof member !== 'function') return member;
      const bound = member.bind(target);
      return name === 'leases.wait' ? bound : (...args: unknown[]) => checked(bound(...args), name);
    },
  });
}

function checked(answer: unknown, name: string): unknown {
  assert.ok(!isPromise(answer), `${name} of the sync view answered with a promise`);
  const listsLater = name === 'keys' && Symbol.iterator in (answer as object) === false;
  assert.ok(!listsLater, 'keys of the sync view answered with an asynchronous iterable');
  return answer;
}
