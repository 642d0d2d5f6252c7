from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from osgeo import ogr

from chipwright.core.clipping import clip
from chipwright.tests.core.making import box, examples, geometry, shapes
from chipwright.tests.core.random_areas import random_areas, shapes_of

COLUMNS, ROWS = 128, 96
LEFTS, TOPS = tuple(range(0, 300, 64)), tuple(range(0, 300, 48))
GAPS = tuple(range(0, 600, 200)), tuple(range(0, 600, 150))
SEEDS = pytest.mark.parametrize("seed", range(3))
Box = tuple[float, float, float, float]


class Clip(NamedTuple):
    """Bounds, in pixels of the chip, and area of the part of a shape in a chip."""

    left: float
    top: float
    right: float
    bottom: float
    area: float


Clips = dict[tuple[int, int], Clip]


@cache
def clips_of_ogr(seed: int, lefts: tuple[int, ...], tops: tuple[int, ...]) -> Clips:
    places = [(left, top) for top in tops for left in lefts]
    found = {}
    for place, (left, top) in enumerate(places):
        chip = geometry(box(left, top, left + COLUMNS, top + ROWS))
        for number, area in enumerate(random_areas(seed)):
            part = area.Intersection(chip) if area.Intersects(chip) else None
            boxes = [] if part is None else [it.GetEnvelope() for it in _polygons(part)]
            if boxes and part is not None and part.GetArea() > 1e-9:
                lows, highs = np.min(boxes, axis=0), np.max(boxes, axis=0)
                bounds = (lows[0] - left, lows[2] - top, highs[1] - left, highs[3] - top)
                found[place, number] = Clip(*bounds, part.GetArea())
    return found


def _polygons(part: ogr.Geometry) -> Iterator[ogr.Geometry]:
    """The parts that are areas; where a shape only touches the chip there are lines and points."""
    parts = [part.GetGeometryRef(i) for i in range(part.GetGeometryCount())]
    if part.GetGeometryName() == "POLYGON":
        yield part
    else:
        for each in parts:
            yield from _polygons(each)


@cache
def clips_of_ours(seed: int, lefts: tuple[int, ...], tops: tuple[int, ...]) -> Clips:
    got = clip(shapes_of(random_areas(seed)), lefts, tops, COLUMNS, ROWS)
    bounds = zip(got.left, got.top, got.right, got.bottom, got.area)
    pairs = zip(got.place.tolist(), got.shape.tolist())
    return {pair: Clip(*map(float, values)) for pair, values in zip(pairs, bounds)}


@pytest.mark.parametrize(("lefts", "tops"), [(LEFTS, TOPS), GAPS], ids=["overlapping", "gaps"])
@SEEDS
def test_pairs_are_those_that_ogr_finds(
    seed: int, lefts: tuple[int, ...], tops: tuple[int, ...]
) -> None:
    expected = clips_of_ogr(seed, lefts, tops)
    assert len(expected) > 50
    assert set(clips_of_ours(seed, lefts, tops)) == set(expected)


@SEEDS
def test_bounds_are_those_of_the_geometry_clipped_by_ogr(seed: int) -> None:
    """Where a flat edge crosses that of the chip, the margin of a millionth of a pixel shows."""
    ours, expected = clips_of_ours(seed, LEFTS, TOPS), clips_of_ogr(seed, LEFTS, TOPS)
    pairs = sorted(set(ours) & set(expected))
    got = [ours[pair][:4] for pair in pairs]
    assert np.allclose(got, [expected[pair][:4] for pair in pairs], rtol=0, atol=1e-4)


@SEEDS
def test_areas_are_those_of_the_geometry_clipped_by_ogr(seed: int) -> None:
    ours, expected = clips_of_ours(seed, LEFTS, TOPS), clips_of_ogr(seed, LEFTS, TOPS)
    pairs = sorted(set(ours) & set(expected))
    got = [ours[pair].area for pair in pairs]
    assert np.allclose(got, [expected[pair].area for pair in pairs], rtol=0, atol=1e-5)


@SEEDS
def test_bounds_lie_in_the_chip(seed: int) -> None:
    got = np.array([bounds[:4] for bounds in clips_of_ours(seed, LEFTS, TOPS).values()])
    assert (got >= 0).all()
    assert (got <= [COLUMNS, ROWS, COLUMNS, ROWS]).all()


@SEEDS
def test_bounds_enclose_something(seed: int) -> None:
    assert all(
        it.left < it.right and it.top < it.bottom
        for it in clips_of_ours(seed, LEFTS, TOPS).values()
    )


@SEEDS
def test_pairs_are_ordered_by_place_then_by_shape(seed: int) -> None:
    got = clip(shapes_of(random_areas(seed)), LEFTS, TOPS, COLUMNS, ROWS)
    pairs = list(zip(got.place.tolist(), got.shape.tolist()))
    assert pairs == sorted(set(pairs))


@pytest.mark.parametrize(
    "wkt",
    [
        box(-5, 0, 0, 10),
        box(10, 0, 15, 10),
        box(0, -5, 10, 0),
        box(0, 10, 10, 15),
        box(-5, -5, 0, 0),
        box(10, 10, 15, 15),
        "POLYGON ((-5 5, 0 3, 0 7, -5 5))",
        "POLYGON ((15 5, 10 5, 15 9, 15 5))",
        "POLYGON ((-5 -5, 15 -5, 15 15, -5 15, -5 -5), (0 0, 0 10, 10 10, 10 0, 0 0))",
        "POLYGON ((-3 3, 3 -3, -3 -3, -3 3))",
        "POLYGON ((-9 0, 0 0, 0 10, 10 10, 10 0, 19 0, 19 19, -9 19, -9 0))",
        box(20, 20, 30, 30),
    ],
    ids=[
        "left edge",
        "right edge",
        "upper edge",
        "lower edge",
        "upper left corner",
        "lower right corner",
        "edge to edge in part",
        "tip on the edge",
        "in its hole",
        "edge through the corner",
        "on three sides",
        "far away",
    ],
)
def test_what_only_touches_a_chip_is_not_in_it(wkt: str) -> None:
    assert len(clip(shapes(wkt), [0], [0], 10, 10).place) == 0


@pytest.mark.parametrize("epsilon", [1e-9, -1e-9], ids=["a hair inside", "a hair outside"])
def test_the_rounding_of_map_coordinates_makes_no_neighbour_reach_in(epsilon: float) -> None:
    assert len(clip(shapes(box(-5, 0, epsilon, 10)), [0], [0], 10, 10).place) == 0


@pytest.mark.parametrize(
    ("wkt", "expected"),
    [
        (box(2, 3, 5, 7), (2, 3, 5, 7, 12)),
        (box(0, 0, 10, 10), (0, 0, 10, 10, 100)),
        (box(-5, -5, 15, 15), (0, 0, 10, 10, 100)),
        (box(8, -5, 15, 4), (8, 0, 10, 4, 8)),
        ("POLYGON ((-5 5, 5 -5, 5 15, -5 5))", (0, 0, 5, 10, 50)),
        (
            "MULTIPOLYGON (((1 1, 2 1, 2 2, 1 2, 1 1)), ((8 8, 9 8, 9 9, 8 9, 8 8)))",
            (1, 1, 9, 9, 2),
        ),
        ("MULTIPOLYGON (((1 1, 2 1, 2 2, 1 2, 1 1)), ((10 5, 19 5, 19 9, 10 5)))", (1, 1, 2, 2, 1)),
        (
            "POLYGON ((-9 -9, 19 -9, 19 19, -9 19, -9 -9), (-1 -1, 11 -1, 11 8, -1 8, -1 -1))",
            (0, 8, 10, 10, 20),
        ),
        (
            "POLYGON ((-5 1, 12 1, 12 9, -5 9, -5 8, 11 8, 11 2, -5 2, -5 1))",
            (0, 1, 10, 9, 20),
        ),
    ],
    ids=[
        "inside",
        "the chip itself",
        "all around",
        "over a corner",
        "a triangle over three edges",
        "two parts",
        "two parts of which one touches",
        "a hole over three edges",
        "a bracket that closes outside",
    ],
)
def test_a_box_is_around_what_lies_in_the_chip(
    wkt: str, expected: tuple[float, float, float, float, float]
) -> None:
    got = clip(shapes(wkt), [0], [0], 10, 10)
    row = [float(it[0]) for it in (got.left, got.top, got.right, got.bottom, got.area)]
    assert row == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("edge", [0.0, 10.0])
def test_a_box_cut_by_an_edge_ends_exactly_there(edge: float) -> None:
    got = clip(shapes("POLYGON ((-3 5.3, 5.1 -3, 13.7 5, 5 13.9, -3 5.3))"), [0], [0], 10, 10)
    assert edge in (got.left[0], got.right[0])
    assert edge in (got.top[0], got.bottom[0])


def test_no_shapes_make_no_pairs() -> None:
    assert len(clip(shapes(), [0, 5], [0, 5], 10, 10).place) == 0


def test_a_coast_of_many_vertices_is_measured_in_every_chip() -> None:
    """More edges than are clipped at once."""
    angles = np.linspace(0, 2 * np.pi, 150_000, endpoint=False)
    ring = np.stack([50 + 50 * np.cos(angles), 50 + 50 * np.sin(angles)], axis=1)
    content = np.concatenate([ring, ring[:1]]).tobytes()
    head = b"\1\3\0\0\0\1\0\0\0" + (len(ring) + 1).to_bytes(4, "little")
    circle = ogr.CreateGeometryFromWkb(head + content)
    got = clip(shapes_of((circle,)), range(0, 100, 25), range(0, 100, 25), 25, 25)
    assert got.area.sum() == pytest.approx(np.pi * 50**2, rel=1e-6)


@st.composite
def pixel_boxes(draw: st.DrawFn) -> Box:
    left, top = draw(st.integers(-20, 100)), draw(st.integers(-20, 100))
    return left, top, left + draw(st.integers(1, 60)), top + draw(st.integers(1, 60))


@examples
@given(st.lists(pixel_boxes(), min_size=1, max_size=6), st.integers(1, 40), st.integers(1, 40))
def test_chips_without_gaps_hold_all_of_a_shape_once(
    boxes: list[Box], columns: int, rows: int
) -> None:
    lefts, tops = range(-20, 180, columns), range(-20, 180, rows)
    found = shapes(*(box(*each) for each in boxes))
    got = clip(found, lefts, tops, columns, rows)
    sums = np.bincount(got.shape, weights=got.area, minlength=len(boxes))
    assert np.allclose(sums, found.areas())
