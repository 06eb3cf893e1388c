import type { Script } from '../scripts/script.ts';
import { script } from '../scripts/script.ts';

/**
 * `ids last read, or nothing`, one for each stream → nothing where that is still in the stream, so that reading goes on
 * from there; else the newest id. A stream that is empty is begun: there has to be something to find again.
 */
export const resumeScript: Script = script(`
local ids = {}
for i, key in ipairs(KEYS) do
  local last = ARGV[i]
  local found = last ~= '' and redis.pcall('XRANGE', key, last, last) or {}
  if #found == 1 then
    ids[i] = ''
  else
    local newest = redis.pcall('XREVRANGE', key, '+', '-', 'COUNT', 1)
    if newest.err then
      redis.call('UNLINK', key)
      newest = {}
    end
    ids[i] = newest[1] and newest[1][1] or redis.call('XADD', key, '*', 'n', '')
  end
end
return ids
`);

/** `length of the stream, field, value` → the id. Without room the stream goes, which tells its readers to doubt. */
export const publishScript: Script = script(`
local sent = redis.pcall('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', ARGV[2], ARGV[3])
if type(sent) == 'table' and sent.err then
  redis.call('UNLINK', KEYS[1])
  return ''
end
return sent
`);
