import { expectTypeOf } from 'vitest';
import type { CachedHandle, CachedOptions } from '../src/index.ts';
import { cached, cachedMember, cachedSync, cachePut, invalidates } from '../src/index.ts';

interface User {
  readonly id: number;
  readonly tags: readonly string[];
}

declare function byId(id: number): Promise<User>;
declare function ofUser(user: User, more?: boolean): Promise<string>;
declare function either(id: number): Promise<number>;
declare function either(name: string): Promise<string>;
declare function generic<T extends string>(value: T): Promise<T>;
declare function atOnce(this: User, id: number): string;

// The function's type stays, with overloads and type parameters; the handle is beside it.
expectTypeOf(cached()(byId)).toExtend<typeof byId & CachedHandle<[id: number], User>>();
expectTypeOf(cached()(either)(1)).resolves.toEqualTypeOf<number>();
expectTypeOf(cached()(either)('a')).resolves.toEqualTypeOf<string>();
expectTypeOf(cached()(generic)('a')).resolves.toEqualTypeOf<'a'>();
expectTypeOf(cached()(byId).key).parameters.toEqualTypeOf<[id: number]>();
expectTypeOf(cached()(byId).peek(1)).resolves.toEqualTypeOf<User | undefined>();
// What answered at once answers with a promise; not so with cachedSync.
expectTypeOf(cached()(atOnce)).returns.toEqualTypeOf<Promise<string>>();
expectTypeOf(cached()(atOnce)).thisParameter.toEqualTypeOf<User>();
expectTypeOf(cachedSync()(atOnce)).returns.toEqualTypeOf<string>();
expectTypeOf(cachedSync()(atOnce).refresh(1)).toEqualTypeOf<string>();
expectTypeOf(invalidates({ keys: ['a'] })(byId)).toEqualTypeOf<typeof byId>();

// Templates are held against the parameters.
cached({ key: 'user:{0}' })(byId);
cached({ key: 'user:{id}' })(byId);
cached({ key: 'user:{id}:{1}' })(ofUser);
cached({ key: 'user:{0.id}:{{' })(ofUser);
cachePut({ key: 'user:{result.id}' })(byId);
// @ts-expect-error there is no second argument
cached({ key: 'user:{1}' })(byId);
// @ts-expect-error a user has no name
cached({ key: 'user:{0.name}' })(ofUser);
// @ts-expect-error a user has no name
cached({ key: 'user:{name}' })(async (user: User) => user);
// @ts-expect-error there are no arguments
cached({ key: 'user:{id}' })(async () => 1);

// Options of no function in particular fit every one.
const options: CachedOptions = { ttl: '10m', prefix: 'v1' };
expectTypeOf(cached(options)(byId)(1)).resolves.toEqualTypeOf<User>();

// Callbacks are held against parameters and value, and may take fewer.
cached({ key: (user: User) => `${user.id}`, when: ([user]: [User]) => user.id > 0 })(async (user: User) => user);
cached({ ttl: (user: User) => user.id, unless: (user) => user === null })(byId);
cached({ tags: (args: [number], user: User) => [`${args[0]}`, ...user.tags] })(byId);
// @ts-expect-error the key is made of a string
cached({ key: (id: string) => id })(byId);
// @ts-expect-error the arguments are no strings
cached({ when: ([id]: [string]) => id !== '' })(byId);
// @ts-expect-error the value is no string
cached({ unless: (value: string) => value === '' })(byId);
// @ts-expect-error a duration has no spaces
cached({ ttl: '10 min' });
// @ts-expect-error there is no such option
cached({ tll: 10 });

class Users {
  @cached({ key: 'user:{0}' })
  async get(id: number): Promise<User> {
    return byId(id);
  }
  @cached()
  static async all(): Promise<User[]> {
    return [];
  }
  @cached()
  get first(): Promise<User> {
    return byId(1);
  }
  @cachedSync(options)
  get size(): number {
    return 1;
  }
  // @ts-expect-error a method that is cached returns a promise
  @cached()
  now(): number {
    return 1;
  }
  // @ts-expect-error there is no second argument
  @cached({ key: 'user:{1}' })
  async one(id: number): Promise<User> {
    return byId(id);
  }
}

expectTypeOf(cachedMember(new Users(), 'get').peek(1)).resolves.toEqualTypeOf<User | undefined>();
expectTypeOf(cachedMember(Users, 'all').key()).toEqualTypeOf<string>();
expectTypeOf(cachedMember(new Users(), 'first').peek()).resolves.toEqualTypeOf<User | undefined>();
expectTypeOf(cachedMember(new Users(), 'size').peek()).toEqualTypeOf<number | undefined>();
