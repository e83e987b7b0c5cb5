"""Environment variables to Settings: checked once, when the app is made."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitrec.errors import InvalidSettings
from digitrec.models.s3 import Object

_PACKAGE = Path(__file__).resolve().parent
# Where the classifier and the page are: in the package if it was installed from a wheel, beside it
# in a checkout and in the zip for Lambda.
ROOT = _PACKAGE if (_PACKAGE / "trained_model.pkl").is_file() else _PACKAGE.parent


@dataclass(frozen=True)
class Settings:
    """What a deployment can change; each field is the environment variable of the same name.

    Attributes
    ----------
    model_path : str
        The model file, read once when the app is made.
    model_uri : str or None
        A model in S3 to use instead, `s3://bucket/key` or `s3://bucket/key?versionId=id`.
    model_sha256 : str or None
        The SHA-256 that the model must have, 64 hexadecimal digits; None takes any file. A model
        in S3 must have one.
    cors_origins : tuple of str
        The origins whose pages may call `/predict`; `("*",)` is every origin.
    max_images : int
        The most pictures in one request, 1 to 1000.
    public_url : str
        The page's absolute URL for link previews; it ends with a slash. Empty by default: then the
        preview's URL is relative, which few link previews follow.
    log_level : str
        The least severe level that is logged: DEBUG, INFO, WARNING, ERROR or CRITICAL.
    metrics : str
        `prometheus` counts requests for `/metrics`; `emf` logs their figures in CloudWatch's
        embedded metric format; `off` does neither.
    bulk_bucket : str or None
        The S3 bucket whose pictures are read for S3 Batch Operations; None reads none.
    inbox_bucket : str or None
        The S3 bucket in which a result is written beside each new picture; None for no bucket.
    """

    model_path: str = str(ROOT / "trained_model.pkl")
    model_uri: str | None = None
    model_sha256: str | None = None
    cors_origins: tuple[str, ...] = ("*",)
    max_images: int = 100
    public_url: str = ""
    log_level: str = "INFO"
    metrics: str = "off"
    bulk_bucket: str | None = None
    inbox_bucket: str | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Return the settings from `environ`; those it does not name keep their defaults.

        Raises
        ------
        InvalidSettings
            A variable is set to something that is not allowed, the empty string included, or
            MODEL_URI is set without MODEL_SHA256.
        """
        values: dict[str, Any] = {}
        for name, (allows, wanted, convert) in _RULES.items():
            value = environ.get(name)
            if value is None:
                continue
            if not allows(value):
                raise InvalidSettings(
                    f"{name} is {value!r}. It must be {wanted}; unset it for the default."
                )
            values[name.lower()] = convert(value)
        settings = cls(**values)
        if settings.model_uri is not None and settings.model_sha256 is None:
            raise InvalidSettings(
                "MODEL_URI is set without MODEL_SHA256. Add the SHA-256 of that model."
            )
        return settings

    @property
    def model(self) -> str:
        """Where the model is: `model_uri`, or else `model_path`."""
        return self.model_uri or self.model_path


def _all_of(pattern: str) -> Callable[[str], object]:
    # Compiled only for variables that are set, to keep cold starts short.
    return lambda value: re.fullmatch(pattern, value, re.ASCII | re.IGNORECASE)


# No IPv6 address: flask-cors treats a string with brackets as a regular expression.
_ORIGIN = r"[a-z][a-z0-9+.-]*://[a-z0-9.-]+(:[0-9]{1,5})?"


_BUCKET = (_all_of(r"[a-z0-9.-]{3,63}"), "the name of a bucket in S3", str)


def _directory(value: str) -> str:
    return value if value.endswith("/") else f"{value}/"


def _origins(value: str) -> tuple[str, ...]:
    return tuple(origin.strip() for origin in value.split(","))


# Of each variable: whether a value is allowed, which values are, and what the value becomes.
_RULES: dict[str, tuple[Callable[[str], object], str, Callable[[str], object]]] = {
    "MODEL_PATH": (os.path.isfile, "the path of a file", str),
    "MODEL_URI": (Object.of, "s3://bucket/key or s3://bucket/key?versionId=...", str),
    "MODEL_SHA256": (_all_of(r"[0-9a-f]{64}"), "64 hexadecimal digits", str.lower),
    "CORS_ORIGINS": (
        _all_of(rf"\*|{_ORIGIN}(\s*,\s*{_ORIGIN})*"),
        "* or a comma-separated list of origins such as https://example.org:8080",
        _origins,
    ),
    "MAX_IMAGES": (_all_of(r"[1-9][0-9]{0,2}|1000"), "a whole number from 1 to 1000", int),
    "PUBLIC_URL": (
        _all_of(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?(/[a-z0-9._~/-]*)?"),
        "the address of the page, such as https://example.org/digits/",
        _directory,
    ),
    "LOG_LEVEL": (
        _all_of("DEBUG|INFO|WARNING|ERROR|CRITICAL"),
        "DEBUG, INFO, WARNING, ERROR or CRITICAL",
        str.upper,
    ),
    "METRICS": (_all_of("off|prometheus|emf"), "off, prometheus or emf", str.lower),
    "BULK_BUCKET": _BUCKET,
    "INBOX_BUCKET": _BUCKET,
}
