import type { Script } from './script.ts';
import { script } from './script.ts';

/** How long the version of a name lasts that was renewed before anybody asked for it: nothing carries an older one. */
const UNASKED_MS = 86_400_000;

/** `ttl or nothing, new versions`, one for each key → versions. */
export const ensureScript: Script = script(`
local ttl = ARGV[1]
local versions = {}
for i, key in ipairs(KEYS) do
  local version = redis.pcall('GET', key)
  if type(version) == 'string' and version ~= '' then
    local left = redis.call('PTTL', key)
    if left >= 0 and ttl == '' then
      redis.call('PERSIST', key)
    elseif left >= 0 and left < tonumber(ttl) then
      redis.call('PEXPIRE', key, ttl)
    end
  else
    version = ARGV[i + 1]
    if ttl == '' then redis.call('SET', key, version) else redis.call('SET', key, version, 'PX', ttl) end
  end
  versions[i] = version
end
return versions
`);

/**
 * `versions`, one for each key, in order. They last as long as the ones before. A full server takes the old one away: a
 * version that is not found gets a new one.
 */
export const renewVersionsScript: Script = script(`
for i, key in ipairs(KEYS) do
  local done
  if redis.call('EXISTS', key) == 1 then
    done = redis.pcall('SET', key, ARGV[i], 'KEEPTTL')
  else
    done = redis.pcall('SET', key, ARGV[i], 'PX', ${UNASKED_MS})
  end
  if done.err then redis.call('UNLINK', key) end
end
return 1
`);
