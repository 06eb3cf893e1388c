/**
 * What scripts know of an entry's bytes (`docs/reference/entry-format.md`): to read a header and to write it anew. Lua
 * strings count from 1, so offset 32 of the format is position 33 here.
 */
export const entryLua = `
local HEADER_BYTES = 120
local HEADER_WORDS = '<' .. string.rep('I4', 30)

-- Microseconds: what versions and grants are counted in.
local function now_us()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end

-- The sum that the header has to have, and the one that it has.
local function check_of(head)
  local words, sum = { struct.unpack(HEADER_WORDS, head) }, 0
  for i = 1, 30 do
    if i ~= 8 then sum = (sum + words[i] * (2 * i - 1)) % 4294967296 end
  end
  return sum, words[8]
end

local function sealed(head)
  return string.sub(head, 1, 28) .. struct.pack('<I4', (check_of(head))) .. string.sub(head, 33)
end

local function patched(head, offset, bytes)
  return string.sub(head, 1, offset) .. bytes .. string.sub(head, offset + #bytes + 1)
end

-- What stands under a key. Foreign bytes and types, and ours when they are damaged, count as absent.
local function read(key)
  local head = redis.pcall('GETRANGE', key, 0, HEADER_BYTES - 1)
  if type(head) ~= 'string' or #head < HEADER_BYTES or string.sub(head, 1, 5) ~= 'UNOC\\1' then return nil end
  local sum, said = check_of(head)
  if sum ~= said then return nil end
  local payload, tags = struct.unpack('<I4I4', head, 17)
  if redis.call('STRLEN', key) ~= HEADER_BYTES + payload + tags then return nil end
  local flags = string.byte(head, 6)
  local e = { head = head, negative = flags % 2 == 1, marker = flags % 4 >= 2 }
  local created, cost, sliding
  e.version, created, e.fresh, e.stale, e.usable, cost, sliding, e.slides = struct.unpack('<dddddddd', head, 33)
  if not (e.version >= 0 and e.version < math.huge) then return nil end
  e.token = string.sub(head, 97, 112)
  e.leased_until = struct.unpack('<d', head, 113)
  return e
end

-- Whether reads of a cache answer with it.
local function visible(e, ms)
  return e and not e.marker and not e.negative and ms < e.fresh + e.stale
end

local function next_version(e, us)
  if e and e.version >= us then return math.floor(e.version) + 1 end
  return us
end

-- The native end follows the entry's, but a lease that stands in the entry's header must not go with it.
local function keep_for(key, e, ms, left)
  if e.leased_until > ms then left = math.max(left, e.leased_until - ms) end
  if left > 1e15 then
    redis.call('PERSIST', key)
  else
    redis.call('PEXPIRE', key, string.format('%.0f', math.max(1, math.ceil(left))))
  end
end

-- Wakes who waits for the key's lease to end; without waiters nothing is published.
local function wake(key, e, ms)
  if e and e.leased_until > ms and string.byte(e.token, 16) % 4 >= 2 then redis.pcall('PUBLISH', '%wake:' .. key, '') end
end
`;

/**
 * Writes of single keys: storing with a version, and telling of it in the stream `KEYS[2]`, where one is given. The last
 * two arguments are then the message and the length of the stream.
 */
export const writeLua = `
local function announce(version, us)
  if not KEYS[2] then return end
  local sent = redis.pcall('XADD', KEYS[2], 'MAXLEN', '~', ARGV[#ARGV], '*', 'm', ARGV[#ARGV - 1],
    'v', string.format('%.17g', version), 't', string.format('%.17g', us))
  -- No room. A stream that is gone tells every reader that it has missed something.
  if type(sent) == 'table' and sent.err then redis.call('UNLINK', KEYS[2]) end
end

-- The first 40 bytes come apart from the rest, with the version 0 and a check that fits it: only they change.
local function versioned(head, version)
  local bytes = struct.pack('<d', version)
  local low, high = struct.unpack('<I4I4', bytes)
  local check = (struct.unpack('<I4', head, 29) + low * 17 + high * 19) % 4294967296
  return string.sub(head, 1, 28) .. struct.pack('<I4', check) .. bytes
end

-- Never is the old value left standing: what cannot be stored takes it away.
local function store(key, e, us, head, rest, ttl)
  local version = struct.unpack('<d', head, 33)
  if version == 0 then
    version = next_version(e, us)
    head = versioned(head, version)
  end
  local done
  if ttl == '' then
    done = redis.pcall('SET', key, head .. rest)
  elseif ttl == '0' then
    done = redis.call('UNLINK', key)
  else
    done = redis.pcall('SET', key, head .. rest, 'PX', ttl)
  end
  local refusal = nil
  if type(done) == 'table' and done.err then
    redis.call('UNLINK', key)
    refusal = done
  end
  wake(key, e, us / 1000)
  announce(version, us)
  return refusal or { version, us }
end
`;
