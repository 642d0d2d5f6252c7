from __future__ import annotations

import pickle

import numpy as np
import pytest
from osgeo import ogr

from chipwright.core.grid import PixelGrid
from chipwright.core.masking import mask_of
from chipwright.core.plan import Strip
from chipwright.core.request import Size
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    box,
    geometry,
    outline,
    pixel_grid,
    whole_strip,
    wkb,
)

CHIP = Strip(pixel_grid(10, 10), Size(10, 10), (0,), (0,))


def holds(*wkts: str) -> bool:
    """Whether the chip from 0, 0 to 10, 10 lies within some polygons."""
    (held,) = mask_of(wkb(*wkts)).holds(CHIP)
    return bool(held)


@pytest.mark.parametrize(
    "wkts",
    [
        [box(-5, -5, 15, 15)],
        [box(0, 0, 10, 10)],
        [box(0, 0, 20, 20)],
        [box(-20, -20, 10, 10)],
        [box(-5, -5, 4, 15), box(4, -5, 15, 15)],
        [box(-5, -5, 4, 15), box(3.5, -5, 15, 15)],
        [box(-5, -5, 4, 15), box(4 + 1e-7, -5, 15, 15)],
        [box(-5, -5, 4, 4), box(4, -5, 15, 4), box(-5, 4, 4, 15), box(4, 4, 15, 15)],
        [box(-5, -5, 15, 15), box(2, 2, 4, 4)],
        ["POLYGON ((-9 -9, 30 -9, 30 30, -9 30, -9 -9), (20 20, 20 25, 25 25, 20 20))"],
        ["POLYGON ((-9 -9, 30 -9, 30 30, -9 30, -9 -9), (10 0, 10 9, 15 9, 10 0))"],
        [
            "POLYGON ((-9 -9, 30 -9, 30 30, -9 30, -9 -9), (2 2, 2 4, 4 4, 4 2, 2 2))",
            box(2, 2, 4, 4),
        ],
        ["POLYGON ((-5 5, 5 -5, 15 5, 5 15, -5 5))"],
    ],
    ids=[
        "inside",
        "the same",
        "in its upper left corner",
        "in its lower right corner",
        "across a seam",
        "across an overlap",
        "across a seam of the rounding of coordinates",
        "across the corner of four",
        "in one over another",
        "beside a hole",
        "touching a hole from outside",
        "over a hole that is filled",
        "corners on a diamond",
    ],
)
def test_a_chip_within_is_held(wkts: list[str]) -> None:
    assert holds(*wkts)


@pytest.mark.parametrize(
    "wkts",
    [
        [box(20, 20, 30, 30)],
        [box(10, 0, 20, 10)],
        [box(-5, -5, 9.5, 15)],
        [box(-5, -5, 9.9, 15)],
        [box(2, 2, 8, 8)],
        [box(-5, -5, 4, 15), box(5, -5, 15, 15)],
        ["POLYGON ((-9 -9, 30 -9, 30 30, -9 30, -9 -9), (2 2, 2 4, 4 4, 4 2, 2 2))"],
        ["POLYGON ((-4 5, 5 -4, 14 5, 5 14, -4 5))"],
        [box(-5, -5, 15, 5), box(-5, -5, 15, 5)],
    ],
    ids=[
        "far away",
        "beside",
        "half a pixel short",
        "a tenth of a pixel short",
        "larger than it",
        "across a gap",
        "over a hole",
        "over the sides of a diamond",
        "half in one that is there twice",
    ],
)
def test_a_chip_that_is_not_within_is_not_held(wkts: list[str]) -> None:
    assert not holds(*wkts)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "grid", [NORTH_UP, SOUTH_UP, ROTATED], ids=["north up", "south up", "rotated"]
)
def test_chips_held_are_those_that_ogr_finds_within_the_union(grid: PixelGrid, seed: int) -> None:
    """But for a hundredth of a pixel."""
    rng = np.random.default_rng(seed)
    centres = grid.to_map(rng.uniform(0, 40, 6), rng.uniform(0, 30, 6))
    wkts = [
        geometry(f"POINT ({x!r} {y!r})").Buffer(rng.uniform(10, 30)).ExportToWkt()
        for x, y in zip(*(axis.tolist() for axis in centres))
    ]
    union = ogr.Geometry(ogr.wkbMultiPolygon)
    for wkt in wkts:
        union.AddGeometry(geometry(wkt))
    union = union.UnionCascaded()
    strip = whole_strip(grid, Size(5, 4), Size(3, 2))
    chips = [outline(strip.place_grid(place)) for place in range(strip.place_count)]
    expected = [chip.Difference(union).GetArea() < grid.cell_area / 100 for chip in chips]
    assert 10 < sum(expected) < len(expected)
    assert mask_of(wkb(*wkts)).holds(strip).tolist() == expected


def test_only_some_chips_of_a_strip_are_held() -> None:
    strip = whole_strip(pixel_grid(30, 20), Size(10, 10))
    assert mask_of(wkb(box(10, 0, 30, 10))).holds(strip).tolist() == [
        *(False, True, True),
        *(False, False, False),
    ]


def test_a_mask_of_nothing_holds_nothing() -> None:
    assert not mask_of([]).holds(CHIP).any()


def test_a_mask_goes_to_workers() -> None:
    mask = pickle.loads(pickle.dumps(mask_of(wkb(box(-5, -5, 15, 15)))))
    assert mask.holds(CHIP).tolist() == [True]
