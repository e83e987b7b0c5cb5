"""A file that is read once, in pieces, and remembers what was read."""

import hashlib
import io
from functools import cached_property

MAX_LINE = 256  # bytes: lines hold names, and finding a line's end in an unbuffered file is slow


class Source:
    """A file that keeps each piece it returns.

    A large piece becomes an array of the network without a copy, so keeping it costs nothing. The
    hash is that of what was loaded, even if the file has been replaced since.
    """

    def __init__(self, file: io.RawIOBase | io.BytesIO, limit: int) -> None:
        """Read from a file, at most `limit` bytes of it."""
        self._file = file
        self._left = limit
        self._pieces: list[bytes] = []

    def read(self, size: int = -1) -> bytes:
        """Return the next `size` bytes; fewer at the end or the limit, and all for -1."""
        return self._keep(self._file.read(self._left if size < 0 else min(size, self._left)) or b"")

    def readline(self) -> bytes:
        """Return the next line, up to `MAX_LINE` bytes of it."""
        return self._keep(self._file.readline(min(MAX_LINE, self._left)))

    def _keep(self, piece: bytes) -> bytes:
        self._left -= len(piece)
        self._pieces.append(piece)
        return piece

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of all that was read, in lower-case hex; computed on first use."""
        digest = hashlib.sha256()
        for piece in self._pieces:
            digest.update(piece)
        return digest.hexdigest()

    def __getstate__(self) -> dict[str, str]:
        """Return what is pickled of it: the hash of what was read."""
        return {"sha256": self.sha256}
