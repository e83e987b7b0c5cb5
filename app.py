"""The app for `flask run` and `python app.py`."""

from digitrec import create_app
from digitrec.errors import DigitrecError

try:
    app = create_app()
except DigitrecError as error:  # a sentence that tells what to change, not a stack trace
    raise SystemExit(f"digitrec: {error}") from None

if __name__ == "__main__":
    app.run()
