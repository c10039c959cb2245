import base64
import json
import sys

from verify import verify, verify_body

for line in sys.stdin:
    case = json.loads(line)
    secret, headers, body = case["secret"], case["headers"], base64.b64decode(case["body"])
    if case["scheme"] == "standard":
        print(verify(secret, headers, body, now=case["now"]))
    else:
        print(verify_body(secret, headers, body))
