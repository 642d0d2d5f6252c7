from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from osgeo import ogr

from chipwright.core.grid import PixelGrid, Size
from chipwright.core.plan import Plan, Strip
from chipwright.core.turned_plan import (
    TOGETHER,
    PlanSequence,
    TurnedPlan,
    multiples,
    turning_plan,
)
from chipwright.tests.core.making import NORTH_UP, ROTATED, SOUTH_UP, examples, outline, pixel_grid

GRIDS = pytest.mark.parametrize(
    "grid", [NORTH_UP, SOUTH_UP, ROTATED], ids=["north up", "south up", "rotated"]
)
SIDES = st.integers(1, 12)
ANGLES = st.sampled_from([30.0, 45.0, 90.0, 180.0, 270.0, 359.0]) | st.floats(1, 359)


@st.composite
def plans(draw: st.DrawFn) -> TurnedPlan:
    grid = pixel_grid(draw(st.integers(12, 30)), draw(st.integers(12, 30)))
    stride = Size(draw(st.integers(3, 9)), draw(st.integers(3, 9)))
    policy = draw(st.sampled_from(["drop", "shift", "pad"]))
    upright = Plan(grid, Size(draw(SIDES), draw(SIDES)), stride, 1, policy)
    return TurnedPlan(upright, draw(ANGLES), draw(st.integers(0, 99)))


def strips(plan: TurnedPlan | Plan | PlanSequence) -> list[Strip]:
    return [strip for batch in plan.batches() for strip in batch]


def footprint(middle: tuple[float, float], tile: Size, degrees: float) -> ogr.Geometry:
    """A tile that OGR is told of, turned about its middle; y runs down."""
    turn = math.radians(degrees)
    axes = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    halves = [tile.columns / 2, tile.rows / 2]
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * halves @ axes + middle
    points = ", ".join(f"{x!r} {y!r}" for x, y in corners.tolist())
    return ogr.CreateGeometryFromWkt(f"POLYGON (({points}))")


# how often it is turned


@examples
@given(st.floats(0.5, 359.9) | st.integers(1, 359))
def test_multiples_are_all_below_a_full_turn(angle: float) -> None:
    expected = [k * angle for k in range(1, 800) if k * angle < 360 - 1e-5]
    assert multiples(angle) == expected


@pytest.mark.parametrize(
    ("angle", "expected"),
    [
        (0, []),
        (60, [60, 120, 180, 240, 300]),
        (90, [90, 180, 270]),
        (180, [180]),
        (359, [359]),
        (100, [100, 200, 300]),
        (51.428571, [51.428571 * k for k in range(1, 7)]),  # a seventh, rounded
        (0.1 * 3 * 300, [0.1 * 3 * 300 * k for k in (1, 2, 3)]),
    ],
)
def test_multiples_of_an_angle(angle: float, expected: list[float]) -> None:
    assert multiples(angle) == expected


def test_without_an_angle_there_are_upright_chips_only() -> None:
    upright = Plan(NORTH_UP, Size(8, 6), Size(5, 4), 1)
    assert turning_plan(upright, 0) is upright


def test_upright_chips_come_first() -> None:
    upright = Plan(NORTH_UP, Size(8, 6), Size(5, 4), 1)
    assert strips(turning_plan(upright, 120))[: len(strips(upright))] == strips(upright)


@pytest.mark.parametrize("angle", [45, 90, 100])
def test_places_are_numbered_on(angle: float) -> None:
    plan = turning_plan(Plan(NORTH_UP, Size(8, 6), Size(5, 4), 1), angle)
    counts = [strip.place_count for strip in strips(plan)]
    expected = np.concatenate([[0], np.cumsum(counts)]).tolist()
    assert [strip.first for strip in strips(plan)] == expected[:-1]
    assert plan.place_count == expected[-1]


# which places


@examples
@given(plans())
def test_places_are_those_whose_footprint_stays_on_the_image(plan: TurnedPlan) -> None:
    """But for quarter turns of tiles with half a pixel between their middle and a corner."""
    tile, grid = plan.upright.tile, plan.upright.grid
    if plan.degrees % 90 == 0 and (tile.columns + tile.rows) % 2:
        return
    image = outline(grid)
    expected = 0
    for top in plan.upright.tops:
        for left in plan.upright.lefts:
            middle = left + tile.columns / 2, top + tile.rows / 2
            shape = footprint(middle, tile, plan.degrees)
            expected += shape.Difference(image).GetArea() < 1e-7
    assert plan.place_count == expected


@examples
@given(plans())
def test_the_count_is_that_of_the_strips(plan: TurnedPlan) -> None:
    assert plan.place_count == sum(strip.place_count for strip in strips(plan))


@examples
@given(plans())
def test_no_place_leaves_the_image(plan: TurnedPlan) -> None:
    for strip in strips(plan):
        left, low, right, high = strip.grid.bounds
        assert min(left, low) >= -1e-6
        assert right <= plan.upright.grid.columns + 1e-6
        assert high <= plan.upright.grid.rows + 1e-6


@examples
@given(plans())
def test_places_have_the_size_of_the_tile(plan: TurnedPlan) -> None:
    tile = plan.upright.tile
    sizes = {(strip.grid.columns, strip.grid.rows, strip.tile) for strip in strips(plan)}
    assert sizes <= {(tile.columns, tile.rows, tile)}


@examples
@given(plans())
def test_quarter_turns_are_made_of_pixels(plan: TurnedPlan) -> None:
    quarter = TurnedPlan(plan.upright, 90.0, 0)
    for strip in strips(quarter):
        assert all(float(value).is_integer() for value in strip.grid.geotransform)


@GRIDS
@pytest.mark.parametrize("degrees", [90.0, 30.0, 200.0])
def test_places_lie_about_the_middle_of_the_upright_ones(grid: PixelGrid, degrees: float) -> None:
    upright = Plan(grid, Size(8, 6), Size(4, 4), 1)
    plan = TurnedPlan(upright, degrees, 0)
    middles = [(left + 4, top + 3) for top in plan.tops for left in plan.lefts]
    for strip, middle in zip(strips(plan), middles):
        there = strip.grid.to_map(np.array([4.0]), np.array([3.0]))
        assert np.ravel(grid.to_pixels(*there)) == pytest.approx(middle, abs=1e-6)


# batches


@examples
@given(plans())
def test_places_are_numbered_in_order(plan: TurnedPlan) -> None:
    found = [strip.first for strip in strips(plan)]
    assert found == list(range(plan.first, plan.first + plan.place_count))


@pytest.mark.parametrize("columns", [10, 16, 17, 40])
def test_a_batch_holds_neighbours_of_one_row(columns: int) -> None:
    upright = Plan(pixel_grid(columns + 3, 9), Size(4, 4), Size(1, 3), 1)
    for batch in TurnedPlan(upright, 90, 0).batches():
        assert 1 <= len(batch) <= TOGETHER
        assert len({strip.grid.geotransform[3] for strip in batch}) == 1


def test_a_tile_too_long_to_be_turned_has_no_places() -> None:
    upright = Plan(pixel_grid(40, 10), Size(20, 4), Size(4, 4), 1)
    plan = TurnedPlan(upright, 90, 0)
    assert (plan.place_count, strips(plan)) == (0, [])
