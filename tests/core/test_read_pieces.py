from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core.grid import Size
from chipwright.core.read_pieces import Window, from_the_end, from_the_top
from chipwright.tests.core.making import Array, examples

Pieces = Callable[[Window, Size, int, int], Iterator[Window]]
BOTH = pytest.mark.parametrize("pieces", [from_the_top, from_the_end])

places, lengths, sides = st.integers(0, 50), st.integers(1, 60), st.integers(1, 20)
windows = st.tuples(places, places, lengths, lengths)
blocks = st.builds(Size, sides, sides)
amounts = st.integers(1, 4000)


def blocks_of(window: Window, block: Size) -> Array:
    """Which blocks it reaches into, as (row, column) of the blocks."""
    left, top, columns, rows = window
    reached = np.zeros((200, 200), bool)
    reached[
        top // block.rows : -(-(top + rows) // block.rows),
        left // block.columns : -(-(left + columns) // block.columns),
    ] = True
    return reached


@BOTH
@examples
@given(windows, blocks, amounts)
def test_each_pixel_and_each_block_is_in_one_piece(
    pieces: Pieces, window: Window, block: Size, most: int
) -> None:
    found = np.zeros((120, 120), int)
    reached = np.zeros((200, 200), int)
    for left, top, columns, rows in pieces(window, block, 2, most):
        found[top : top + rows, left : left + columns] += 1
        reached += blocks_of((left, top, columns, rows), block)
    expected = np.zeros_like(found)
    expected[window[1] : window[1] + window[3], window[0] : window[0] + window[2]] = 1
    assert np.array_equal(found, expected)
    assert np.array_equal(reached, blocks_of(window, block))


@BOTH
@examples
@given(windows, blocks, amounts)
def test_pieces_are_small_unless_blocks_are_large(
    pieces: Pieces, window: Window, block: Size, most: int
) -> None:
    whole_row = pieces is from_the_top
    least = block.rows * (window[2] if whole_row else block.columns) * 2
    for _, _, columns, rows in pieces(window, block, 2, most):
        assert columns * rows * 2 <= max(most, least)


@examples
@given(windows, blocks, amounts)
def test_from_the_end_no_piece_begins_where_the_one_before_ended(
    window: Window, block: Size, most: int
) -> None:
    found = list(from_the_end(window, block, 1, most))
    corners = [(top, left) for left, top, _, _ in found]
    assert corners == sorted(corners, reverse=True)
    assert len(found) >= 2 or blocks_of(window, block).sum() == 1
