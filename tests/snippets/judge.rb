require "json"
require_relative "verify"

$stdin.each_line do |line|
  one = JSON.parse(line)
  secret, headers, body = one["secret"], one["headers"], one["body"].unpack1("m")
  if one["scheme"] == "standard"
    puts verify(secret, headers, body, now: one["now"])
  else
    puts verify_body(secret, headers, body)
  end
end
