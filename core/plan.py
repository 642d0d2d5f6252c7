"""Which places to cut: strides over a grid, gathered into strips that share one read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Optional, Protocol

import numpy as np
from numpy.typing import NDArray

from .grid import PixelGrid, Size

if TYPE_CHECKING:
    from .files import Pixels

STRIP_BYTES = 48 << 20
"""Pixels of one strip; two to four strips are in memory at a time."""
GAP_BYTES = 1 << 18
"""Each place is read for itself, rather than with the gaps about it, where a gap is larger: a call
takes as long as so many bytes."""
CHIP_ROWS = 4
"""More rows of chips in a strip save little reading and cost memory, which every worker has for
itself (measured: 4 is best). Twice as many where chips overlap so much that neighbouring strips
are for the most part the same, and of remote images, of which GDAL fetches more than it is asked
for: that is for the next strip, but may have gone by then."""
TAPERED = 4
"""Strips of which there are fewer are all alike."""
WHOLE_ROW_BYTES = 4 * STRIP_BYTES
"""Of an image stored row by row, where less than a row of chips is no gain."""
READ_AT_MOST = 1.34
"""Chips overlap, so neighbouring strips do, too. Where that makes strips as wide as the image read
more pixels than so many times those of the image, blocks of chips read less."""


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


def filled_shares(strip: Strip) -> NDArray[np.float64]:
    """For each place, the share that lies beside the image.

    >>> grid = PixelGrid(4, 2, (0, 1, 0, 0, 0, -1))
    >>> filled_shares(Strip(grid, Size(2, 2), (0, 2), (0,), on_image=(0, 0, 3, 2))).tolist()
    [0.0, 0.5]
    """
    left, top, right, bottom = strip.on_image or (0, 0, strip.grid.columns, strip.grid.rows)
    begins = np.array([strip.corner(place) for place in range(strip.place_count)])
    ends = begins + np.array([strip.tile.columns, strip.tile.rows])
    sides = np.minimum(ends, (right, bottom)) - np.maximum(begins, (left, top))
    area = strip.tile.columns * strip.tile.rows
    return 1 - np.asarray(np.maximum(sides, 0).prod(axis=1) / area, np.float64)


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
    reads_whole_rows: bool = False
    """Whether the image is stored so that a part of a row is read only with all of it."""
    is_remote: bool = False
    """Whether what is read comes over a network."""

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
        """The strips. The places in them run row by row over the whole grid.

        In a grid too wide for that, they do so in blocks that lie side by side, a row of blocks
        below the other: memory stays the same however wide it is.
        """
        if not self.place_count:
            return
        rows, columns = self._places_per_strip()
        first = 0
        for tops in self._rows_of_strips(rows):
            for lefts in _runs(self.lefts, columns):
                yield self._strip(lefts, tops, first)
                first += len(lefts) * len(tops)

    def batches(self) -> Iterator[Batch]:
        """Each strip for itself: it shares all it can already."""
        for strip in self.strips():
            yield (strip,)

    def _places_per_strip(self) -> tuple[int, int]:
        """Rows and columns of places."""
        most = self._most_rows()
        across = len(self.lefts)
        is_mostly_gaps = most == 1 and self.stride.columns > 2 * self.tile.columns
        if is_mostly_gaps and self._gap_bytes() > GAP_BYTES:
            return 1, 1
        rows = min(most, self._affordable_rows(across, STRIP_BYTES))
        if self.reads_whole_rows and rows < 1 <= self._affordable_rows(across, WHOLE_ROW_BYTES):
            return 1, across
        if rows < 1 or (rows < most and self._reads_much(rows)):
            return self._block_of_places(most)
        return rows, across

    def _rows_of_strips(self, rows: int) -> Iterator[Sequence[int]]:
        """The tops of each row of strips: so many, and fewer and fewer at the end.

        So no worker is at the last strip for long when the others have nothing left to do. What
        neighbouring strips share is read twice, which few chips and remote images do not bear.
        """
        if self.is_remote or len(self.tops) < TAPERED * rows:
            yield from _runs(self.tops, rows)
            return
        tops, begin = self.tops, 0
        while begin < len(tops):
            end = begin + min(rows, ceil((len(tops) - begin) / 2))
            yield tops[begin:end]
            begin = end

    def _most_rows(self) -> int:
        if self.stride.rows > self.tile.rows:
            return 1
        if self.is_remote or self.tile.rows >= 4 * self.stride.rows:
            return 2 * CHIP_ROWS
        return CHIP_ROWS

    def _gap_bytes(self) -> int:
        """Pixels between a place and the next in its row."""
        gap = self.stride.columns - self.tile.columns
        return gap * self.tile.rows * self.pixel_bytes

    def _reads_much(self, rows: int) -> bool:
        if self.reads_whole_rows:
            return False
        height = (rows - 1) * self.stride.rows + self.tile.rows
        return height > READ_AT_MOST * rows * self.stride.rows

    def _affordable_rows(self, across: int, most_bytes: int) -> int:
        """Rows of so many places side by side that fit into a strip of so many bytes."""
        columns = (across - 1) * self.stride.columns + self.tile.columns
        row_bytes = columns * self.pixel_bytes
        return (most_bytes // row_bytes - self.tile.rows) // self.stride.rows + 1

    def _block_of_places(self, most: int) -> tuple[int, int]:
        """Rows and columns of places about as many, so that little is read by two strips."""
        for rows in range(most, 1, -1):
            height = (rows - 1) * self.stride.rows + self.tile.rows
            across = self._affordable_columns(height)
            if across >= rows:
                return rows, across
        return 1, max(1, self._affordable_columns(self.tile.rows))

    def _affordable_columns(self, height: int) -> int:
        """Columns of places that fit into a strip of so many rows of pixels."""
        column_bytes = height * self.pixel_bytes
        return (STRIP_BYTES // column_bytes - self.tile.columns) // self.stride.columns + 1

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
