"""segment/: where digits are on a picture, what of it is their ink, and what is none."""

import importlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitrec.classify.network import Network as Classifier
from digitrec.classify.normalize import normalize
from digitrec.errors import InvalidModel
from digitrec.models import weights
from digitrec.recognizer import SEGMENTER
from digitrec.segment import instances
from digitrec.segment.contrast import levels_of
from digitrec.segment.ink import inks_of
from digitrec.segment.instances import digits_in
from digitrec.segment.look import find_digits
from digitrec.segment.network import LAYERS, Layer, Network, Votes, _through
from digitrec.segment.quick import find_digit
from digitrec.settings import Settings
from tests.strokes import common, drawn, overlap, picture, row


@pytest.fixture(scope="module")
def network() -> Network:
    return weights.read_segmenter(SEGMENTER)[0]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return weights.read(Settings.model_path)[0]


def text(shown: Image.Image, network: Network, classifier: Classifier) -> str:
    lines = find_digits(shown, network)
    read = []
    for line in lines:
        digits = classifier.probabilities(normalize([region.ink for region in line])).argmax(1)
        read.append("".join(map(str, digits)))
    return "/".join(read)


def stacked(*pictures: Image.Image) -> Image.Image:
    whole = Image.new("RGB", (pictures[0].width, sum(p.height for p in pictures)), "white")
    top = 0
    for part in pictures:
        whole.paste(part, (0, top))
        top += part.height
    return whole


@pytest.mark.parametrize("number", ["42", "1984", "3057", "26", "9", "6213"])
@pytest.mark.parametrize(
    "colours", [("black", "white"), ("white", "black"), ("#205080", "#f0d8a0")], ids=str
)
def test_a_number_is_read_digit_by_digit(
    network: Network, classifier: Classifier, number: str, colours: tuple[str, str]
) -> None:
    shown = row(number, ink=colours[0], paper=colours[1])
    assert text(shown, network, classifier) == number


def test_lines_are_read_from_top_to_bottom(network: Network, classifier: Classifier) -> None:
    shown = stacked(row("305"), row("926"))
    assert text(shown, network, classifier) == "305/926"


def test_small_digits_on_a_large_page_are_looked_at_closer(
    network: Network, classifier: Classifier
) -> None:
    page = Image.new("RGB", (900, 700), "white")
    page.paste(row("3026", side=60), (420, 300))
    assert text(page, network, classifier) == "3026"
    assert max(max(region.ink.shape) for region in find_digits(page, network)[0]) > 30


def test_a_box_is_around_its_digit(network: Network) -> None:
    [line] = find_digits(row("38"), network)
    for number, region in enumerate(line):
        left = 100 * number + 28
        assert common(region.box, (left, 20, left + 40, 80)) > 0.7


def test_what_has_no_ink_is_no_digit(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("digitrec.segment.look")
    blank = np.zeros((4, 4), np.uint8), (0, 0, 4, 4)
    monkeypatch.setattr(module, "inks_of", lambda _, masks: [blank] * len(masks))
    assert find_digits(row("38"), network) == []


@pytest.mark.parametrize("size", [(280, 280), (900, 700), (28, 28)])
def test_nothing_is_found_where_nothing_is_drawn(network: Network, size: tuple[int, int]) -> None:
    assert find_digits(Image.new("L", size, 200), network) == []


def test_a_digit_in_a_frame_is_found_without_it(network: Network, classifier: Classifier) -> None:
    for digit in "2358":
        shown = row(digit, side=140)
        ImageDraw.Draw(shown).rectangle((8, 8, 131, 131), outline="black", width=3)
        assert text(shown, network, classifier) == digit


def test_the_quick_look_finds_the_only_digit_and_its_box() -> None:
    for digit in range(10):
        shown = picture(digit, size=(120, 120), box=(42, 30, 78, 90), width=7)
        region = find_digit(shown)
        assert region is not None
        assert overlap(region.ink, drawn(shown)) > 0.95
        left, top, right, bottom = region.box
        assert abs(top - 30) <= 5
        assert abs(bottom - 90) <= 5
        assert left >= 30
        assert right <= 90


@pytest.mark.parametrize("size", [560, 300])
def test_the_quick_look_comes_closer_to_a_small_digit(size: int) -> None:
    shown = picture(5, size=(size, size), box=(120, 100, 150, 150), width=6)
    region = find_digit(shown)
    assert region is not None
    assert max(region.ink.shape) > 60
    assert region.box[1] == pytest.approx(97, abs=size // 100 + 3)


def test_the_quick_look_comes_no_closer_where_that_gains_nothing() -> None:
    region = find_digit(picture(5, size=(256, 256), box=(80, 60, 160, 190), width=8))
    assert region is not None
    assert region.ink.shape == (128, 128)


def with_line(*line: int) -> Image.Image:
    shown = picture(5, size=(120, 120), box=(42, 30, 78, 90), width=7).convert("L")
    ImageDraw.Draw(shown).line(line, fill=0, width=4)
    return shown


def noisy() -> Image.Image:
    noise = np.random.default_rng(0).normal(0, 9, (120, 120))
    grey = np.asarray(picture(5, size=(120, 120), box=(42, 30, 78, 90), width=7).convert("L"))
    return Image.fromarray(np.clip(grey * 0.7 + 30 + noise, 0, 255).astype(np.uint8))


def shaded() -> Image.Image:
    slope = np.zeros((120, 120), np.uint8)
    slope[8:112, 8:112] = np.linspace(5, 250, 104).astype(np.uint8)
    return Image.fromarray(255 - slope)


@pytest.mark.parametrize(
    "shown",
    [
        with_line(10, 100, 30, 100),
        with_line(60, 60, 60, 119),
        with_line(10, 60, 110, 60),
        noisy(),
        shaded(),
        Image.new("L", (60, 60), 255),
        Image.fromarray(np.where(np.eye(60) > 0, 252, 255).astype(np.uint8)[2:-2]),
    ],
    ids=["two pieces", "at the border", "wide", "noise", "tones", "blank", "faint"],
)
def test_the_quick_look_leaves_anything_else_to_the_network(shown: Image.Image) -> None:
    assert find_digit(shown) is None


def test_what_falls_apart_in_the_closer_look_is_left_to_the_network() -> None:
    shown = Image.new("L", (600, 600), 255)
    pen = ImageDraw.Draw(shown)
    pen.rectangle((300, 300, 306, 330), fill=0)
    pen.rectangle((309, 300, 315, 330), fill=0)
    assert find_digit(shown) is None


def test_colours_of_one_grey_differ_in_level() -> None:
    shown = Image.new("RGB", (40, 40), (255, 0, 0))
    ImageDraw.Draw(shown).rectangle((10, 10, 20, 30), fill=(0, 130, 0))
    levels = levels_of(shown)
    assert abs(int(levels[20, 15]) - int(levels[0, 0])) > 100


@pytest.mark.parametrize("ink", [0, 255])
def test_the_quick_look_takes_dark_and_bright_ink(ink: int) -> None:
    shown = Image.new("L", (40, 40), 128)
    ImageDraw.Draw(shown).rectangle((15, 10, 20, 30), fill=ink)
    region = find_digit(shown)
    assert region is not None
    assert region.box == pytest.approx((15, 10, 21, 31))
    assert region.ink.max() == 255


def votes(*digits: tuple[slice, slice, float]) -> Votes:
    """Return votes of rectangles, each for its own middle, telling a size in px of the input."""
    probability, down, across, size = (np.zeros((40, 60), np.float32) for _ in range(4))
    size += 1
    for rows, columns, side in digits:
        y, x = np.mgrid[rows, columns]
        probability[rows, columns] = 0.9
        down[rows, columns] = 2 * (y.mean() - y)
        across[rows, columns] = 2 * (x.mean() - x)
        size[rows, columns] = side
    return Votes(probability, down, across, size)


ONE, OTHER = (slice(10, 30), slice(5, 15), 40.0), (slice(10, 30), slice(16, 26), 40.0)


def test_pixels_that_vote_for_one_centre_are_one_digit() -> None:
    found = sorted(digits_in(votes(ONE, OTHER)), key=lambda digit: digit.box)
    assert [digit.box for digit in found] == [(10, 20, 30, 60), (32, 20, 52, 60)]
    assert found[0].probability == pytest.approx(0.9)
    assert found[0].size == pytest.approx(40)


def test_few_votes_make_no_digit() -> None:
    assert digits_in(votes((slice(3, 4), slice(3, 5), 40.0))) == []


def test_the_number_of_digits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instances, "MAX_DIGITS", 1)
    assert len(digits_in(votes(ONE, OTHER))) == 1


def test_a_centre_without_a_pixel_of_its_own_is_no_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instances, "_centres", lambda *_: [(19.5, 9.5, 20.0), (39.0, 59.0, 1.0)])
    assert len(digits_in(votes(ONE))) == 1


@pytest.mark.parametrize("sign", [-1, 1])
def test_ink_is_told_from_a_slope_of_light(sign: int) -> None:
    level = np.linspace(80, 160, 96, dtype=np.float32)[None].repeat(96, axis=0)
    mask = np.zeros((48, 48), bool)
    mask[10:38, 20:24] = True
    level[20:76, 40:48] += sign * 60
    [(ink, box)] = inks_of(level, [mask])
    assert box == pytest.approx((40, 20, 48, 76), abs=1)
    assert ink.shape == (60, 12)
    assert ink[10:-10, 4:-4].min() > 180
    assert ink[:, [0, -1]].max() < 60


def test_ink_is_found_where_all_is_stroke() -> None:
    level = np.full((32, 32), 200, np.float32)
    [(ink, _)] = inks_of(level, [np.ones((16, 16), bool)])
    assert ink.shape == (32, 32)


def test_a_convolution_is_what_a_loop_makes_of_it() -> None:
    random = np.random.default_rng(0)
    for layer in (Layer(3, 4, 3), Layer(3, 4, 3, 2), Layer(3, 4, 1)):
        x = random.normal(size=(3, 8, 10)).astype(np.float32)
        w = random.normal(size=(4, 3 * layer.side**2)).astype(np.float32)
        b = random.normal(size=4).astype(np.float32)
        made = _through(x, [(layer, w, b)])
        kernel = w.reshape(4, 3, layer.side, layer.side)
        edge = layer.side // 2
        padded = np.pad(x, ((0, 0), (edge, edge), (edge, edge)))
        for out, i, j in np.ndindex(made.shape):
            y, z = i * layer.stride, j * layer.stride
            seen = padded[:, y : y + layer.side, z : z + layer.side]
            expected = max(0.0, float((kernel[out] * seen).sum() + b[out]))
            assert made[out, i, j] == pytest.approx(expected, abs=1e-4)


def test_a_segmenter_is_written_and_read_again(network: Network, tmp_path: Path) -> None:
    weights.write(network, tmp_path / "again.pkl")
    again, source = weights.read_segmenter(tmp_path / "again.pkl")
    assert len(source.sha256) == 64
    for one, other in zip(network.weights, again.weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_file_of_another_network_is_refused(network: Network, tmp_path: Path) -> None:
    with pytest.raises(InvalidModel, match="digitrec-segmenter"):
        weights.read_segmenter(Settings.model_path)
    changed = Network([*network.weights[:-1], network.weights[0]], network.biases)
    weights.write(changed, tmp_path / "changed.pkl")
    with pytest.raises(InvalidModel, match="should have"):
        weights.read_segmenter(tmp_path / "changed.pkl")
    assert len(network.weights) == len(LAYERS)
