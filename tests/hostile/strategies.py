"""What anybody may send: hypothesis strategies for pictures, bodies, requests and events."""

import base64
import json
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st
from PIL import Image

from tests import strokes
from tests.lambda_events import KINDS, Event, Request

FORMATS = ("PNG", "JPEG", "WEBP")
SEEDS = [
    strokes.encode(strokes.picture(digit, size=(40, 40), box=(8, 5, 32, 35), width=4), name)
    for digit, name in ((5, "PNG"), (3, "JPEG"), (8, "WEBP"))
] + [
    strokes.encode(Image.new("P", (3, 5)), "PNG", transparency=0),
    strokes.encode(Image.new("I;16", (4, 4)), "PNG"),
    strokes.encode(
        Image.new("RGBA", (8, 8)), "PNG", save_all=True, append_images=[Image.new("RGBA", (8, 8))]
    ),
    strokes.encode(Image.new("CMYK", (8, 8)), "JPEG"),
    strokes.encode(Image.new("RGBA", (8, 8)), "WEBP", lossless=True),
]
CONTENT_TYPES = [
    *("application/json", "image/png", "image/jpeg", "image/webp", "application/octet-stream"),
    *("", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"),
    *("multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary="),
    *('multipart/form-data; boundary="\\"', "MULTIPART/FORM-DATA;;;=;boundary*=utf-8''x", "*/*"),
]
PATHS = ["/predict", "/", "/healthz", "/openapi.json", "/static/page.js", "/static/"]
METHODS = ["POST", "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "BREW"]


@st.composite
def pictures(draw: st.DrawFn) -> bytes:
    """A picture's file with a few of its bytes changed, cut out, or put in twice."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(data)))
        stop = draw(st.integers(start, min(start + 64, len(data))))
        patch = draw(st.binary(max_size=16) | st.just(bytes(data[start:stop]) * 2))
        data[start:stop] = patch
    return bytes(data)


values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["image", "images", "include", "type"]) | st.text(), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A picture in one of base64's spellings, or what isn't."""
    encode = draw(st.sampled_from([base64.b64encode, base64.urlsafe_b64encode]))
    text = encode(draw(pictures())).decode()
    head = draw(st.sampled_from(["", "data:image/png;base64,", "data:,", "data:;base64,"]))
    text = head + text
    spelt = st.sampled_from([text, quote(text), text.rstrip("="), f" {text} \n"])
    return draw(spelt | st.text(st.characters()))


bodies = st.one_of(
    st.binary(max_size=400),
    pictures(),
    values.map(json.dumps).map(str.encode),
    st.fixed_dictionaries({"image": texts()}, optional={"include": values})
    .map(json.dumps)
    .map(str.encode),
    st.fixed_dictionaries({"images": st.lists(texts() | values, max_size=4)})
    .map(json.dumps)
    .map(str.encode),
    pictures().map(
        lambda picture: (
            b'--x\r\nContent-Disposition: form-data; name="image"; filename="5"\r\n\r\n'
            + picture
            + b"\r\n--x--\r\n"
        )
    ),
    st.lists(
        st.sampled_from(
            [
                *(b"--x", b"--x--", b"--", b"\r\n", b"\n", b"\0", b":", b'"', b"picture"),
                *(b"Content-Disposition: form-data", b"; name=image", b'; filename="a'),
                b"Content-Type: text/html",
            ]
        )
    ).map(b"".join),
)
header_values = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=40)
headers = st.dictionaries(
    st.sampled_from(
        [
            *("Origin", "Accept", "Accept-Encoding", "If-None-Match", "Cookie", "Host", "Range"),
            *("X-Forwarded-For", "Access-Control-Request-Method", "Expect", "Content-Encoding"),
            "If-Match",
        ]
    ),
    header_values,
    max_size=3,
)
requests = st.builds(
    Request,
    method=st.sampled_from(METHODS) | st.just("POST"),
    path=st.sampled_from(PATHS) | st.text(st.characters(codec="utf-8")).map("/".__add__),
    query=st.just("") | st.text(st.characters(max_codepoint=126, min_codepoint=33), max_size=30),
    headers=st.builds(
        lambda kind, others: {"Content-Type": kind, **others},
        st.sampled_from(CONTENT_TYPES) | header_values,
        headers,
    ),
    body=bodies,
)


@st.composite
def events(draw: st.DrawFn) -> Any:
    """An event as Lambda makes it, with some of its parts, at any depth, put wrong."""
    request = draw(requests)
    kind = draw(st.sampled_from(KINDS))
    event: Event = json.loads(json.dumps(kind(_sayable(request))))
    for _ in range(draw(st.integers(0, 4))):
        part: Any = event
        while True:
            name = draw(st.sampled_from(sorted(part)))
            if isinstance(part[name], dict) and part[name] and draw(st.booleans()):
                part = part[name]
                continue
            if draw(st.booleans()):
                part[name] = draw(values)
            elif len(part) > 1:
                del part[name]
            break
    return event


def _sayable(request: Request) -> Request:
    # An event's body is text: what isn't UTF-8 comes as base64, and so under another type.
    try:
        request.body.decode()
    except UnicodeDecodeError:
        return Request(request.method, request.path, request.query, {}, request.body)
    return request


bulk_events = st.fixed_dictionaries(
    {"invocationSchemaVersion": st.sampled_from(["1.0", "2.0"])},
    optional={
        "invocationId": values,
        "job": values,
        "tasks": values
        | st.lists(
            values
            | st.fixed_dictionaries(
                {},
                optional={
                    "taskId": values | st.text(),
                    "s3Key": values | st.text(),
                    "s3BucketArn": values | st.just("arn:aws:s3:::bucket"),
                    "s3Bucket": values | st.just("bucket"),
                    "s3VersionId": values,
                },
            ),
            max_size=3,
        ),
    },
)
