"""Which places to cut: strides over a grid, gathered into strips that share one read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .grid import PixelGrid, Size

STRIP_BYTES = 48 << 20
"""Pixels of one strip; two to four strips are in memory at a time."""
CHIP_ROWS = 8
"""More rows of chips in a strip save little reading and cost memory (measured: 4 to 8 is best)."""


@dataclass(frozen=True)
class Strip:
    """Places that are read together: every combination of `tops` and `lefts`, row by row.

    `lefts` and `tops` are the upper-left corners of the places in pixels of `grid`, ascending.
    """

    grid: PixelGrid
    tile: Size
    lefts: tuple[int, ...]
    tops: tuple[int, ...]

    @property
    def place_count(self) -> int:
        """Number of places."""
        return len(self.lefts) * len(self.tops)

    def corner(self, place: int) -> tuple[int, int]:
        """Left and top of a place in pixels of the strip."""
        row, column = divmod(place, len(self.lefts))
        return self.lefts[column], self.tops[row]

    def place_strip(self, place: int) -> Strip:
        """A strip of one place alone."""
        return Strip(self.place_grid(place), self.tile, (0,), (0,))

    def place_grid(self, place: int) -> PixelGrid:
        """The pixel grid of a place."""
        left, top = self.corner(place)
        return self.grid.crop(left, top, self.tile.columns, self.tile.rows)


@dataclass(frozen=True)
class Plan:
    """All places of an image, in strips, row by row."""

    grid: PixelGrid
    tile: Size
    stride: Size
    pixel_bytes: int
    """Bytes of one pixel with all its bands; decides how much a strip holds."""

    @property
    def lefts(self) -> range:
        """Left edges of the places of every row, in pixels of the grid."""
        return steps(self.grid.columns, self.tile.columns, self.stride.columns)

    @property
    def tops(self) -> range:
        """Top edges of the places of every column, in pixels of the grid."""
        return steps(self.grid.rows, self.tile.rows, self.stride.rows)

    @property
    def place_count(self) -> int:
        """Number of places."""
        return len(self.lefts) * len(self.tops)

    def strips(self) -> Iterator[Strip]:
        """The strips, so that the places in them run row by row over the whole grid."""
        if not self.place_count:
            return
        for tops in _runs(self.tops, self._rows_per_strip()):
            for lefts in _runs(self.lefts, self._columns_per_strip()):
                yield self._strip(lefts, tops)

    def _rows_per_strip(self) -> int:
        if self.stride.rows > self.tile.rows:
            return 1
        row_bytes = self.grid.columns * self.pixel_bytes
        affordable = (STRIP_BYTES // row_bytes - self.tile.rows) // self.stride.rows + 1
        return max(1, min(CHIP_ROWS, affordable))

    def _columns_per_strip(self) -> int:
        if self._rows_per_strip() > 1:
            return len(self.lefts)
        if self.stride.columns > 2 * self.tile.columns:
            return 1
        column_bytes = self.tile.rows * self.pixel_bytes
        affordable = (STRIP_BYTES // column_bytes - self.tile.columns) // self.stride.columns + 1
        return max(1, affordable)

    def _strip(self, lefts: Sequence[int], tops: Sequence[int]) -> Strip:
        left, top = lefts[0], tops[0]
        columns = lefts[-1] - left + self.tile.columns
        rows = tops[-1] - top + self.tile.rows
        return Strip(
            grid=self.grid.crop(left, top, columns, rows),
            tile=self.tile,
            lefts=tuple(column - left for column in lefts),
            tops=tuple(row - top for row in tops),
        )


def steps(extent: int, tile: int, stride: int) -> range:
    """Where whole tiles begin along one side; a rest at the end is left out.

    This is the grid's edge rule: no pixel is invented, none beyond the last whole tile is used.

    >>> list(steps(extent=1000, tile=256, stride=300))
    [0, 300, 600]
    """
    return range(0, extent - tile + 1, stride)


def _runs(corners: range, length: int) -> Iterator[range]:
    for start in range(0, len(corners), length):
        yield corners[start : start + length]
