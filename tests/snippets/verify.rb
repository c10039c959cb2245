require "openssl"

# Whether Sextant sent this within the last `tolerance` seconds. `secret` is the whole whsec_... text, `headers` has
# names in lower case, `body` is the bytes as they came.
def verify(secret, headers, body, tolerance: 300, now: Time.now.to_i)
  sent_at = headers.fetch("webhook-timestamp", "")
  return false unless sent_at.match?(/\A[0-9]{1,12}\z/) && (now - sent_at.to_i).abs <= tolerance

  key = secret.delete_prefix("whsec_").unpack1("m")
  signed = "#{headers.fetch("webhook-id", "")}.#{sent_at}.".b + body.b
  expected = "v1," + [OpenSSL::HMAC.digest("SHA256", key, signed)].pack("m0")
  # Several while the secret is being changed.
  signatures = headers.fetch("webhook-signature", "").split(" ")
  signatures.any? { |one| OpenSSL.secure_compare(one, expected) }
end

# The same by X-GitLeads-Signature alone: it says nothing of when.
def verify_body(secret, headers, body)
  expected = "sha256=" + OpenSSL::HMAC.hexdigest("SHA256", secret, body)
  OpenSSL.secure_compare(headers.fetch("x-gitleads-signature", ""), expected)
end
