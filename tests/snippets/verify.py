import base64
import hashlib
import hmac
import re
import time


def verify(secret, headers, body, tolerance=300, now=None):
    """Whether Sextant sent this within the last `tolerance` seconds.

    `secret` is the whole whsec_... text, `headers` has names in lower case, `body` is the bytes as they came.
    """
    sent_at = headers.get("webhook-timestamp", "")
    now = time.time() if now is None else now
    if not re.fullmatch("[0-9]{1,12}", sent_at) or abs(now - int(sent_at)) > tolerance:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers.get('webhook-id', '')}.{sent_at}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    # Several while the secret is being changed.
    signatures = headers.get("webhook-signature", "").encode().split(b" ")
    return any(hmac.compare_digest(one, expected) for one in signatures)


def verify_body(secret, headers, body):
    """The same by X-GitLeads-Signature alone: it says nothing of when."""
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(headers.get("x-gitleads-signature", "").encode(), expected.encode())
