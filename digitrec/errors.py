"""Errors: one root, and a subclass for each kind of problem that the sender can correct."""

from collections.abc import Callable
from typing import Any, ClassVar, Self, TypeVar

Value = TypeVar("Value")


class DigitrecError(Exception):
    """The root of all errors that digitrec raises on purpose.

    `str(error)` is one sentence for the person who caused it: what was wrong and what to change.

    Attributes
    ----------
    slug : str
        A stable name for programs; over HTTP the problem's type is `/problems/<slug>`.
    title : str
        The kind of problem in a few words, the same for every error of the class.
    """

    slug: ClassVar[str] = "digitrec-error"
    title: ClassVar[str] = "digitrec error"

    def __init_subclass__(cls) -> None:
        """Name the subclass after its class: NoDigit is "no-digit" and "No digit"."""
        words = "".join(f" {c}" if c.isupper() else c for c in cls.__name__).split()
        cls.slug = "-".join(words).lower()
        cls.title = " ".join(words).capitalize()

    def alone(self) -> Self:
        """Return the error without its traceback and causes, which keep what was read in memory."""
        self.__cause__ = self.__context__ = None
        return self.with_traceback(None)


def attempted(function: Callable[..., Value], *arguments: Any) -> Value | DigitrecError:
    """Return what the function returns, or the DigitrecError that it raises."""
    try:
        return function(*arguments)
    except DigitrecError as error:
        return error.alone()


def value_of(result: Value | DigitrecError) -> Value:
    """Return `result`, or raise it if it is an error."""
    if isinstance(result, DigitrecError):
        try:
            raise result
        finally:
            del result  # otherwise it, its traceback and this frame form a cycle, and keep the body
    return result


class InvalidRequest(DigitrecError):
    """The request is not valid JSON or base64, or has no picture."""


class InvalidImage(DigitrecError):
    """The picture starts like a PNG, JPEG or WebP file, but is broken or cut short."""


class TooLarge(DigitrecError):
    """The body or a picture is over a limit: bytes, pixels, sides, or number of pictures."""


class UnsupportedType(DigitrecError):
    """The content type, or the format of the picture, is not one that digitrec reads."""


class NoDigit(DigitrecError):
    """The picture is readable, but no digit was found on it."""


class InvalidModel(DigitrecError):
    """The model file is missing, damaged, or not a digitrec model."""


class InvalidLabels(DigitrecError):
    """Labelled pictures cannot be used: a label is missing or not a digit, or there are too few."""


class InvalidSettings(DigitrecError):
    """An environment variable has an invalid value."""


class Unavailable(DigitrecError):
    """S3 does not answer now: the same request may succeed later."""


class Refused(DigitrecError):
    """There is no such object, or it may not be read."""
