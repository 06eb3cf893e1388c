import { entryLua, writeLua } from './entry-lua.ts';
import type { Script } from './script.ts';
import { script } from './script.ts';

/** `head, rest, ttl` → version, time. The key's lease goes with what stood there. */
export const setScript: Script = script(
  entryLua,
  writeLua,
  `
local us = now_us()
return store(KEYS[1], read(KEYS[1]), us, ARGV[1], ARGV[2], ARGV[3])
`,
);

/** → whether a value was there that reads answer with, time. */
export const deleteScript: Script = script(
  entryLua,
  writeLua,
  `
local us = now_us()
local e = read(KEYS[1])
redis.call('UNLINK', KEYS[1])
wake(KEYS[1], e, us / 1000)
announce(0, us)
return { visible(e, us / 1000) and 1 or 0, us }
`,
);

/** As the former for many keys, which nothing announces. → one answer each. */
export const deleteManyScript: Script = script(
  entryLua,
  `
local ms = now_us() / 1000
local there = {}
for i, key in ipairs(KEYS) do
  local e = read(key)
  redis.call('UNLINK', key)
  wake(key, e, ms)
  there[i] = visible(e, ms) and 1 or 0
end
return there
`,
);

/** `fresh until` → version or 0, time. Leases stand. */
export const touchScript: Script = script(
  entryLua,
  writeLua,
  `
local us = now_us()
local ms = us / 1000
local e = read(KEYS[1])
if not visible(e, ms) then return { 0, us } end
local fresh = struct.unpack('<d', ARGV[1])
local version = next_version(e, us)
local head = patched(e.head, 32, struct.pack('<d', version))
head = patched(head, 48, ARGV[1])
head = patched(head, 88, struct.pack('<d', math.max(e.slides, fresh)))
redis.call('SETRANGE', KEYS[1], 0, sealed(head))
keep_for(KEYS[1], e, ms, fresh + e.usable - ms)
announce(version, us)
return { version, us }
`,
);

/**
 * → version, or 0 when there was no value that reads answer with; time. The windows run from now. What has none left,
 * and a marker, is deleted.
 */
export const expireScript: Script = script(
  entryLua,
  writeLua,
  `
local us = now_us()
local ms = us / 1000
local e = read(KEYS[1])
if not e then
  announce(0, us)
  return { 0, us }
end
local was_visible = visible(e, ms)
local version = next_version(e, us)
-- Whole milliseconds, as clients count: it must not be fresh a moment longer to them.
local fresh = math.min(math.floor(ms), e.fresh)
wake(KEYS[1], e, ms)
if e.marker or fresh + e.usable <= ms then
  redis.call('UNLINK', KEYS[1])
else
  local head = patched(e.head, 32, struct.pack('<d', version))
  head = patched(head, 48, struct.pack('<d', fresh))
  head = patched(head, 80, struct.pack('<d', 0))
  head = patched(head, 96, string.rep('\\0', 24))
  e.leased_until = 0
  -- What cannot be said on a full server is taken away.
  local done = redis.pcall('SETRANGE', KEYS[1], 0, sealed(head))
  if type(done) == 'table' and done.err then
    redis.call('UNLINK', KEYS[1])
  else
    keep_for(KEYS[1], e, ms, fresh + e.usable - ms)
  end
end
announce(was_visible and version or 0, us)
return { was_visible and version or 0, us }
`,
);

/** `header as it was read`: takes away what no reader can read, unless it has been replaced. */
export const dropDamagedScript: Script = script(`
if redis.pcall('GETRANGE', KEYS[1], 0, #ARGV[1] - 1) == ARGV[1] then redis.call('UNLINK', KEYS[1]) end
return 1
`);
