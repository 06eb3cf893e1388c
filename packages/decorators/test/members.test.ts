import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { beforeEach, describe, expect, test } from 'vitest';
import { cached, cachedMember, cachedSync, cacheKey, invalidates } from '../src/index.ts';

let cache = createCache({ tiers: [memory()] });
const here = () => cache;

beforeEach(() => {
  cache = createCache({ tiers: [memory()] });
});

class Repository {
  readonly table: string;
  runs = 0;
  constructor(table: string) {
    this.table = table;
  }
  @cached({ cache: here })
  async find(id: number) {
    return `${this.table} ${id} ${++this.runs}`;
  }
}
class Users extends Repository {}
class Posts extends Repository {}
class Drafts extends Posts {
  @cached({ cache: here })
  override async find(id: number) {
    return `draft of ${await super.find(id)}`;
  }
}

describe('classes that inherit', () => {
  test('have keys of their own', async () => {
    expect(await new Users('users').find(1)).toBe('users 1 1');
    expect(await new Posts('posts').find(1)).toBe('posts 1 1');
    expect(await new Repository('any').find(1)).toBe('any 1 1');
    expect(await cache.get('Users/Repository.find:1')).toBe('users 1 1');
    expect(await cache.get('Repository.find:1')).toBe('any 1 1');
  });

  test('may override and call the one above', async () => {
    expect(await new Drafts('posts').find(1)).toBe('draft of posts 1 1');
    expect(await cache.get('Drafts/Repository.find:1')).toBe('posts 1 1');
    expect(await cache.get('Drafts.find:1')).toBe('draft of posts 1 1');
  });

  test('cachedMember is right for them; the wrapper alone does not guess', async () => {
    const users = new Users('users');
    await users.find(1);
    expect(cachedMember(users, 'find').key(1)).toBe('Users/Repository.find:1');
    expect(await cachedMember(users, 'find').invalidate(1)).toBe(true);
    const handle = users.find as unknown as { key(id: number): string };
    expect(() => handle.key(1)).toThrow(/depend on the instance; use cachedMember/);
  });
});

describe('instances', () => {
  class Account {
    readonly id: number;
    constructor(id: number) {
      this.id = id;
    }
    @cached({ cache: here, instanceKey: (account: Account) => account.id })
    async balance(currency: string) {
      return `${this.id} ${currency}`;
    }
    @cached({ cache: here, key: 'name:{this.id}' })
    async title() {
      return `title ${this.id}`;
    }
    @cached({ cache: here })
    async shared() {
      return this.id;
    }
  }
  class Keyed {
    readonly id: string;
    constructor(id: string) {
      this.id = id;
    }
    [cacheKey]() {
      return this.id;
    }
    @cachedSync({ cache: here })
    get size() {
      return this.id;
    }
  }

  test('share the keys of their class, unless something tells them apart', async () => {
    const [one, two] = [new Account(1), new Account(2)];
    expect([await one.shared(), await two.shared()]).toEqual([1, 1]);
    expect([await one.balance('EUR'), await two.balance('EUR')]).toEqual(['1 EUR', '2 EUR']);
    expect([await one.title(), await two.title()]).toEqual(['title 1', 'title 2']);
    expect([new Keyed('a').size, new Keyed('a:b').size]).toEqual(['a', 'a:b']);
    expect(cachedMember(two, 'balance').key('EUR')).toBe('Account.balance@2:"EUR"');
    expect(cachedMember(new Keyed('a:b'), 'size').key()).toBe('Keyed.size@"a%3Ab":');
    const handle = one.balance as unknown as { key(currency: string): string };
    expect(() => handle.key('EUR')).toThrow(/depend on the instance/);
  });
});

test('getters, static and private members', async () => {
  let runs = 0;
  class Config {
    @cached({ cache: here })
    get all() {
      return Promise.resolve(++runs);
    }
    @cached({ cache: here })
    static async load(name: string) {
      return `${name} ${++runs}`;
    }
    @cached({ cache: here })
    async load(name: string) {
      return `${name} ${++runs}`;
    }
    @cached({ cache: here })
    async #secret(name: string) {
      return `${name} ${++runs}`;
    }
    async tell(name: string) {
      return this.#secret(name);
    }
  }
  const config = new Config();
  expect([await config.all, await config.all]).toEqual([1, 1]);
  expect([await Config.load('a'), await Config.load('a'), await config.load('a')]).toEqual(['a 2', 'a 2', 'a 3']);
  expect([await config.tell('b'), await config.tell('b')]).toEqual(['b 4', 'b 4']);
  const keys = ['Config.all:', 'Config.static.load:"a"', 'Config.load:"a"', 'Config.#secret:"b"'];
  expect([...(await cache.getMany(keys)).keys()]).toEqual(keys);
  expect(cachedMember(Config, 'load').key('a')).toBe('Config.static.load:"a"');
  expect(await cachedMember(config, 'all').invalidate()).toBe(true);
  expect(await config.all).toBe(5);
});

test('classes of one name in one cache are told, not mixed up', async () => {
  const make = (answer: string) => {
    class Service {
      @cached({ cache: here })
      async ask() {
        return answer;
      }
    }
    return new Service();
  };
  const [one, two] = [make('one'), make('two')];
  expect(await one.ask()).toBe('one');
  await expect(two.ask()).rejects.toThrow(/Two different functions are cached as "Service.ask"/);
  cache = createCache({ tiers: [memory()] });
  expect(await two.ask()).toBe('two');
});

test('decorators stand upon each other', async () => {
  class Users {
    runs = 0;
    @cached({ cache: here, key: 'user:{id}' })
    async get(id: number) {
      return `${id} ${++this.runs}`;
    }
    @invalidates({ cache: here, keys: ['user:{id}'] })
    async rename(id: number) {
      return id;
    }
  }
  const users = new Users();
  await users.get(1);
  await users.rename(1);
  expect(await users.get(1)).toBe('1 2');
});

test('refuses fields, and classes without a name', async () => {
  expect(() => {
    class Wrong {
      // @ts-expect-error a field is no method
      @cached({ cache: here })
      field = 1;
    }
    return Wrong;
  }).toThrow(/methods and getters, not a field/);
  class Nameless {
    @cached({ cache: here })
    async load() {
      return 1;
    }
  }
  Object.defineProperty(Nameless, 'name', { value: '' });
  const anonymous = new Nameless();
  await expect(anonymous.load()).rejects.toThrow(/anonymous class of load/);
  expect(() => cachedMember({ a: 1 }, 'a')).toThrow(/no cached member "a"/);
});
