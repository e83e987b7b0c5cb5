-- For wrk: posts the picture that PICTURE names, and counts what kinds of answers come.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init()
  local file = assert(io.open(os.getenv("PICTURE"), "rb"))
  wrk.method = "POST"
  wrk.path = "/predict"
  wrk.headers["Content-Type"] = "image/png"
  wrk.body = file:read("*a")
  file:close()
  right, refused, wrong = 0, 0, 0
end

function response(status, headers, body)
  if status == 200 and body == '{"digit":5}\n' then
    right = right + 1
  elseif status == 503 and (headers["Retry-After"] or headers["retry-after"]) == "1" then
    refused = refused + 1
  else
    wrong = wrong + 1
  end
end

function done(summary, latency)
  local counts = { right = 0, refused = 0, wrong = 0 }
  for _, thread in ipairs(threads) do
    for name, count in pairs(counts) do
      counts[name] = count + thread:get(name)
    end
  end
  local errors = summary.errors
  -- JSON in the last line, for load/overload.py
  print(string.format(
    '{"seconds": %f, "right": %d, "refused": %d, "wrong": %d, "broken": %d, "timeouts": %d, '
      .. '"median_ms": %f, "p99_ms": %f, "longest_ms": %f}',
    summary.duration / 1e6, counts.right, counts.refused, counts.wrong,
    errors.connect + errors.read + errors.write, errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3
  ))
end
