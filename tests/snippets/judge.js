const { verify, verifyBody } = require("./verify.js");

for (const line of require("node:fs").readFileSync(0, "utf8").trim().split("\n")) {
  const { scheme, secret, headers, body, now } = JSON.parse(line);
  const bytes = Buffer.from(body, "base64");
  console.log(scheme === "standard" ? verify(secret, headers, bytes, 300, now) : verifyBody(secret, headers, bytes));
}
