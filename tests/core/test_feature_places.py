from __future__ import annotations

import math
import pickle
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osgeo import ogr

from chipwright.core.feature_places import (
    TOGETHER,
    FeaturePlaces,
    centred_places,
    cropped_places,
    together,
    turned_shapes,
)
from chipwright.core.grid import PixelGrid
from chipwright.core.plan import Strip
from chipwright.core.request import Size
from chipwright.core.shapes import Shapes
from chipwright.core.wkb import shapes_of_wkb
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    box,
    examples,
    geometry,
    outline,
    pixel_grid,
    shapes,
)

GRID = pixel_grid(60, 40)
GRIDS = pytest.mark.parametrize(
    "grid", [NORTH_UP, SOUTH_UP, ROTATED], ids=["north up", "south up", "rotated"]
)
SOME = 1e-6
"""A part of less than this many square pixels may be one or none."""
NEAR = 1e-4
"""Pixels by which the margin of a feature that reaches into a chip may show."""
Window = tuple[int, int, int, int]


@st.composite
def areas(draw: st.DrawFn) -> ogr.Geometry:
    """A hull of points in and around the grid, often with a bite taken out of it."""
    area = draw(hulls())
    bite = draw(st.none() | hulls())
    rest = area if bite is None else area.Difference(bite)
    parts = ("POLYGON", "MULTIPOLYGON")
    return rest if rest.GetGeometryName() in parts and rest.GetArea() > 0.01 else area


@st.composite
def hulls(draw: st.DrawFn) -> ogr.Geometry:
    eighths = st.tuples(st.integers(-160, 640), st.integers(-160, 480))
    corner, *others = draw(st.lists(eighths, min_size=3, max_size=7, unique=True))
    points = ", ".join(f"({x / 8} {y / 8})" for x, y in (corner, *others))
    hull = geometry(f"MULTIPOINT ({points})").ConvexHull()
    return hull if hull.GetArea() > 0.01 else hull.Buffer(2)


def shapes_of(*geometries: ogr.Geometry) -> Shapes:
    return shapes_of_wkb([bytes(it.ExportToIsoWkb(ogr.wkbNDR)) for it in geometries])


def window(places: FeaturePlaces, place: int = 0) -> Window:
    """Left, top, columns and rows of a place."""
    found = (places.left, places.top, places.columns, places.rows)
    return tuple(int(side[place]) for side in found)  # type: ignore[return-value]


def part_in(area: ogr.Geometry, place: Window) -> ogr.Geometry:
    """What OGR finds of an area in a window."""
    left, top, columns, rows = place
    return area.Intersection(geometry(box(left, top, left + columns, top + rows)))


def bounds(part: ogr.Geometry) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is an area in it."""
    envelopes = [polygon.GetEnvelope() for polygon in polygons(part)]
    lefts, rights, tops, bottoms = zip(*envelopes)
    return min(lefts), min(tops), max(rights), max(bottoms)


def polygons(part: ogr.Geometry) -> list[ogr.Geometry]:
    if part.GetGeometryName() == "POLYGON":
        return [part]
    parts = [part.GetGeometryRef(number) for number in range(part.GetGeometryCount())]
    return [polygon for each in parts for polygon in polygons(each)]


def assert_holds(places: FeaturePlaces, area: ogr.Geometry) -> None:
    """The box and the area of a place are those that OGR finds."""
    part = part_in(area, window(places))
    assert places.area[0] == pytest.approx(part.GetArea(), rel=1e-6, abs=SOME)
    if part.GetArea() > SOME:
        left, top, _, _ = window(places)
        expected = np.array(bounds(part)) - [left, top, left, top]
        assert places.box[:, 0] == pytest.approx(expected, abs=NEAR)


TILES = st.tuples(st.integers(1, 40), st.integers(1, 40)).map(lambda sides: Size(*sides))


# tiles around the middle


@examples
@given(areas(), TILES)
def test_the_middle_of_a_tile_is_that_of_the_box_but_for_half_a_pixel(
    area: ogr.Geometry, tile: Size
) -> None:
    left, top, columns, rows = window(centred_places(shapes_of(area), GRID, tile))
    west, east, north, south = area.GetEnvelope()
    assert abs((left + columns / 2) - (west + east) / 2) <= 0.5 + 1e-9
    assert abs((top + rows / 2) - (north + south) / 2) <= 0.5 + 1e-9


@examples
@given(areas(), TILES)
def test_a_tile_has_the_size_asked_for(area: ogr.Geometry, tile: Size) -> None:
    places = centred_places(shapes_of(area), GRID, tile)
    assert window(places)[2:] == (tile.columns, tile.rows)


@examples
@given(areas(), TILES)
def test_a_tile_holds_what_ogr_finds_in_it(area: ogr.Geometry, tile: Size) -> None:
    assert_holds(centred_places(shapes_of(area), GRID, tile), area)


@pytest.mark.parametrize(
    ("drawn", "tile", "expected"),
    [
        (box(10, 10, 20, 20), Size(4, 4), (13, 13, 4, 4)),
        (box(10, 10, 20, 20), Size(5, 5), (13, 13, 5, 5)),
        (box(10, 10, 21, 21), Size(4, 4), (14, 14, 4, 4)),
        (box(10, 10, 21, 21), Size(5, 5), (13, 13, 5, 5)),
        (box(10.3, 10.7, 10.4, 10.8), Size(1, 1), (10, 10, 1, 1)),
        (box(0, 0, 2, 2), Size(8, 6), (-3, -2, 8, 6)),
        ("POLYGON ((0 0, 20 0, 0 1, 0 0))", Size(2, 2), (9, 0, 2, 2)),
    ],
)
def test_a_tile_is_moved_to_the_nearest_pixel(drawn: str, tile: Size, expected: Window) -> None:
    assert window(centred_places(shapes(drawn), GRID, tile)) == expected


def test_a_feature_with_nothing_in_its_middle_has_no_area_in_its_tile() -> None:
    around = geometry(box(0, 0, 30, 30)).Difference(geometry(box(5, 5, 25, 25)))
    assert centred_places(shapes_of(around), GRID, Size(10, 10)).area.tolist() == [0]


# cropped to the box


@examples
@given(areas())
def test_a_cropped_place_is_the_smallest_window_of_whole_pixels(area: ogr.Geometry) -> None:
    part = part_in(area, (0, 0, GRID.columns, GRID.rows))
    found = window(cropped_places(shapes_of(area), GRID))
    if part.GetArea() > 0.01:
        left, top, right, bottom = bounds(part)
        first, last = (math.floor(left), math.floor(top)), (math.ceil(right), math.ceil(bottom))
        assert found == (*first, last[0] - first[0], last[1] - first[1])


@examples
@given(areas())
def test_a_cropped_place_lies_on_the_grid(area: ogr.Geometry) -> None:
    places = cropped_places(shapes_of(area), GRID)
    assert places.within_grid().tolist() == [True] or places.area[0] < SOME


@examples
@given(areas())
def test_a_cropped_place_holds_what_ogr_finds_in_it(area: ogr.Geometry) -> None:
    assert_holds(cropped_places(shapes_of(area), GRID), area)


@pytest.mark.parametrize("rounding", [0.0, 1e-9, -1e-9])
def test_a_box_on_the_edges_of_pixels_is_cropped_to_them(rounding: float) -> None:
    drawn = box(3 - rounding, 4 - rounding, 8 + rounding, 9 + rounding)
    assert window(cropped_places(shapes(drawn), GRID)) == (3, 4, 5, 5)


def test_a_feature_within_a_pixel_is_cropped_to_it() -> None:
    assert window(cropped_places(shapes(box(7.3, 8.6, 7.4, 8.7)), GRID)) == (7, 8, 1, 1)


@pytest.mark.parametrize(
    "drawn",
    [
        box(-20, 3, -10, 8),
        box(60, 3, 70, 8),
        box(3, 40, 8, 50),
        "POLYGON ((-10 -1, 70 -1, 70 50, 65 50, 65 0, -10 0, -10 -1))",
    ],
    ids=["beside", "touching the right edge", "touching the bottom", "around a corner"],
)
def test_a_feature_that_does_not_reach_into_the_grid_has_an_empty_place(drawn: str) -> None:
    _, _, columns, rows = window(cropped_places(shapes(drawn), GRID))
    assert columns * rows == 0


def test_a_feature_larger_than_the_grid_is_cropped_to_the_grid() -> None:
    places = cropped_places(shapes(box(-100, -100, 100, 100)), GRID)
    assert window(places) == (0, 0, 60, 40)
    assert places.area.tolist() == [2400]


# on the map


def on_map(grid: PixelGrid, column: float, row: float, side: float) -> ogr.Geometry:
    """A diamond around a point, in pixels of a grid, as it lies on the map."""
    columns = np.array([column - side, column, column + side, column, column - side])
    rows = np.array([row, row - side, row, row + side, row])
    points = zip(*(axis.tolist() for axis in grid.to_map(columns, rows)))
    return geometry(f"POLYGON (({', '.join(f'{x!r} {y!r}' for x, y in points)}))")


@GRIDS
def test_places_lie_on_the_map_where_their_feature_lies(grid: PixelGrid) -> None:
    drawn = on_map(grid, 17.25, 12.75, 5)
    for places in (
        centred_places(shapes_of(drawn).on(grid), grid, Size(12, 12)),
        cropped_places(shapes_of(drawn).on(grid), grid),
    ):
        ((strip,),) = places.batches()
        assert outline(strip.place_grid(0)).Contains(drawn)


@GRIDS
def test_a_tile_on_the_map_holds_what_ogr_finds_in_it(grid: PixelGrid) -> None:
    drawn = on_map(grid, 17.3, 12.7, 9)
    places = centred_places(shapes_of(drawn).on(grid), grid, Size(7, 5))
    ((strip,),) = places.batches()
    expected = outline(strip.place_grid(0)).Intersection(drawn).GetArea()
    assert places.area[0] * grid.cell_area == pytest.approx(expected, rel=1e-6)


# whether they lie on the grid


@pytest.mark.parametrize(
    ("middle", "expected"),
    [
        ((4, 4), True),
        ((56, 36), True),
        ((3, 20), False),
        ((57, 20), False),
        ((20, 3), False),
        ((20, 37), False),
    ],
)
def test_a_tile_lies_on_the_grid_or_leaves_it(middle: tuple[int, int], expected: bool) -> None:
    x, y = middle
    places = centred_places(shapes(box(x - 1, y - 1, x + 1, y + 1)), GRID, Size(8, 8))
    assert places.within_grid().tolist() == [expected]


# order, choice and batches


def tiles(corners: Sequence[tuple[int, int]]) -> FeaturePlaces:
    """Tiles of 2 × 2 pixels at these corners."""
    drawn = (box(x, y, x + 2, y + 2) for x, y in corners)
    return centred_places(shapes(*drawn), GRID, Size(2, 2))


CORNERS = st.lists(st.tuples(st.integers(0, 58), st.integers(0, 38)), max_size=20)


@examples
@given(CORNERS, st.integers(1, 50))
def test_places_run_from_left_to_right_band_by_band(
    corners: list[tuple[int, int]], band: int
) -> None:
    ordered = tiles(corners).in_reading_order(band)
    expected = sorted(range(len(corners)), key=lambda n: (corners[n][1] // band, *corners[n], n))
    assert ordered.feature.tolist() == expected


@examples
@given(CORNERS, st.integers(1, 50))
def test_everything_of_a_place_moves_with_it(corners: list[tuple[int, int]], band: int) -> None:
    places = tiles(corners)
    ordered = places.in_reading_order(band)
    for place, feature in enumerate(ordered.feature.tolist()):
        assert window(ordered, place) == window(places, feature)
        assert ordered.box[:, place].tolist() == places.box[:, feature].tolist()
        assert ordered.area[place] == places.area[feature]


def test_chosen_places_come_in_the_order_asked_for() -> None:
    chosen = tiles([(0, 0), (10, 0), (20, 0)]).select(np.array([2, 0]))
    assert (chosen.feature.tolist(), chosen.left.tolist()) == ([2, 0], [20, 0])


def strips(places: FeaturePlaces) -> list[Strip]:
    return [strip for batch in places.batches() for strip in batch]


@pytest.mark.parametrize("count", [0, 1, TOGETHER, TOGETHER + 1, 3 * TOGETHER - 1])
def test_every_place_is_in_one_batch_in_order(count: int) -> None:
    places = tiles([(n % 58, n // 58) for n in range(count)])
    found = strips(places)
    assert places.place_count == count
    assert [strip.first for strip in found] == list(range(count))


@pytest.mark.parametrize("count", [1, TOGETHER, TOGETHER + 1, 3 * TOGETHER - 1])
def test_a_batch_is_never_larger_than_what_is_read_together(count: int) -> None:
    sizes = [len(batch) for batch in tiles([(0, 0)] * count).batches()]
    assert max(sizes) <= TOGETHER


def test_a_strip_is_the_place_and_nothing_else() -> None:
    places = cropped_places(shapes(box(3.5, 4.5, 8.5, 6.5), box(10, 10, 11, 30)), GRID)
    found = [(strip.grid, strip.tile, strip.place_count) for strip in strips(places)]
    assert found == [
        (GRID.crop(3, 4, 6, 3), Size(6, 3), 1),
        (GRID.crop(10, 10, 1, 20), Size(1, 20), 1),
    ]


@pytest.mark.parametrize("made", [centred_places, cropped_places])
def test_no_features_make_no_places(made: object) -> None:
    places = (
        centred_places(shapes(), GRID, Size(4, 4))
        if made is centred_places
        else cropped_places(shapes(), GRID)
    )
    assert (places.place_count, list(places.batches())) == (0, [])


def test_places_go_to_workers() -> None:
    there = pickle.loads(pickle.dumps(tiles([(3, 4), (5, 6)])))
    assert [strip.grid for strip in strips(there)] == [GRID.crop(3, 4, 2, 2), GRID.crop(5, 6, 2, 2)]


# turned


few = settings(examples, max_examples=40)
DEGREES = st.sampled_from([45.0, 90.0, 180.0, 270.0]) | st.floats(1, 359)


def in_place(area: ogr.Geometry, strip: Strip) -> ogr.Geometry:
    """What OGR finds of an area, in the pixels of a turned place."""
    moved = area.Clone()
    for polygon in polygons(moved):
        for number in range(polygon.GetGeometryCount()):
            ring = polygon.GetGeometryRef(number)
            points = np.array(ring.GetPoints())[:, :2]
            columns, rows = strip.grid.to_pixels(points[:, 0].copy(), points[:, 1].copy())
            for at, (column, row) in enumerate(zip(columns.tolist(), rows.tolist())):
                ring.SetPoint_2D(at, column, row)
    return moved.Intersection(geometry(box(0, 0, strip.tile.columns, strip.tile.rows)))


def assert_turned_place_holds(places: FeaturePlaces, area: ogr.Geometry) -> None:
    (strip,) = strips(places)
    part = in_place(area, strip)
    assert places.area[0] == pytest.approx(part.GetArea(), rel=1e-6, abs=1e-5)
    if part.GetArea() > 1e-3:
        assert places.box[:, 0] == pytest.approx(bounds(part), abs=NEAR)


@few
@given(areas(), TILES, DEGREES)
def test_a_turned_tile_holds_what_ogr_finds_in_it(
    area: ogr.Geometry, tile: Size, degrees: float
) -> None:
    assert_turned_place_holds(centred_places(shapes_of(area), GRID, tile, degrees), area)


@few
@given(areas(), DEGREES)
def test_a_turned_cropped_place_holds_the_whole_feature(area: ogr.Geometry, degrees: float) -> None:
    places = cropped_places(shapes_of(area), GRID, degrees)
    assert_turned_place_holds(places, area)
    assert places.area[0] == pytest.approx(area.GetArea(), rel=1e-6)


@few
@given(areas(), DEGREES)
def test_a_turned_cropped_place_is_not_a_pixel_too_large(
    area: ogr.Geometry, degrees: float
) -> None:
    places = cropped_places(shapes_of(area), GRID, degrees)
    left, top, right, bottom = places.box[:, 0]
    assert 0 <= left < 1 and 0 <= top < 1
    assert 0 <= places.columns[0] - right < 1 and 0 <= places.rows[0] - bottom < 1


@few
@given(areas(), TILES, DEGREES)
def test_boxes_lie_in_their_place(area: ogr.Geometry, tile: Size, degrees: float) -> None:
    for places in (
        centred_places(shapes_of(area), GRID, tile, degrees),
        cropped_places(shapes_of(area), GRID, degrees),
    ):
        if places.area[0] > SOME:
            left, top, right, bottom = places.box[:, 0]
            assert 0 <= left <= right <= places.columns[0]
            assert 0 <= top <= bottom <= places.rows[0]


@few
@given(areas(), TILES, DEGREES)
def test_a_turned_tile_lies_where_the_grid_lays_it(
    area: ogr.Geometry, tile: Size, degrees: float
) -> None:
    upright = centred_places(shapes_of(area), GRID, tile)
    (strip,) = strips(centred_places(shapes_of(area), GRID, tile, degrees))
    left, top, columns, rows = window(upright)
    expected = GRID.around(left + columns / 2, top + rows / 2, columns, rows, degrees)
    assert strip.grid.geotransform == pytest.approx(expected.geotransform, abs=1e-9)


@few
@given(areas(), TILES, DEGREES)
def test_turned_places_lie_on_the_grid_or_leave_it(
    area: ogr.Geometry, tile: Size, degrees: float
) -> None:
    places = centred_places(shapes_of(area), GRID, tile, degrees)
    (strip,) = strips(places)
    left, low, right, high = strip.grid.bounds
    beyond = max(-left, -low, right - GRID.columns, high - GRID.rows)
    if abs(beyond) > 1e-5 or beyond == 0:
        assert places.within_grid().tolist() == [beyond <= 0]


@pytest.mark.parametrize("degrees", [90.0, 180.0, 270.0])
@pytest.mark.parametrize("made", ["tiles", "cropped"])
def test_quarter_turns_are_made_of_pixels(degrees: float, made: str) -> None:
    drawn = shapes(box(10.25, 8.5, 21.75, 15.125), box(30, 20, 33, 29))
    tiles_of = (
        centred_places(drawn, GRID, Size(7, 4), degrees)
        if made == "tiles"
        else cropped_places(drawn, GRID, degrees)
    )
    for strip in strips(tiles_of):
        assert all(float(value).is_integer() for value in strip.grid.geotransform)


@few
@given(areas(), st.floats(-50, 50), st.floats(-50, 50), DEGREES)
def test_a_turn_and_its_inverse_leave_a_shape_as_it_is(
    area: ogr.Geometry, left: float, top: float, degrees: float
) -> None:
    found = shapes_of(area)
    there = turned_shapes(found, np.array([left]), np.array([top]), degrees)
    back = turned_shapes(there, np.zeros(1), np.zeros(1), 360 - degrees)
    assert np.allclose(back.x + left, found.x, rtol=0, atol=1e-9)
    assert np.allclose(back.y + top, found.y, rtol=0, atol=1e-9)
    assert there.areas() == pytest.approx(found.areas(), rel=1e-9)


# shifted


@few
@given(areas(), TILES)
def test_a_shifted_tile_lies_on_the_grid_as_near_as_can_be(area: ogr.Geometry, tile: Size) -> None:
    left, top, *_ = window(centred_places(shapes_of(area), GRID, tile))
    shifted = centred_places(shapes_of(area), GRID, tile, is_shifted=True)
    held = np.clip([left, top], 0, [GRID.columns - tile.columns, GRID.rows - tile.rows])
    assert window(shifted)[:2] == tuple(held.tolist())
    assert shifted.within_grid().tolist() == [True]
    assert_holds(shifted, area)


def test_turned_tiles_are_not_shifted() -> None:
    drawn = shapes(box(0, 0, 2, 2))
    places = centred_places(drawn, GRID, Size(8, 6), 90.0, is_shifted=True)
    assert places.within_grid().tolist() == [False]


# together


def test_places_of_several_angles_come_one_angle_after_the_other_within_a_band() -> None:
    """Neighbours of one angle are read together."""
    drawn = shapes(box(30, 10, 34, 14), box(10, 12, 14, 16))
    upright, turned = (centred_places(drawn, GRID, Size(4, 4), turn) for turn in (0.0, 90.0))
    ordered = together([upright, turned]).in_reading_order(50)
    assert list(zip(ordered.degrees.tolist(), ordered.feature.tolist())) == [
        (0, 1),
        (0, 0),
        (90, 1),
        (90, 0),
    ]


def test_all_places_are_kept_together() -> None:
    drawn = shapes(box(30, 10, 34, 14), box(10, 12, 14, 16))
    parts = [centred_places(drawn, GRID, Size(4, 4), turn) for turn in (0.0, 30.0, 60.0)]
    both = together(parts)
    expected = [strip.grid for part in parts for strip in strips(part)]
    assert [strip.grid for strip in strips(both)] == expected
