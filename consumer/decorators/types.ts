import type { CachedFunction, CachedOptions } from '@uno-cache/decorators';
import { cached, cachedMany, cachedMember, cachedSync } from '@uno-cache/decorators';

const options: CachedOptions = { ttl: '10m', staleIfError: '1h', region: 'users', prefix: 'v1' };
const byId = async (id: number): Promise<string> => `${id}`;
export const load: CachedFunction<typeof byId> = cached({ key: 'user:{0}' })(byId);
export const key: string = load.key(1);
export const many = cachedMany({ key: 'user:{0}', load: (ids: readonly number[]) => ids.map(String) });

class Users {
  @cached({ key: 'user:{0}', ttl: '10m' })
  async get(id: number): Promise<string> {
    return `${id}`;
  }

  @cachedSync(options)
  get size(): number {
    return 1;
  }
}

export const gone: Promise<boolean> = cachedMember(new Users(), 'get').invalidate(1);
// @ts-expect-error there is no second argument
cached({ key: 'user:{1}' })(byId);
