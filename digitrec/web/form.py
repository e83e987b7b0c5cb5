"""A multipart form to the picture in it."""

import io

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from digitrec.errors import InvalidRequest

MAX_PARTS = 10  # one is valid; a few more are parsed, to report them
ONE_FILE = (
    'A form must hold one file field named "image" and nothing else. '
    "Put include into the query: /predict?include=confidence."
)


def read(content_type: str, body: bytes) -> bytes:
    """Return the content of the form's one field, the file `image`.

    Raises
    ------
    InvalidRequest
        The body is not a form, or the form has other fields.
    """
    mimetype, options = parse_options_header(content_type)
    # In memory: by default, werkzeug writes files of more than 500 kB to the disk.
    parser = FormDataParser(lambda *_, **__: io.BytesIO(), max_form_parts=MAX_PARTS, silent=False)
    try:
        _, fields, files = parser.parse(io.BytesIO(body), mimetype.lower(), len(body), options)
    except ValueError:
        raise InvalidRequest("The body is not the form that its Content-Type describes.") from None
    except RequestEntityTooLarge:  # too many parts
        raise InvalidRequest(ONE_FILE) from None
    if fields or [name for name, _ in files.items(multi=True)] != ["image"]:
        raise InvalidRequest(ONE_FILE)
    picture: bytes = files["image"].read()
    return picture
