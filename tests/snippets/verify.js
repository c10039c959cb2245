const { createHmac, timingSafeEqual } = require("node:crypto");

// Whether Sextant sent this within the last `tolerance` seconds. `secret` is the whole whsec_... text, `headers` has
// names in lower case, `body` is a Buffer with the bytes as they came.
function verify(secret, headers, body, tolerance = 300, now = Date.now() / 1000) {
  const sentAt = headers["webhook-timestamp"] ?? "";
  if (!/^[0-9]{1,12}$/.test(sentAt) || Math.abs(now - Number(sentAt)) > tolerance) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signed = Buffer.concat([Buffer.from(`${headers["webhook-id"] ?? ""}.${sentAt}.`), body]);
  const expected = "v1," + createHmac("sha256", key).update(signed).digest("base64");
  // Several while the secret is being changed.
  const signatures = (headers["webhook-signature"] ?? "").split(" ");
  return signatures.some((one) => isSame(one, expected));
}

// The same by X-GitLeads-Signature alone: it says nothing of when.
function verifyBody(secret, headers, body) {
  const expected = "sha256=" + createHmac("sha256", secret).update(body).digest("hex");
  return isSame(headers["x-gitleads-signature"] ?? "", expected);
}

function isSame(one, other) {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

module.exports = { verify, verifyBody };
