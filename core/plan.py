"""Which places to cut: strides over a grid, gathered into strips that share one read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional, Protocol

from .grid import PixelGrid, Size

if TYPE_CHECKING:
    from .files import Pixels

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
    first: int = 0
    """Number of its first place among all places of the image."""
    on_image: Optional[tuple[int, int, int, int]] = None
    """The part (left, top, right, bottom) that is image and no filling; None means all."""

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


def place_pixels(pixels: Pixels, strip: Strip, place: int) -> Pixels:
    """The part of a strip's pixels (…, row, column) that is a place; a view."""
    left, top = strip.corner(place)
    return pixels[..., top : top + strip.tile.rows, left : left + strip.tile.columns]


Batch = Sequence[Strip]
"""Strips that lie together and are worked on together."""


class ChipPlan(Protocol):
    """All places of an image, in the order of their chips."""

    @property
    def place_count(self) -> int:
        """Number of places."""

    def batches(self) -> Iterator[Batch]:
        """All strips, in order."""


@dataclass(frozen=True)
class Plan:
    """The places of a grid of chips, in strips, row by row."""

    grid: PixelGrid
    tile: Size
    stride: Size
    pixel_bytes: int
    """Bytes of one pixel with all its bands; decides how much a strip holds."""
    edge_policy: str = "drop"

    @property
    def lefts(self) -> Sequence[int]:
        """Left edges of the places of every row, in pixels of the grid."""
        policy = EDGE_POLICIES[self.edge_policy]
        return policy(self.grid.columns, self.tile.columns, self.stride.columns)

    @property
    def tops(self) -> Sequence[int]:
        """Top edges of the places of every column, in pixels of the grid."""
        policy = EDGE_POLICIES[self.edge_policy]
        return policy(self.grid.rows, self.tile.rows, self.stride.rows)

    @property
    def place_count(self) -> int:
        """Number of places."""
        return len(self.lefts) * len(self.tops)

    def strips(self) -> Iterator[Strip]:
        """The strips, so that the places in them run row by row over the whole grid."""
        if not self.place_count:
            return
        first = 0
        for tops in _runs(self.tops, self._rows_per_strip()):
            for lefts in _runs(self.lefts, self._columns_per_strip()):
                yield self._strip(lefts, tops, first)
                first += len(lefts) * len(tops)

    def batches(self) -> Iterator[Batch]:
        """Each strip for itself: it shares all it can already."""
        for strip in self.strips():
            yield (strip,)

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

    def _strip(self, lefts: Sequence[int], tops: Sequence[int], first: int) -> Strip:
        left, top = lefts[0], tops[0]
        columns = lefts[-1] - left + self.tile.columns
        rows = tops[-1] - top + self.tile.rows
        return Strip(
            grid=self.grid.crop(left, top, columns, rows),
            tile=self.tile,
            lefts=tuple(column - left for column in lefts),
            tops=tuple(row - top for row in tops),
            first=first,
            on_image=part_on(self.grid, left, top, columns, rows),
        )


def part_on(
    grid: PixelGrid, left: int, top: int, columns: int, rows: int
) -> Optional[tuple[int, int, int, int]]:
    """The part of a window, in its own pixels, that lies on a grid; None if all of it does."""
    inside = (
        max(0, -left),
        max(0, -top),
        min(columns, grid.columns - left),
        min(rows, grid.rows - top),
    )
    return None if inside == (0, 0, columns, rows) else inside


def steps(extent: int, tile: int, stride: int) -> Sequence[int]:
    """Where whole tiles begin along one side; a rest at the end is left out.

    No pixel is invented, none beyond the last whole tile is used.

    >>> list(steps(extent=1000, tile=256, stride=300))
    [0, 300, 600]
    """
    return range(0, extent - tile + 1, stride)


def shifted_steps(extent: int, tile: int, stride: int) -> Sequence[int]:
    """As `steps`, with one more tile that ends at the edge where there is a rest.

    >>> list(shifted_steps(extent=1000, tile=256, stride=300))
    [0, 300, 600, 744]
    """
    whole = steps(extent, tile, stride)
    last = extent - tile
    return whole if not whole or whole[-1] == last else [*whole, last]


def padded_steps(extent: int, tile: int, stride: int) -> Sequence[int]:
    """As few tiles as reach the edge or leave it; the last may be filled up.

    >>> list(padded_steps(extent=1000, tile=256, stride=300))
    [0, 300, 600, 900]
    """
    count = max(0, -(-(extent - tile) // stride)) + 1
    return range(0, min(extent, count * stride), stride)


EDGE_POLICIES = {"drop": steps, "shift": shifted_steps, "pad": padded_steps}
"""What happens at the right and bottom edges, by the request's word: where tiles begin."""


def _runs(corners: Sequence[int], length: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(corners), length):
        yield corners[start : start + length]
