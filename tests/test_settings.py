import dataclasses
from pathlib import Path

import pytest

from digitrec.errors import InvalidSettings
from digitrec.settings import ROOT, Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_environment({}) == Settings(
        model_path=str(ROOT / "trained_model.pkl"),
        model_sha256=None,
        cors_origins=("*",),
        max_images=100,
        public_url="",
        log_level="INFO",
    )


def test_settings_come_from_the_environment_of_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MAX_IMAGES", "7")
    assert Settings.from_environment().max_images == 7


def test_other_variables_are_left_alone() -> None:
    assert Settings.from_environment({"PATH": "", "MAX_IMAGE": "x"}) == Settings()


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().max_images = 5  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value", "setting"),
    [
        ("MODEL_PATH", __file__, __file__),
        ("MODEL_SHA256", "0123456789ABCDEF" * 4, "0123456789abcdef" * 4),
        ("CORS_ORIGINS", "*", ("*",)),
        ("CORS_ORIGINS", "https://example.org", ("https://example.org",)),
        (
            "CORS_ORIGINS",
            "https://a.example.org , http://localhost:8080,capacitor://localhost",
            ("https://a.example.org", "http://localhost:8080", "capacitor://localhost"),
        ),
        ("MAX_IMAGES", "1", 1),
        ("MAX_IMAGES", "1000", 1000),
        ("PUBLIC_URL", "https://example.org", "https://example.org/"),
        ("PUBLIC_URL", "http://localhost:8080/dev/", "http://localhost:8080/dev/"),
        ("LOG_LEVEL", "DEBUG", "DEBUG"),
        ("LOG_LEVEL", "warning", "WARNING"),
        ("METRICS", "Prometheus", "prometheus"),
    ],
)
def test_a_variable_becomes_the_field_of_its_name(name: str, value: str, setting: object) -> None:
    settings = Settings.from_environment({name: value})
    assert settings == dataclasses.replace(Settings(), **{name.lower(): setting})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODEL_PATH", ""),
        ("MODEL_PATH", "/no/such/model.pkl"),
        ("MODEL_PATH", str(Path(__file__).parent)),
        ("MODEL_SHA256", ""),
        ("MODEL_SHA256", "ab" * 31),
        ("MODEL_SHA256", "xy" * 32),
        ("CORS_ORIGINS", ""),
        ("CORS_ORIGINS", "example.org"),
        ("CORS_ORIGINS", "https://example.org/"),
        ("CORS_ORIGINS", "https://example.org,"),
        ("CORS_ORIGINS", "https://example.org,*"),
        ("CORS_ORIGINS", "https://*.example.org"),
        ("CORS_ORIGINS", "https://example.org:123456"),
        ("CORS_ORIGINS", "https://\u212aelvin.example.org"),
        ("CORS_ORIGINS", "null"),
        ("PUBLIC_URL", "example.org"),
        ("PUBLIC_URL", "https://example.org/?page"),
        ("PUBLIC_URL", 'https://example.org/"'),
        ("MAX_IMAGES", "0"),
        ("MAX_IMAGES", "-1"),
        ("MAX_IMAGES", "1001"),
        ("MAX_IMAGES", "1e2"),
        ("MAX_IMAGES", "many"),
        ("MAX_IMAGES", "٣"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_LEVEL", "10"),
        ("METRICS", "on"),
    ],
)
def test_a_wrong_value_is_refused_in_a_sentence_that_names_variable_and_value(
    name: str, value: str
) -> None:
    with pytest.raises(InvalidSettings) as caught:
        Settings.from_environment({name: value})
    assert str(caught.value).startswith(f"{name} is {value!r}. It must be ")
