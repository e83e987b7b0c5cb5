"""HTTP to function URL events and back, as AWS documents them (payload format 2.0)."""

import base64
import json
import time
import uuid
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from deploy.loopback import Request, Response

MAX_PAYLOAD = 6 * 1024 * 1024  # bytes of an event, or of an answer, as JSON
HOST = "emulated.lambda-url.us-east-1.on.aws"

TOO_LARGE = Response(413, [("Content-Type", "application/json")], b'{"Message":"Too large"}')
FAILED = Response(502, [("Content-Type", "text/plain")], b"Internal Server Error")


def event(request: Request) -> dict[str, Any]:
    """Return the event that a function URL makes of a request."""
    path, _, raw_query = request.target.partition("?")
    headers = _joined(request.headers)
    cookies = headers.pop("cookie", "")
    query = parse_qs(raw_query, keep_blank_values=True)
    now = time.time()
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": raw_query,
        "headers": {**headers, "host": HOST, "x-forwarded-proto": "https"},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": HOST.partition(".")[0],
            "domainName": HOST,
            "domainPrefix": HOST.partition(".")[0],
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.client,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": "$default",
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": False,
    }
    if cookies:
        made["cookies"] = cookies.split("; ")
    if query:
        made["queryStringParameters"] = {name: ",".join(values) for name, values in query.items()}
    if request.body:
        content_type = headers.get("content-type", "")
        made["body"], made["isBase64Encoded"] = _encoded(content_type, request.body)
    return made


def response(answer: bytes) -> Response:
    """Return the response that a function URL makes of a handler's answer."""
    if len(answer) > MAX_PAYLOAD:
        return FAILED
    content = json.loads(answer)
    if not isinstance(content, dict) or "statusCode" not in content:
        return Response(200, [("Content-Type", "application/json")], answer)
    headers = [(name, str(value)) for name, value in content.get("headers", {}).items()]
    headers += [("Set-Cookie", cookie) for cookie in content.get("cookies", [])]
    text = content.get("body", "")
    body = base64.b64decode(text) if content.get("isBase64Encoded") else text.encode()
    return Response(content["statusCode"], headers, body)


def _joined(headers: list[tuple[str, str]]) -> dict[str, str]:
    """Return headers by lower-case name; the values of one sent twice are joined by a comma."""
    joined: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        joined[key] = f"{joined[key]},{value}" if key in joined else value
    return joined


def _encoded(content_type: str, body: bytes) -> tuple[str, bool]:
    """Return a body as it travels, and whether that is base64: it is, unless the body is text."""
    if content_type.startswith(("application/json", "text/")):
        with suppress(UnicodeDecodeError):
            return body.decode(), False
    return base64.b64encode(body).decode(), True
