/** Numbers that a take is told by, after its key. */
const numbersOfTake = 5

/*
 * What algorithms.ts reckons, once more where the numbers are, so that nothing comes between judging and taking: no more than how
 * much room there is and what a take adds. What is left and for how long is read off the numbers by algorithms.ts, so the
 * conformance suite holds both to one definition. Everything is read before anything is written, for Redis undoes nothing.
 *
 * A tally is kept as `since used before`, in a key that lives for a window longer than it counts. Here `since` never falls
 * back: a clock that is behind finds the counter standing, and one that fell back for good waits for the key to end.
 *
 * What is held is a member of a sorted set, ordered by when its lease ends by the clock of Redis.
 */
export const takeScript = `
local take, now, ticket, holder, lease = ARGV[1] == 'take', tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])

local function ended(tally, rule)
  return math.max(0, math.floor((now - tally.since) / rule.window))
end
local function missing(tally, rule)
  return math.max(0, math.min(tally.used, rule.capacity * rule.window) - math.max(0, now - tally.since) * rule.count)
end

local clock
local function wall()
  if not clock then
    local time = redis.call('TIME')
    clock = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  return clock
end

local function read(key)
  local text = redis.call('GET', key)
  if not text then return { since = -math.huge, used = 0, before = 0 } end
  local since, used, before = string.match(text, '^(%S+) (%S+) (%S+)$')
  return { since = tonumber(since) + 0, used = tonumber(used) + 0, before = tonumber(before) + 0 }
end
local function write(key, tally, lives)
  redis.call('SET', key, string.format('%.17g %.17g %.17g', tally.since, tally.used, tally.before), 'PX', string.format('%.0f', lives))
end

local fixedWindow = {
  read = read,
  room = function(tally, rule) return now - tally.since >= rule.window and rule.count or math.max(0, rule.count - tally.used) end,
  add = function(tally, rule, cost)
    if now - tally.since >= rule.window then tally.since, tally.used = now, 0 end
    tally.used = tally.used + cost
  end,
  write = function(key, tally, rule) write(key, tally, 2 * rule.window) end
}

local slidingWindow = {
  read = read,
  room = function(tally, rule)
    local gone, weight = ended(tally, rule), 0
    local left = rule.window - (math.max(now, tally.since) - tally.since - gone * rule.window)
    if gone == 0 then weight = tally.before * left + tally.used * rule.window
    elseif gone == 1 then weight = tally.used * left end
    return math.max(0, math.floor((rule.count * rule.window - weight) / rule.window))
  end,
  add = function(tally, rule, cost)
    local gone = ended(tally, rule)
    if gone == 1 then tally.before, tally.since, tally.used = tally.used, tally.since + rule.window, 0
    elseif gone > 1 then tally.before, tally.since, tally.used = 0, now, 0 end
    tally.used = tally.used + cost
  end,
  write = function(key, tally, rule) write(key, tally, 3 * rule.window) end
}

local tokenBucket = {
  read = read,
  room = function(tally, rule) return math.floor((rule.capacity * rule.window - missing(tally, rule)) / rule.window) end,
  add = function(tally, rule, cost)
    tally.used = missing(tally, rule) + cost * rule.window
    tally.since = math.max(tally.since, now)
  end,
  write = function(key, tally, rule) write(key, tally, math.ceil(tally.used / rule.count) + rule.window) end
}

local concurrency = {
  read = function(key) return { since = 0, used = redis.call('ZCOUNT', key, '(' .. string.format('%.0f', wall()), '+inf'), before = 0, new = {} } end,
  room = function(tally, rule) return math.max(0, rule.count - tally.used) end,
  add = function(tally, rule, cost)
    for _ = 1, cost do
      table.insert(tally.new, holder .. ':' .. string.format('%.0f', ticket))
      ticket = ticket + 1
    end
    tally.used = tally.used + cost
  end,
  write = function(key, tally)
    local ends = string.format('%.0f', wall() + lease)
    for _, member in ipairs(tally.new) do redis.call('ZADD', key, ends, member) end
    redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', wall()))
    redis.call('PEXPIRE', key, lease)
  end
}

local algorithms = { fixedWindow = fixedWindow, slidingWindow = slidingWindow, tokenBucket = tokenBucket, concurrency = concurrency }

local told, asked, tallies, allowed = ARGV[3], {}, {}, true
for i, key in ipairs(KEYS) do
  local at = ${numbersOfTake} * i
  local rule = { count = tonumber(ARGV[at + 2]), window = tonumber(ARGV[at + 3]), capacity = tonumber(ARGV[at + 4]) }
  local algorithm, cost = algorithms[ARGV[at + 1]], tonumber(ARGV[at + 5])
  local tally = tallies[key]
  if not tally then
    tally = algorithm.read(key)
    tally.due = 0
    tallies[key] = tally
  end
  tally.due = tally.due + cost
  local fits = tally.due <= algorithm.room(tally, rule)
  allowed = allowed and fits
  asked[i] = { algorithm = algorithm, tally = tally, rule = rule, cost = cost, fits = fits }
end

if allowed then
  for _, one in ipairs(asked) do
    if one.cost > 0 then
      one.algorithm.add(one.tally, one.rule, one.cost)
      one.tally.writer = one
    end
  end
end
if allowed and take then
  for key, tally in pairs(tallies) do
    if tally.writer then tally.writer.algorithm.write(key, tally, tally.writer.rule) end
  end
end

local answer = { told, allowed and 1 or 0 }
for _, one in ipairs(asked) do
  table.insert(answer, one.fits and 1 or 0)
  table.insert(answer, string.format('%.17g %.17g %.17g', one.tally.since, one.tally.used, one.tally.before))
end
return table.concat(answer, ' ')
`

/** Keeps what is held for another lease. What Redis has lost meanwhile is held again. */
export const renewScript = `
local lease = tonumber(ARGV[1])
local time = redis.call('TIME')
local ends = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + lease)
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], ends, ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], lease)
return 'kept'
`
