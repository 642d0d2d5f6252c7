from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chipwright.core.grid import PixelGrid
from chipwright.core.plan import (
    EDGE_POLICIES,
    STRIP_BYTES,
    Plan,
    Strip,
    padded_steps,
    part_on,
    shifted_steps,
    steps,
)
from chipwright.core.request import Size
from chipwright.tests.core.making import NORTH_UP, ROTATED, examples, pixel_grid


@st.composite
def sides(draw: st.DrawFn) -> tuple[int, int, int]:
    """Extent, tile and stride along one side, with some forty steps at most."""
    extent = draw(st.integers(1, 60) | st.integers(1, 400_000))
    tile = draw(st.integers(1, extent))
    stride = draw(st.integers(max(1, extent // 40), 2 * extent))
    return extent, tile, stride


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    columns, tile_columns, stride_columns = draw(sides())
    rows, tile_rows, stride_rows = draw(sides())
    return Plan(
        pixel_grid(columns, rows),
        Size(tile_columns, tile_rows),
        Size(stride_columns, stride_rows),
        draw(st.integers(1, 100)),
    )


def corners(strip: Strip) -> list[tuple[int, int]]:
    """Top and left of each place, in pixels of the whole grid."""
    grids = map(strip.place_grid, range(strip.place_count))
    return [(int(grid.geotransform[3]), int(grid.geotransform[0])) for grid in grids]


def all_steps(plan: Plan) -> list[tuple[int, int]]:
    tops = range(0, plan.grid.rows - plan.tile.rows + 1, plan.stride.rows)
    lefts = range(0, plan.grid.columns - plan.tile.columns + 1, plan.stride.columns)
    return list(itertools.product(tops, lefts))


def all_corners(plan: Plan) -> list[tuple[int, int]]:
    return [corner for strip in plan.strips() for corner in corners(strip)]


@examples
@given(plans())
def test_places_are_all_steps(plan: Plan) -> None:
    assert sorted(all_corners(plan)) == all_steps(plan)


@examples
@given(plans())
def test_places_run_row_by_row_where_strips_are_as_wide_as_the_image(plan: Plan) -> None:
    if all(len(strip.lefts) == len(plan.lefts) for strip in plan.strips()):
        assert all_corners(plan) == all_steps(plan)


@examples
@given(plans())
def test_places_run_row_by_row_in_each_strip(plan: Plan) -> None:
    assert all(corners(strip) == sorted(corners(strip)) for strip in plan.strips())


@examples
@given(plans())
def test_strips_are_numbered_on(plan: Plan) -> None:
    firsts = [strip.first for strip in plan.strips()]
    counts = [strip.place_count for strip in plan.strips()]
    assert firsts == [sum(counts[:rank]) for rank in range(len(counts))]


def reading_plan(columns: int, pixel_bytes: int, reads_whole_rows: bool = False) -> Plan:
    """Overlapping chips of an image of four thousand rows."""
    grid = pixel_grid(columns, 4096)
    tile, stride = Size(256, 256), Size(128, 128)
    return Plan(grid, tile, stride, pixel_bytes, reads_whole_rows=reads_whole_rows)


@pytest.mark.parametrize(
    ("columns", "pixel_bytes"), [(10_240, 3), (10_240, 24), (128_000, 3), (400_000, 8)]
)
def test_few_pixels_are_read_twice_however_wide_the_image_is(
    columns: int, pixel_bytes: int
) -> None:
    plan = reading_plan(columns, pixel_bytes)
    read = sum(strip.grid.columns * strip.grid.rows for strip in plan.strips())
    assert read <= 1.34 * plan.grid.columns * plan.grid.rows


def test_strips_are_as_wide_as_an_image_whose_rows_are_read_whole() -> None:
    plan = reading_plan(60_000, 3, reads_whole_rows=True)
    assert {len(strip.lefts) for strip in plan.strips()} == {len(plan.lefts)}


def test_chips_side_by_side_run_row_by_row_however_wide_the_image_is() -> None:
    grid, tile = pixel_grid(60_000, 1024), Size(256, 256)
    plan = Plan(grid, tile, tile, pixel_bytes=3)
    assert all_corners(plan) == all_steps(plan)


@examples
@given(plans())
def test_the_count_is_that_of_the_places(plan: Plan) -> None:
    assert plan.place_count == sum(strip.place_count for strip in plan.strips())


@examples
@given(plans())
def test_places_have_the_size_of_the_tile(plan: Plan) -> None:
    strip = next(plan.strips())
    sizes = {(grid.columns, grid.rows) for grid in map(strip.place_grid, range(strip.place_count))}
    assert sizes == {(plan.tile.columns, plan.tile.rows)}


@examples
@given(plans())
def test_places_lie_in_the_grid(plan: Plan) -> None:
    for top, left in (corner for strip in plan.strips() for corner in corners(strip)):
        assert 0 <= left <= plan.grid.columns - plan.tile.columns
        assert 0 <= top <= plan.grid.rows - plan.tile.rows


@examples
@given(plans())
def test_places_lie_in_their_strip(plan: Plan) -> None:
    for strip in plan.strips():
        assert strip.lefts[0] == strip.tops[0] == 0
        assert strip.lefts[-1] + strip.tile.columns == strip.grid.columns
        assert strip.tops[-1] + strip.tile.rows == strip.grid.rows


@examples
@given(plans())
def test_a_strip_fits_its_memory_or_is_a_single_place(plan: Plan) -> None:
    for strip in plan.strips():
        fits = strip.grid.columns * strip.grid.rows * plan.pixel_bytes <= STRIP_BYTES
        assert fits or strip.place_count == 1


@examples
@given(plans())
def test_no_row_of_pixels_in_a_gap_is_read(plan: Plan) -> None:
    if plan.stride.rows > plan.tile.rows:
        assert all(len(strip.tops) == 1 for strip in plan.strips())


@pytest.mark.parametrize(
    ("tile", "stride", "expected"), [(256, 2000, [1] * 4), (8, 1000, [10] * 10)]
)
def test_places_are_read_alone_if_the_gaps_between_them_are_large(
    tile: int, stride: int, expected: list[int]
) -> None:
    size = stride * (len(expected) if tile == 8 else 2)
    plan = Plan(
        PixelGrid(size, size, (0, 1, 0, 0, 0, -1)), Size(tile, tile), Size(stride, stride), 3
    )
    assert [strip.place_count for strip in plan.strips()] == expected


def test_places_with_narrow_gaps_are_read_together_however_many_bytes_a_pixel_has() -> None:
    """They share blocks of the image."""
    plan = Plan(pixel_grid(3000, 3000), Size(256, 256), Size(300, 300), pixel_bytes=24)
    assert [strip.place_count for strip in plan.strips()] == [10] * 10


@pytest.mark.parametrize(
    ("extent", "tile", "stride", "expected"),
    [
        (10, 4, 4, [0, 4]),
        (12, 4, 4, [0, 4, 8]),
        (10, 4, 2, [0, 2, 4, 6]),
        (10, 4, 5, [0, 5]),
        (10, 4, 100, [0]),
        (4, 4, 1, [0]),
        (3, 4, 1, []),
        (1, 1, 1, [0]),
    ],
)
def test_steps_leave_out_what_is_no_whole_tile(
    extent: int, tile: int, stride: int, expected: list[int]
) -> None:
    assert list(steps(extent, tile, stride)) == expected


@pytest.mark.parametrize("grid", [NORTH_UP, ROTATED], ids=["north up", "rotated"])
def test_the_grid_of_a_place_is_cut_out_of_the_image(grid: PixelGrid) -> None:
    strip, *_ = Plan(grid, Size(8, 6), Size(5, 4), pixel_bytes=1).strips()
    got = strip.place_grid(len(strip.lefts) + 2)
    assert got.geotransform == pytest.approx(grid.crop(10, 4, 8, 6).geotransform)


@pytest.mark.parametrize(("columns", "rows"), [(5, 100), (100, 5), (5, 5)])
def test_a_grid_smaller_than_a_tile_has_no_strips(columns: int, rows: int) -> None:
    plan = Plan(pixel_grid(columns, rows), Size(10, 10), Size(5, 5), pixel_bytes=1)
    assert list(plan.strips()) == []


@examples
@given(plans())
def test_a_batch_is_a_strip(plan: Plan) -> None:
    """It shares all that its places can share."""
    assert list(plan.batches()) == [(strip,) for strip in plan.strips()]


def test_a_place_alone_is_a_strip_of_one_place() -> None:
    strip, *_ = Plan(NORTH_UP, Size(8, 6), Size(5, 4), pixel_bytes=1).strips()
    alone = strip.place_strip(9)
    assert (alone.place_count, alone.place_grid(0)) == (1, strip.place_grid(9))


# edges


few = settings(examples, max_examples=40)


@st.composite
def any_sides(draw: st.DrawFn) -> tuple[int, int, int]:
    """Extent, tile and stride along one side; the tile may be larger than the extent."""
    return draw(st.integers(1, 60)), draw(st.integers(1, 70)), draw(st.integers(1, 90))


def covered(corners: Sequence[int], tile: int, extent: int) -> set[int]:
    return {pixel for left in corners for pixel in range(left, left + tile) if pixel < extent}


@examples
@given(any_sides())
def test_no_stride_of_overlapping_or_touching_tiles_leaves_a_pixel_out(
    side: tuple[int, int, int],
) -> None:
    extent, tile, stride = side
    if stride <= tile:
        assert covered(padded_steps(extent, tile, stride), tile, extent) == set(range(extent))
        if tile <= extent:
            assert covered(shifted_steps(extent, tile, stride), tile, extent) == set(range(extent))


@examples
@given(sides())
def test_the_last_shifted_tile_ends_at_the_edge(side: tuple[int, int, int]) -> None:
    extent, tile, stride = side
    assert shifted_steps(extent, tile, stride)[-1] + tile == extent


@examples
@given(any_sides())
def test_shifting_adds_one_tile_at_most(side: tuple[int, int, int]) -> None:
    whole, shifted = list(steps(*side)), list(shifted_steps(*side))
    assert shifted[: len(whole)] == whole
    assert len(shifted) - len(whole) in (0, 1)
    assert sorted(set(shifted)) == shifted


@examples
@given(any_sides())
def test_every_padded_tile_lies_on_a_step_and_shows_some_of_the_image(
    side: tuple[int, int, int],
) -> None:
    extent, _, stride = side
    found = padded_steps(*side)
    assert list(found) == [number * stride for number in range(len(found))]
    assert found[-1] < extent


@examples
@given(any_sides())
def test_there_are_as_few_padded_tiles_as_cover_the_image(side: tuple[int, int, int]) -> None:
    """Without the last of them some pixel is in none that is not in a gap."""
    extent, tile, stride = side
    *before, last = padded_steps(extent, tile, stride)
    assert not before or before[-1] + tile < extent
    assert last == 0 or covered([last], tile, extent) - covered(before, tile, extent)


@pytest.mark.parametrize(
    ("extent", "tile", "stride", "shifted", "padded"),
    [
        (10, 4, 4, [0, 4, 6], [0, 4, 8]),
        (12, 4, 4, [0, 4, 8], [0, 4, 8]),
        (10, 4, 2, [0, 2, 4, 6], [0, 2, 4, 6]),
        (10, 4, 5, [0, 5, 6], [0, 5]),
        (9, 4, 5, [0, 5], [0, 5]),
        (10, 4, 100, [0, 6], [0]),
        (4, 4, 1, [0], [0]),
        (3, 4, 1, [], [0]),
        (3, 4, 9, [], [0]),
        (11, 10, 1, [0, 1], [0, 1]),
    ],
)
def test_tiles_at_the_edge(
    extent: int, tile: int, stride: int, shifted: list[int], padded: list[int]
) -> None:
    assert list(shifted_steps(extent, tile, stride)) == shifted
    assert list(padded_steps(extent, tile, stride)) == padded


@st.composite
def edged_plans(draw: st.DrawFn) -> Plan:
    columns, tile_columns, stride_columns = draw(any_sides())
    rows, tile_rows, stride_rows = draw(any_sides())
    return Plan(
        pixel_grid(columns, rows),
        Size(tile_columns, tile_rows),
        Size(stride_columns, stride_rows),
        draw(st.integers(1, 1 << 20)),
        draw(st.sampled_from(list(EDGE_POLICIES))),
    )


@few
@given(edged_plans())
def test_places_are_those_of_the_policy_row_by_row(plan: Plan) -> None:
    policy = EDGE_POLICIES[plan.edge_policy]
    tops = policy(plan.grid.rows, plan.tile.rows, plan.stride.rows)
    lefts = policy(plan.grid.columns, plan.tile.columns, plan.stride.columns)
    got = [corner for strip in plan.strips() for corner in corners(strip)]
    assert got == list(itertools.product(tops, lefts))
    assert plan.place_count == len(got)


@few
@given(edged_plans())
def test_places_are_numbered_on_from_strip_to_strip(plan: Plan) -> None:
    strips = list(plan.strips())
    counts = [strip.place_count for strip in strips]
    assert [strip.first for strip in strips] == [0, *itertools.accumulate(counts)][: len(counts)]


@few
@given(edged_plans())
def test_a_strip_tells_which_part_of_it_is_image(plan: Plan) -> None:
    for strip in plan.strips():
        left, top = int(strip.grid.geotransform[0]), int(strip.grid.geotransform[3])
        right, bottom = left + strip.grid.columns, top + strip.grid.rows
        if right <= plan.grid.columns and bottom <= plan.grid.rows:
            assert strip.on_image is None
        else:
            part = min(right, plan.grid.columns) - left, min(bottom, plan.grid.rows) - top
            assert strip.on_image == (0, 0, *part)


@few
@given(edged_plans())
def test_only_padded_places_leave_the_image(plan: Plan) -> None:
    if plan.edge_policy != "pad":
        assert all(strip.on_image is None for strip in plan.strips())


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ((0, 0, 40, 30), None),
        ((3, 4, 5, 6), None),
        ((-2, 0, 5, 5), (2, 0, 5, 5)),
        ((38, 27, 5, 5), (0, 0, 2, 3)),
        ((-3, -4, 60, 50), (3, 4, 43, 34)),
    ],
)
def test_the_part_of_a_window_on_a_grid(
    window: tuple[int, int, int, int], expected: Optional[tuple[int, int, int, int]]
) -> None:
    assert part_on(pixel_grid(40, 30), *window) == expected


@pytest.mark.parametrize(("stride", "rows"), [(256, 4), (128, 4), (65, 4), (64, 8), (8, 8)])
def test_strips_have_more_rows_where_neighbours_would_be_mostly_the_same(
    stride: int, rows: int
) -> None:
    plan = Plan(pixel_grid(512, 4096), Size(256, 256), Size(256, stride), pixel_bytes=1)
    assert len(next(iter(plan.strips())).tops) == rows


def rows_of_strips(rows_of_places: int, **settings: Any) -> list[int]:
    """Rows of places in each strip of an image that has so many."""
    plan = Plan(pixel_grid(64, 64 * rows_of_places), Size(64, 64), Size(64, 64), 3, **settings)
    return [len(strip.tops) for strip in plan.strips()]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (16, [4, 4, 4, 2, 1, 1]),
        (19, [4, 4, 4, 4, 2, 1]),
        (79, [4] * 18 + [4, 2, 1]),
        (15, [4, 4, 4, 3]),
        (3, [3]),
    ],
)
def test_the_last_strips_become_smaller_so_that_all_workers_end_together(
    rows: int, expected: list[int]
) -> None:
    """Where there are many; few are all alike."""
    assert rows_of_strips(rows) == expected


def test_strips_of_a_remote_image_do_not_become_smaller() -> None:
    """What they share would be fetched more often."""
    assert rows_of_strips(33, is_remote=True) == [8, 8, 8, 8, 1]
