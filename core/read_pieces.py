"""Windows of a raster in pieces of whole blocks, so that none is read for two of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .grid import Size

Window = tuple[int, int, int, int]
"""Left, top, columns and rows, in pixels."""


def from_the_top(
    window: Window, block: Size, pixel_bytes: int, most_bytes: int
) -> Iterator[Window]:
    """Rows of blocks, as many at once as take so many bytes, and at least one.

    >>> from chipwright.core.grid import Size
    >>> list(from_the_top((10, 0, 90, 100), Size(64, 32), 1, 6000))
    [(10, 0, 90, 64), (10, 64, 90, 36)]
    """
    left, top, columns, rows = window
    count = max(1, most_bytes // (block.rows * columns * pixel_bytes))
    for begin, end in _cuts(top, top + rows, count * block.rows):
        yield left, begin, columns, end - begin


def from_the_end(
    window: Window, block: Size, pixel_bytes: int, most_bytes: int
) -> Iterator[Window]:
    """Of no more bytes than asked for and at least two, where blocks allow that; the last is first.

    >>> from chipwright.core.grid import Size
    >>> list(from_the_end((0, 0, 100, 64), Size(64, 32), 1, 6000))
    [(0, 32, 100, 32), (0, 0, 100, 32)]
    >>> list(from_the_end((0, 0, 100, 32), Size(64, 32), 1, 6000))
    [(64, 0, 36, 32), (0, 0, 64, 32)]
    """
    left, top, columns, rows = window
    row_bytes = block.rows * columns * pixel_bytes
    height = _step(top, top + rows, block.rows, most_bytes // row_bytes)
    across = [(left, left + columns)]
    if row_bytes > most_bytes or height >= rows:
        most = most_bytes // (block.columns * block.rows * pixel_bytes)
        across = _cuts(*across[0], _step(*across[0], block.columns, most))
    for begin, end in reversed(_cuts(top, top + rows, height)):
        for first, last in reversed(across):
            yield first, begin, last - first, end - begin


def _step(begin: int, end: int, block: int, most: int) -> int:
    """Pixels of as many blocks as are wanted, but of half of them at most, and of one at least."""
    count = -(-end // block) - begin // block
    return block * max(1, min(most, -(-count // 2)))


def _cuts(begin: int, end: int, step: int) -> list[tuple[int, int]]:
    """From begin to end, cut at all multiples of a step."""
    edges = [begin, *range((begin // step + 1) * step, end, step), end]
    return list(zip(edges, edges[1:]))
