import re

import pytest

from digitrec import errors
from digitrec.errors import DigitrecError, value_of

LEAVES = DigitrecError.__subclasses__()


def test_every_error_of_the_module_is_a_leaf_under_the_one_root() -> None:
    own = {
        value
        for value in vars(errors).values()
        if isinstance(value, type) and value.__module__ == errors.__name__
    }
    assert own == {DigitrecError, *LEAVES}


@pytest.mark.parametrize("leaf", LEAVES)
def test_a_result_that_is_an_error_is_raised_and_any_other_returned(
    leaf: type[DigitrecError],
) -> None:
    assert value_of(5) == 5
    with pytest.raises(leaf, match="Send less"):
        value_of(leaf("Send less."))


@pytest.mark.parametrize("leaf", LEAVES)
def test_a_slug_is_the_class_name_in_kebab_case(leaf: type[DigitrecError]) -> None:
    assert leaf.slug == re.sub(r"(?<!^)(?=[A-Z])", "-", leaf.__name__).lower()


@pytest.mark.parametrize("leaf", LEAVES)
def test_a_title_is_the_class_name_in_words(leaf: type[DigitrecError]) -> None:
    assert leaf.title == leaf.slug.replace("-", " ").capitalize()


@pytest.mark.parametrize("leaf", LEAVES)
def test_the_text_of_an_error_is_its_detail(leaf: type[DigitrecError]) -> None:
    assert str(leaf("Send less.")) == "Send less."
