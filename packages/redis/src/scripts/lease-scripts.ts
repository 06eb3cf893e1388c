import { entryLua, writeLua } from './entry-lua.ts';
import type { Script } from './script.ts';
import { script } from './script.ts';

/**
 * The two lowest bits of a token's last byte say what it is: 1, given to many, to copy with; 2, somebody waits for its
 * end. The second comes and goes, so tokens are compared without it.
 */
const tokenLua = `
local function is_awaited(token) return string.byte(token, 16) % 4 >= 2 end
local function is_shared(token) return string.byte(token, 16) % 2 == 1 end

local function unawaited(token)
  if not is_awaited(token) then return token end
  return string.sub(token, 1, 15) .. string.char(string.byte(token, 16) - 2)
end

-- The lease slot: the rest of the entry and its native end stay as they are.
local function write_lease(key, e, token, till)
  redis.call('SETRANGE', key, 0, sealed(patched(e.head, 96, token .. struct.pack('<d', till))))
end

-- A full server takes no note. Then nobody is woken, and who waits does so until the lease has lasted.
local function await(key, e)
  if is_awaited(e.token) then return end
  pcall(write_lease, key, e, string.sub(e.token, 1, 15) .. string.char(string.byte(e.token, 16) + 2), e.leased_until)
end

-- An entry whose native end comes before the lease's would take the lease along.
local function outlive(key, ttl)
  local left = redis.call('PTTL', key)
  if left >= 0 and left < tonumber(ttl) then redis.call('PEXPIRE', key, ttl) end
end

local function holds(e, token, ms)
  return e ~= nil and e.leased_until > ms and unawaited(e.token) == token
end
`;

/**
 * `marker with a new token, ttl, exclusive, replaces, own token` → 2, time, entry: a fresh one stands; 1, time, token:
 * won; 0, time: held.
 */
export const acquireScript: Script = script(
  entryLua,
  tokenLua,
  `
local key, marker, ttl = KEYS[1], ARGV[1], ARGV[2]
local exclusive = ARGV[3] == '1'
local us = now_us()
local ms = us / 1000
local e = read(key)
local alive = e and not e.marker and ms < e.fresh + e.usable
if alive and ms < e.fresh and e.version ~= struct.unpack('<d', ARGV[4]) then
  return { 2, us, redis.call('GET', key) }
end
local token = string.sub(marker, 97, 112)
if e and e.leased_until > ms then
  if unawaited(e.token) == ARGV[5] then
    token = e.token
  elseif not is_shared(e.token) then
    await(key, e)
    return { 0, us }
  elseif not exclusive then
    token = e.token
  end
end
local till = ms + ttl
if alive then
  write_lease(key, e, token, till)
  outlive(key, ttl)
else
  redis.call('SET', key, sealed(patched(marker, 96, token .. struct.pack('<d', till))), 'PX', ttl)
end
return { 1, us, unawaited(token) }
`,
);

/** `token, ttl` → whether it stood. */
export const renewScript: Script = script(
  entryLua,
  tokenLua,
  `
local ms = now_us() / 1000
local e = read(KEYS[1])
if not holds(e, ARGV[1], ms) then return 0 end
write_lease(KEYS[1], e, e.token, ms + ARGV[2])
outlive(KEYS[1], ARGV[2])
return 1
`,
);

/** `token`: gives it up, if it stands. */
export const releaseScript: Script = script(
  entryLua,
  tokenLua,
  `
local ms = now_us() / 1000
local e = read(KEYS[1])
if not holds(e, ARGV[1], ms) then return 0 end
wake(KEYS[1], e, ms)
if e.marker then
  redis.call('UNLINK', KEYS[1])
else
  -- On a full server it lasts as long as it may.
  pcall(write_lease, KEYS[1], e, string.rep('\\0', 16), 0)
end
return 1
`,
);

/** `head, rest, ttl, token` → version, time; 0 when the token does not stand. Fills are not announced. */
export const fillScript: Script = script(
  entryLua,
  tokenLua,
  writeLua,
  `
local us = now_us()
local e = read(KEYS[1])
if not holds(e, ARGV[4], us / 1000) then return { 0, us } end
return store(KEYS[1], e, us, ARGV[1], ARGV[2], ARGV[3])
`,
);

/** → how long the lease may still last, in milliseconds, 0 when there is none; its end is going to be published. */
export const awaitScript: Script = script(
  entryLua,
  tokenLua,
  `
local ms = now_us() / 1000
local e = read(KEYS[1])
if not e or e.leased_until <= ms then return 0 end
await(KEYS[1], e)
return math.ceil(e.leased_until - ms)
`,
);
