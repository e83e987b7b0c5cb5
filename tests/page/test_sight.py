"""What a phone shows: the answer, the pad and what went wrong are seen without looking for them."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import draw
from tests.page.actions import photograph
from tests.page.conftest import Open
from tests.strokes import encode, picture

pytestmark = pytest.mark.needs_chromium

UPRIGHT = [(320, 568), (360, 640), (390, 664), (430, 740)]  # px
ON_ITS_SIDE = [(568, 320), (667, 375), (740, 360), (844, 390)]
OTHERS = [(1024, 600), (1280, 720)]


def phone(open_page: Open, size: tuple[int, int], **options: Any) -> Page:
    width, height = size
    viewport = {"width": width, "height": height}
    # A scroll that takes its time would be looked at too early.
    return open_page(viewport=viewport, has_touch=True, reduced_motion="reduce", **options)


def expect_in_sight(*parts: Locator) -> None:
    for part in parts:
        expect(part).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", UPRIGHT + ON_ITS_SIDE + OTHERS)
def test_what_went_wrong_is_in_sight_and_the_pad_stays_where_it_is(
    open_page: Open, size: tuple[int, int]
) -> None:
    page = phone(open_page, size, failing=True)
    page.route("**/predict", lambda route: route.abort("connectionrefused"))
    before = page.locator("#pad").bounding_box()
    draw(page, 3)
    alert = page.get_by_role("alert")
    expect_in_sight(alert.locator("p"), *alert.get_by_role("button").all())
    assert page.locator("#pad").bounding_box() == before


@pytest.mark.parametrize("size", UPRIGHT)
def test_the_answer_is_in_sight_above_the_pad(open_page: Open, size: tuple[int, int]) -> None:
    page = phone(open_page, size)
    draw(page, 5)
    expect(page.locator("#digit")).to_have_text("5")
    expect_in_sight(page.locator("#digit"), page.locator("#sentence"), page.locator("#bars"))


@pytest.mark.parametrize("size", ON_ITS_SIDE)
def test_a_phone_on_its_side_shows_pad_and_answer_together(
    open_page: Open, size: tuple[int, int]
) -> None:
    page = phone(open_page, size)
    draw(page, 5)
    expect(page.locator("#digit")).to_have_text("5")
    for part in ("#pad", "#digit", "#sentence", "#bars", "#frame", "#clear"):
        expect_in_sight(page.locator(part))


@pytest.mark.parametrize("size", [UPRIGHT[0], UPRIGHT[2], ON_ITS_SIDE[1]])
@pytest.mark.parametrize("chosen", ["example", "earlier drawing", "photo"])
def test_the_answer_to_what_is_chosen_far_below_is_in_sight(
    open_page: Open, size: tuple[int, int], chosen: str
) -> None:
    page = phone(open_page, size)
    example = page.get_by_role("button", name="Example 7")
    if chosen == "earlier drawing":
        for digit in (7, 3):
            page.get_by_role("button", name=f"Example {digit}").click()
            expect(page.locator("#digit")).to_have_text(str(digit))
        page.get_by_role("button", name="7, show this drawing again").click()
    elif chosen == "photo":
        example.scroll_into_view_if_needed()
        photograph(page, encode(picture(7)), "seven.png")
    else:
        example.click()
    expect(page.locator("#digit")).to_have_text("7")
    expect_in_sight(page.locator("#digit"))
