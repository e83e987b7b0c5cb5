"""transparency.py: what a picture shows that is transparent in part."""

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from digitrec.decode.transparency import ONE_COLOUR, OPAQUE, opaque
from tests.strokes import picture

CLEAR = (0, 0, 0, 0)
SHAPE = ImageChops.invert(picture(5).convert("L"))  # white on black


def difference(a: Image.Image, b: Image.Image) -> int:
    """Return the largest difference of two pictures' channels."""
    assert (a.mode, a.size) == (b.mode, b.size)
    return int(np.abs(np.asarray(a, int) - np.asarray(b, int)).max())


def on_card(ink: str, paper: str, side: int = 400) -> Image.Image:
    """Return an opaque picture of 280 px in the middle of a transparent one."""
    card = Image.new("RGBA", (side, side), CLEAR)
    card.paste(picture(5, ink=ink, paper=paper), ((side - 280) // 2,) * 2)
    return card


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_picture_without_transparency_is_left_as_it_is(mode: str) -> None:
    drawing = picture(5, ink="red").convert(mode)
    assert opaque(drawing) is drawing


@pytest.mark.parametrize("alpha", [OPAQUE + 1, 255])
def test_of_an_opaque_alpha_channel_only_the_colours_are_left(alpha: int) -> None:
    drawing = picture(5, ink="red")
    with_alpha = drawing.copy()
    with_alpha.putalpha(alpha)
    assert opaque(with_alpha) == drawing


@pytest.mark.parametrize("place", [(0, 0), (140, 139), (279, 279)])
def test_one_clear_pixel_shows_the_paper(place: tuple[int, int]) -> None:
    drawing = picture(5).convert("RGBA")
    drawing.putpixel(place, CLEAR)
    expected = picture(5)
    expected.putpixel(place, (255, 255, 255))
    assert opaque(drawing) == expected


@pytest.mark.parametrize("ink", ["black", "white", "#c81e1e"])
@pytest.mark.parametrize("paper", [CLEAR, (255, 255, 255, 0), (9, 99, 199, 0)])
def test_ink_of_one_colour_on_nothing_is_its_alpha(ink: str, paper: tuple[int, ...]) -> None:
    drawing = Image.new("RGBA", SHAPE.size, paper)
    drawing.paste(Image.new("RGBA", SHAPE.size, ink), mask=SHAPE)
    drawing.putalpha(SHAPE)
    assert opaque(drawing) == SHAPE


@pytest.mark.parametrize("size", [(1, 1), (50, 50), (3, 700)])
@pytest.mark.parametrize("colour", [CLEAR, (9, 9, 9, 120), (9, 9, 9, OPAQUE)])
def test_nothing_is_drawn_where_all_is_of_one_colour(
    size: tuple[int, int], colour: tuple[int, ...]
) -> None:
    shown = opaque(Image.new("RGBA", size, colour))
    assert shown == Image.new("L", size, colour[3])


@pytest.mark.parametrize(("ink", "paper"), [("black", "white"), ("yellow", "navy")])
def test_paper_goes_on_behind_what_is_transparent(ink: str, paper: str) -> None:
    expected = Image.new("RGB", (400, 400), paper)
    expected.paste(picture(5, ink=ink, paper=paper), (60, 60))
    assert opaque(on_card(ink, paper)) == expected


def in_two_colours(share: float) -> Image.Image:
    """Return a five on nothing, the upper share of its height red, the rest blue."""
    drawing = Image.new("RGBA", SHAPE.size, "blue")
    drawing.paste("red", (0, 0, 280, round(40 + share * 200)))
    drawing.putalpha(SHAPE)
    return drawing


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_ink_of_several_colours_on_nothing_is_its_alpha(share: float) -> None:
    assert opaque(in_two_colours(share)) == SHAPE


def sticker(ink: str) -> Image.Image:
    """Return a five on white paper that is cut out around it."""
    drawing = picture(5, ink=ink).convert("RGBA")
    drawing.putalpha(SHAPE.filter(ImageFilter.MaxFilter(25)))
    return drawing


def test_paper_that_follows_the_digit_is_paper() -> None:
    assert difference(opaque(sticker("black")), picture(5)) == 0


def test_ink_whose_colour_varies_little_is_no_paper() -> None:
    assert opaque(sticker("#e8e8e8")) == sticker("#e8e8e8").getchannel("A")


def test_half_transparent_ink_is_half_as_strong_on_its_paper() -> None:
    drawing = picture(5, ink="black", paper="white").convert("RGBA")
    pixels = np.array(drawing)
    pixels[..., 3] = np.where(pixels[..., 0] < 128, 128, 255)
    shown = opaque(Image.fromarray(pixels))
    assert shown.mode == "RGB"
    assert np.unique(np.asarray(shown)).tolist() == [127, 255]


def on_sheet(ink: str, width: int, turn: float = 0) -> Image.Image:
    """Return a white sheet with a small five, turned, on nothing."""
    sheet = picture(5, box=(120, 110, 160, 170), width=width, ink=ink).convert("RGBA")
    return sheet.resize((200, 200)).rotate(turn, expand=True)


@pytest.mark.parametrize("turn", [0, 5, 45])
@pytest.mark.parametrize(("ink", "width"), [("black", 2), ("#b0b0b0", 6)])
def test_a_little_or_faint_ink_on_a_sheet_is_not_lost(ink: str, width: int, turn: float) -> None:
    sheet = on_sheet(ink, width, turn)
    colours = np.asarray(sheet)[np.asarray(sheet)[..., 3] > OPAQUE]
    assert colours.std(axis=0).max() < ONE_COLOUR
    assert opaque(sheet).mode == "RGB"


@pytest.mark.parametrize("turn", [5, 25, 45])
def test_a_sheet_in_uneven_light_is_paper_however_it_lies(turn: float) -> None:
    """Its rim is of many colours, but it has no gaps, as ink has."""
    pixels = np.array(on_sheet("black", 12))
    pixels[..., :3] = pixels[..., :3] * np.linspace(1, 0.3, len(pixels))[:, None, None]
    assert opaque(Image.fromarray(pixels).rotate(turn, expand=True)).mode == "RGB"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_triangle_is_paper_and_an_angle_is_ink_however_they_lie(turn: float) -> None:
    """Both are in two colours; the angle has a gap, on one side only."""
    colours = Image.new("RGB", (280, 280), "red")
    colours.paste("blue", (0, 0, 280, 140))
    for corners, mode in (
        ([(40, 40), (40, 240), (240, 240)], "RGB"),
        ([(40, 40), (70, 40), (70, 210), (240, 210), (240, 240), (40, 240)], "L"),
    ):
        shape = Image.new("L", colours.size)
        ImageDraw.Draw(shape).polygon(corners, fill=255)
        drawing = colours.convert("RGBA")
        drawing.putalpha(shape)
        assert opaque(drawing.rotate(turn)).mode == mode


def test_what_is_more_transparent_than_not_has_no_colour() -> None:
    drawing = Image.new("RGBA", SHAPE.size, (0, 200, 0, 100))
    drawing.paste("black", mask=SHAPE)
    assert opaque(drawing).mode == "L"


@pytest.mark.parametrize("turn", [0, 20, 45])
def test_a_bar_in_two_colours_is_a_1(turn: float) -> None:
    bar = Image.new("RGBA", (280, 280))
    bar.paste("red", (120, 40, 160, 140))
    bar.paste("blue", (120, 140, 160, 240))
    shown = opaque(bar.rotate(turn))
    assert shown == bar.rotate(turn).getchannel("A")
