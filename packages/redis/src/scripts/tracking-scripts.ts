import type { Script } from './script.ts';
import { script } from './script.ts';

/** `last byte` → time; for each key its bytes up to that one, none for a key that is absent or of another type. */
export const headsScript: Script = script(`
local time = redis.call('TIME')
local heads = { time[1] * 1000000 + time[2] }
for i, key in ipairs(KEYS) do
  local head = redis.pcall('GETRANGE', key, 0, ARGV[1])
  heads[i + 1] = type(head) == 'string' and head or ''
end
return heads
`);
