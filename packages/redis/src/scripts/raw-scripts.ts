import type { Script } from './script.ts';
import { script } from './script.ts';

/** → for each key its bytes and how long it lives on, in milliseconds; -1: for ever. Nothing for other types. */
export const readRawScript: Script = script(`
local found = {}
for i, key in ipairs(KEYS) do
  local bytes = redis.pcall('GET', key)
  found[2 * i - 1] = type(bytes) == 'string' and bytes or false
  found[2 * i] = redis.call('PTTL', key)
end
return found
`);

/** `ttl or nothing` → the bytes that live for that long from now, if there are any. */
export const touchRawScript: Script = script(`
local bytes = redis.pcall('GET', KEYS[1])
if type(bytes) ~= 'string' then return false end
if ARGV[1] == '' then redis.call('PERSIST', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return bytes
`);
