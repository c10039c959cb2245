-- wrk script: requests for random lines of a file; arguments after --: FILE STATUS. Prints one line of JSON.
local paths = {}
local expect
local threads = {}
unexpected = 0

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  for line in io.lines(args[1]) do
    paths[#paths + 1] = wrk.format("GET", line)
  end
  expect = tonumber(args[2])
  math.randomseed(7)
end

function request()
  return paths[math.random(#paths)]
end

function response(status)
  if status ~= expect then unexpected = unexpected + 1 end
end

function done(summary, latency)
  local wrong = 0
  for _, thread in ipairs(threads) do wrong = wrong + thread:get("unexpected") end
  local errors = summary.errors
  io.write(string.format(
    '{"rate": %.1f, "p50_ms": %.3f, "p99_ms": %.3f, "requests": %d, "unexpected": %d, "socket_errors": %d}\n',
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    summary.requests, wrong, errors.connect + errors.read + errors.write + errors.timeout))
end
