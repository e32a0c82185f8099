-- For wrk: wrk -s ingest.lua URL -- BODIES FIRST CONTACTS; prints JSON. ########## becomes the message's number,
-- @@@@@@@@ its contact's.
local pieces, number, contacts = {}, 0, 1

local function split(text)
   local found, place = {}, 1
   while true do
      local first, last = text:find("##########", place, true)
      local other, otherLast = text:find("@@@@@@@@", place, true)
      local isContact = other and (not first or other < first)
      if isContact then first, last = other, otherLast end
      if not first then break end
      found[#found + 1] = text:sub(place, first - 1)
      found[#found + 1] = isContact and 2 or 1
      place = last + 1
   end
   found[#found + 1] = text:sub(place)
   return found
end

function init(arguments)
   for line in io.lines(arguments[1]) do pieces[#pieces + 1] = split(line) end
   number, contacts = tonumber(arguments[2]), tonumber(arguments[3])
   wrk.method = "POST"
   wrk.headers["Content-Type"] = "application/json"
   wrk.headers["X-Hub-Signature-256"] = "sha256=0"
end

function request()
   local body, marks = {}, { ("%010d"):format(number), ("%08d"):format(number * 7919 % contacts) }
   for at, piece in ipairs(pieces[(number + math.floor(number / contacts)) % #pieces + 1]) do
      body[at] = marks[piece] or piece
   end
   number = number + 1
   return wrk.format(nil, nil, nil, table.concat(body))
end

function done(summary, latency)
   local errors = summary.errors
   io.write(("{\"seconds\": %f, \"answers\": %d, \"refused\": %d, \"failed\": %d, \"p50\": %f, \"p99\": %f}\n"):format(
      summary.duration / 1e6, summary.requests, errors.status,
      errors.connect + errors.read + errors.write + errors.timeout,
      latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
