-- wrk's script: ... -- FILE FROM COUNT [BODY]. FILE has a line a request, "PATH" or "PATH TOKEN"; COUNT lines of it are
-- used in turn, beginning after line FROM. With BODY, a JSON text, they are POSTs, else GETs. The requests are put
-- together before the clock starts.
local requests, at = {}, 0

function init(args)
  local from, count, line, body = tonumber(args[2]), tonumber(args[3]), 0, args[4]
  wrk.headers['Content-Type'] = body and 'application/json'
  for text in io.lines(args[1]) do
    line = line + 1
    if line > from then
      local path, token = text:match('^(%S+) ?(.*)$')
      wrk.headers['Authorization'] = token ~= '' and 'Bearer ' .. token or nil
      requests[#requests + 1] = wrk.format(body and 'POST' or 'GET', path, nil, body)
    end
    if #requests == count then break end
  end
end

function request()
  at = at == #requests and 1 or at + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('\nRESULT {"calls":%d,"microseconds":%d,"p50":%d,"p99":%d,"failed":%d}\n', summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
