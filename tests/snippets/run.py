"""Checks the snippets that show how a receiver verifies a delivery: `run.py LANGUAGE` holds one against requests
that are good and requests that were tampered with, `run.py page FILE` whether the page shows them as they are.

Exit status 77 where the language is not installed, and where GTEST_FILTER asks for other tests.
"""

import base64
import fnmatch
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77
COMMANDS = {
    "python": [sys.executable, "-B", "judge.py"],
    "javascript": ["node", "judge.js"],
    "go": ["go", "run", "verify.go", "judge.go"],
    "ruby": ["ruby", "judge.rb"],
    "php": ["php", "judge.php"],
}
ENDINGS = {"python": "py", "javascript": "js", "go": "go", "ruby": "rb", "php": "php"}

# The example that the libraries of Standard Webhooks are tested with.
PUBLISHED = {
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "headers": {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
    "body": b'{"test": 2432232314}',
    "now": 1614265330,
}

# What Sextant sent while a secret was being changed, as it was received.
FORMER_SECRET = "whsec_S1Of1xf+dG7WeHnlVeR1eVtJJeZdEATS9ZDfOr8jqtY="
RECEIVED = {
    "secret": "whsec_XI/JBaAbKvN6FBAS3xF1hRsjeRrz8WkWPI4XTwuNykY=",
    "headers": {
        "x-gitleads-signature": "sha256=56bc919844ceefc0a9c5b8a3de0bf0a52464bdb5c53610be903a3bd57cd7f30f",
        "webhook-id": "msg_456115232063023567",
        "webhook-timestamp": "1795329491",
        "webhook-signature": "v1,38NlQ8f9W3pAcEfMbaSdVIu/HUyUS2bD8YuF9Y65+9U= "
        "v1,qbdS1CR0ZRanQDa16Gs2jU+ojBd9SeCC7zrtAokgjFw=",
    },
    "body": b'{"event":"webhook.test","timestamp":"2026-11-22T06:38:11.069Z","type":"webhook.test",'
    b'"data":{"message":"This is a test: deliveries of Sextant reach you."}}',
    "now": 1795329492,
}

BODIES = [b"", b"{}", '{"name":"Zo\u00eb \u2728"}'.encode(), b'{"bio":"two\\nlines"}\r\n', bytes(range(256))]


def signed(body, at=1_700_000_000):
    """A request with both signatures, made here."""
    key = hashlib.sha256(b"a key of" + body).digest()
    secret = "whsec_" + base64.b64encode(key).decode()
    digest = hmac.new(key, b"msg_1.%d." % at + body, hashlib.sha256).digest()
    headers = {
        "x-gitleads-signature": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
        "webhook-id": "msg_1",
        "webhook-timestamp": str(at),
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }
    return {"secret": secret, "headers": headers, "body": body, "now": at}


def changed(request, headers=(), **fields):
    """The request with other fields; a header that is None is taken away."""
    kept = {name: value for name, value in (request["headers"] | dict(headers)).items() if value is not None}
    return request | {"headers": kept} | fields


def standard_cases():
    """Name, request, whether it is to be taken."""
    yield "the published example", PUBLISHED, True
    yield "a delivery, by the new secret", RECEIVED, True
    yield "a delivery, by the former secret", changed(RECEIVED, secret=FORMER_SECRET), True
    yield "a delivery, by another secret", changed(RECEIVED, secret=PUBLISHED["secret"]), False
    for body in BODIES:
        yield f"the body {body[:20]}", signed(body), True
    good = signed(b'{"event":"lead.created"}')
    signature = good["headers"]["webhook-signature"]
    yield "299 s late", changed(good, now=good["now"] + 299), True
    yield "301 s late", changed(good, now=good["now"] + 301), False
    yield "301 s early", changed(good, now=good["now"] - 301), False
    yield "another body", changed(good, body=good["body"] + b" "), False
    yield "no body", changed(good, body=b""), False
    later = str(good["now"] + 1)
    for name, other in (("webhook-id", "msg_2"), ("webhook-timestamp", later), ("webhook-signature", "v1,AAAA")):
        for value in (other, "", None):
            yield f"{name}: {value}", changed(good, {name: value}), False
    for value in ("soon", "1.7e9", "-1", "9" * 30, " 1700000000", "1700000000\n"):
        yield f"at {value!r}", changed(good, {"webhook-timestamp": value}), False
    wrong = ("v1,", signature[3:], signature[:-1], signature + "=", "v2" + signature[2:], "v1a" + signature[2:])
    for value in wrong + (signature.swapcase(), "v1,\u00e9", signature.replace("v1,", "v1,v1,")):
        yield f"the signature {value}", changed(good, {"webhook-signature": value}), False
        yield f"{value} before a good one", changed(good, {"webhook-signature": f"{value} {signature}"}), True
        yield f"{value} behind a good one", changed(good, {"webhook-signature": f"{signature} {value}"}), True
    yield "signatures without a space", changed(good, {"webhook-signature": f"{signature},{signature}"}), False


def body_cases():
    yield "a delivery", RECEIVED, True
    yield "a delivery, by the former secret", changed(RECEIVED, secret=FORMER_SECRET), False
    for body in BODIES:
        yield f"the body {body[:20]}", signed(body), True
    good = signed(b'{"event":"lead.created"}')
    signature = good["headers"]["x-gitleads-signature"]
    yield "another body", changed(good, body=good["body"] + b" "), False
    yield "a secret without its prefix", changed(good, secret=good["secret"].removeprefix("whsec_")), False
    for value in (None, "", "sha256=", signature[7:], signature[:-1], signature + "0", "sha1=" + signature[7:], "\u00e9"):
        yield f"the signature {value}", changed(good, {"x-gitleads-signature": value}), False


def check(language):
    command = COMMANDS[language]
    if not shutil.which(command[0]):
        print(f"skipped: {command[0]} is not installed")
        return SKIPPED
    cases = [("standard", *case) for case in standard_cases()] + [("body", *case) for case in body_cases()]
    lines = [
        json.dumps(request | {"scheme": scheme, "body": base64.b64encode(request["body"]).decode()})
        for scheme, _, request, _ in cases
    ]
    environment = os.environ | {"GOPROXY": "off", "GOTOOLCHAIN": "local"}
    judged = subprocess.run(
        command, cwd=HERE, env=environment, input="\n".join(lines) + "\n", stdout=subprocess.PIPE, text=True, check=True
    )
    verdicts = [line.lower() == "true" for line in judged.stdout.splitlines()]
    assert len(verdicts) == len(cases), f"{len(verdicts)} verdicts on {len(cases)} requests"
    wrong = [case for case, verdict in zip(cases, verdicts) if case[3] != verdict]
    for scheme, name, _, is_good in wrong:
        print(f"{scheme}: {name}: {'refused' if is_good else 'taken'}")
    print(f"{language}: {len(cases)} requests, {len(wrong)} judged wrongly")
    return 1 if wrong else 0


def check_page(page):
    text = pathlib.Path(page).read_text()
    missing = [
        ending
        for language, ending in ENDINGS.items()
        if f"```{language}\n{(HERE / f'verify.{ending}').read_text()}```\n" not in text
    ]
    for ending in missing:
        print(f"{page} does not show tests/snippets/verify.{ending} as it is")
    return 1 if missing else 0


def main(what, *more):
    if not fnmatch.fnmatchcase(f"snippet_{what}", os.environ.get("GTEST_FILTER", "*")):
        return SKIPPED
    return check_page(*more) if what == "page" else check(what)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
