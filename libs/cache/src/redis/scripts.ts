import { createHash } from "node:crypto";

/** A Lua function that Redis runs as one step, with the name under which Redis keeps it. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

/*
 * KEYS[1] is the entry. KEYS[2], where it is used, is the namespace's guard: `<since>|<timeline>`, the moment from which
 * the namespace is in use and the database timeline that it is in use for.
 * Moments are milliseconds of the server's clock: the same one for every client.
 */
const CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function digits(n) return string.format('%.0f', n) end
`;

/** `age(t)`: for how long the guard has stood for timeline t; -1 when it stands for another. A missing one is set up. */
const GUARD = `
local function age(timeline)
  local since, owner = string.match(redis.call('GET', KEYS[2]) or '', '^(%d+)|(.*)$')
  if not since then
    redis.call('SET', KEYS[2], digits(now) .. '|' .. timeline)
    return 0
  end
  if owner ~= timeline then return -1 end
  return now - since
end
`;

/** `live(w)`: the intents of a W entry that have not ended, their number, and the contended flag. */
const INTENTS = `
local function live(entry)
  local intents, count = {}, 0
  for token, deadline in string.gmatch(string.sub(entry, 4), '([^=;]+)=(%d+)') do
    if tonumber(deadline) > now then
      intents[token] = deadline
      count = count + 1
    end
  end
  return intents, count, string.sub(entry, 2, 2) == '1'
end
local function writing(entry) return entry and string.sub(entry, 1, 1) == 'W' end
local function store(intents, contended)
  local parts = {}
  for token, deadline in pairs(intents) do parts[#parts + 1] = token .. '=' .. deadline end
  redis.call('SET', KEYS[1], 'W' .. (contended and '1' or '0') .. '|' .. table.concat(parts, ';'))
end
`;

function script(...parts: readonly string[]): Script {
  const source = parts.join("");
  return { source, sha: createHash("sha1").update(source).digest("hex") };
}

export const SCRIPTS = {
  /**
   * Binds a connection. ARGV: timeline, whether the database has confirmed it ('1') or it is only remembered ('0').
   * After: the guard stands for this timeline, anew if it stood for another. Returns 1; 0, and nothing changed, when it
   * stands for another and the timeline is only remembered.
   */
  enter: script(
    CLOCK,
    GUARD,
    `
if age(ARGV[1]) >= 0 then return 1 end
if ARGV[2] ~= '1' then return 0 end
redis.call('SET', KEYS[2], digits(now) .. '|' .. ARGV[1])
return 1
`,
  ),

  /**
   * GET for several entries. ARGV: lease in ms, then a token for each key. Each key gets exactly the command that a single
   * GET is, which a replica refuses. Returns what each held, nil where the lease was taken; '' for what is no string.
   */
  lookup: script(`
local found = {}
for index, key in ipairs(KEYS) do
  local entry = redis.pcall('SET', key, 'L' .. ARGV[index + 1], 'NX', 'GET', 'PX', ARGV[1])
  if type(entry) == 'table' then
    if not string.find(entry.err, '^WRONGTYPE') then return entry end
    entry = ''
  end
  found[index] = entry
end
return found
`),

  /**
   * GET for an entry whose intents seem to have ended. ARGV: token, lease in ms.
   * After: when no intent is live, the entry is this token's lease, and nil is returned. Else unchanged, and returned.
   */
  takeOver: script(
    CLOCK,
    INTENTS,
    `
local entry = redis.call('GET', KEYS[1])
if entry and not (writing(entry) and select(2, live(entry)) == 0) then return entry end
redis.call('SET', KEYS[1], 'L' .. ARGV[1], 'PX', ARGV[2])
return false
`,
  ),

  /**
   * FILL. ARGV: token, value, ttl in ms, timeline, quarantine in ms.
   * After: the entry is the value if it was exactly this token's lease and the quarantine is over (returns 1); absent if
   * it was that lease and the quarantine is not over; else unchanged (0). Returns -1 for another timeline.
   */
  fill: script(
    CLOCK,
    GUARD,
    `
if redis.call('GET', KEYS[1]) ~= 'L' .. ARGV[1] then return 0 end
local since = age(ARGV[4])
if since >= tonumber(ARGV[5]) then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return 1
end
redis.call('DEL', KEYS[1])
return since < 0 and -1 or 0
`,
  ),

  /** Gives a lease back. ARGV: token. After: absent if the entry was exactly this token's lease; else unchanged. */
  abandon: script(`
if redis.call('GET', KEYS[1]) == 'L' .. ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0
`),

  /**
   * INTENT. ARGV: token, ttl in ms, timeline, settling time of a namespace in ms, quarantine in ms.
   * After: the entry is a W that holds this token until now + ttl, contended if other intents were live or the quarantine
   * is not over; ended intents are gone (returns 0). Unchanged, and -1, for another timeline; unchanged, and the ms that are left, while the
   * namespace is younger than its settling time.
   */
  intend: script(
    CLOCK,
    GUARD,
    INTENTS,
    `
local since = age(ARGV[3])
if since < 0 then return -1 end
local left = tonumber(ARGV[4]) - since
if left > 0 then return left end
local entry = redis.call('GET', KEYS[1])
local intents, count, contended = {}, 0, false
if writing(entry) then
  intents, count, contended = live(entry)
  if count == 0 then contended = false end
  if intents[ARGV[1]] then count = count - 1 end
  contended = contended or count > 0
end
contended = contended or since < tonumber(ARGV[5])
intents[ARGV[1]] = digits(now + ARGV[2])
store(intents, contended)
return 0
`,
  ),

  /**
   * RELEASE. ARGV: token, timeline, quarantine in ms, settling time in ms, and, where the write makes an offer, value and
   * ttl in ms. After, the token is gone, and: other live intents stay, contended; else the offer is the value, if the token
   * was live and never contended and the quarantine is over; else the entry is absent, whatever it was (the fence).
   * Returns whether writes overlapped (1 or 0), and for how many ms readers may still trust the namespace before this one;
   * -1, and nothing changed, for another timeline.
   */
  release: script(
    CLOCK,
    GUARD,
    INTENTS,
    `
local since = age(ARGV[2])
if since < 0 then return -1 end
local left = math.max(tonumber(ARGV[4]) - since, 0)
local entry = redis.call('GET', KEYS[1])
if not writing(entry) then
  redis.call('DEL', KEYS[1])
  return {0, left}
end
local intents, count, contended = live(entry)
local held = intents[ARGV[1]]
if held then
  intents[ARGV[1]] = nil
  count = count - 1
end
if count > 0 then
  store(intents, true)
  return {1, left}
end
local filled = held and not contended and ARGV[5] and since >= tonumber(ARGV[3])
  and redis.pcall('SET', KEYS[1], ARGV[5], 'PX', ARGV[6])
if not filled or filled.err then redis.call('DEL', KEYS[1]) end
return {contended and 1 or 0, left}
`,
  ),
} as const satisfies Record<string, Script>;
