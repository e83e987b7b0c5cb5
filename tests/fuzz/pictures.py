"""`make fuzz`: any bytes are a bounded picture, or one of three errors."""

import contextlib

import atheris

with atheris.instrument_imports(include=["PIL", "digitrec"]):
    from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

    from digitrec import decode
    from digitrec.errors import InvalidImage, TooLarge, UnsupportedType

from tests.fuzz import target
from tests.hostile import pictures, strategies

MAX_BYTES = 20_000  # the smaller the file, the more of them a second
READERS = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin)


def attempt(data: bytes) -> None:
    """Raise if decode.decode does anything else than it promises."""
    with contextlib.suppress(InvalidImage, TooLarge, UnsupportedType):
        picture, _ = decode.decode(data)
        if picture.mode not in {"L", "RGB"} or max(picture.size) > decode.BOUND:
            raise AssertionError(f"{picture.mode} {picture.size}")


if __name__ == "__main__":
    Image.init()
    seeds = [*strategies.SEEDS, *(bomb for _, bomb in pictures.bombs())]
    target.run("pictures", seeds, MAX_BYTES, attempt)
