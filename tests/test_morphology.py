"""morphology.py: bounding boxes, connected components, dilation and erosion."""

import numpy as np
import pytest

from digitrec.morphology import bounding_box, count_components, dilated, eroded


@pytest.mark.parametrize(
    ("rows", "components"),
    [
        (["#.#", "..."], 2),
        (["#.#", ".#."], 1),
        (["#.#", "#.#", "###"], 1),
        (["###", "#.#", "###"], 1),
        (["#.#.#", "#.#.#", "###.#"], 2),
        (["###..", "#.#..", "###.#"], 2),
    ],
)
def test_components_are_connected_at_corners_too(rows: list[str], components: int) -> None:
    mask = np.array([[pixel == "#" for pixel in line] for line in rows])
    assert count_components(mask) == components


def test_a_bounding_box_is_around_a_mask() -> None:
    mask = np.zeros((9, 12), bool)
    mask[2:5, 3:11] = True
    assert bounding_box(mask) == (2, 5, 3, 11)


@pytest.mark.parametrize(("corners", "grown"), [(True, "###"), (False, " # ")])
def test_a_pixel_grows_over_its_neighbours(corners: bool, grown: str) -> None:
    pixels = np.zeros((5, 5), np.uint8)
    pixels[2, 2] = 1
    row = [mark == "#" for mark in grown]
    expected = np.zeros((5, 5), np.uint8)
    expected[1:4, 1:4] = [row, [True] * 3, row]
    np.testing.assert_array_equal(dilated(pixels, corners=corners), expected)


@pytest.mark.parametrize("corners", [True, False])
def test_to_erode_ink_is_to_dilate_the_background(corners: bool) -> None:
    ink = np.random.default_rng(0).integers(0, 256, (9, 7), np.uint8)
    background = dilated(255 - ink, corners=corners)
    np.testing.assert_array_equal(eroded(ink, corners=corners), 255 - background)
