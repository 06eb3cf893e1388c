import type { Script } from '../scripts/script.ts';
import { script } from '../scripts/script.ts';

/**
 * For each stream the id that was read last and the one that was last before the last read, or nothing → nothing where
 * both are still in the stream, so that reading goes on from there; else the newest id. A stream that is empty is begun:
 * there has to be something to find again. The older id tells of a flush that came while a read waited, for then the first
 * entry of the new stream looks like the next one of the old.
 */
export const resumeScript: Script = script(`
local function has(key, id)
  local found = redis.pcall('XRANGE', key, id, id)
  return #found == 1
end

local ids = {}
for i, key in ipairs(KEYS) do
  local last, before = ARGV[2 * i - 1], ARGV[2 * i]
  if last ~= '' and has(key, last) and (before == '' or has(key, before)) then
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

/**
 * `milliseconds since somebody joined` → where reading has to begin so that nothing is missed that was published since;
 * whether something may be missed all the same; the fields of the entry there, where they are to be read too. Nothing is
 * missed when an older entry is there still, when the stream is new, or when nothing was ever taken from it.
 */
export const joinScript: Script = script(`
local key = KEYS[1]
local time = redis.call('TIME')
local since = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[1])
local before = redis.pcall('XREVRANGE', key, since, '-', 'COUNT', 1)
if before.err then
  redis.call('UNLINK', key)
  before = {}
end
if before[1] then return { before[1][1], 0 } end
if redis.call('EXISTS', key) == 0 then return { redis.call('XADD', key, '*', 'n', ''), 0 } end
local info, facts = redis.call('XINFO', 'STREAM', key), {}
for i = 1, #info, 2 do facts[info[i]] = info[i + 1] end
local first = redis.call('XRANGE', key, '-', '+', 'COUNT', 1)[1]
if facts['entries-added'] == facts['length'] then return { first[1], 0, first[2] } end
return { redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)[1][1], 1 }
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
