"""The app for `flask run` and `python app.py`."""

import logging

from digitrec import create_app
from digitrec.errors import DigitrecError

# Flask's development server logs a line of its own per request, with the client's address.
logging.getLogger("werkzeug").addFilter(lambda record: " - - [" not in str(record.msg))

try:
    app = create_app()
except DigitrecError as error:  # its message says what to change: no stack trace
    raise SystemExit(f"digitrec: {error}") from None

if __name__ == "__main__":
    app.run()
