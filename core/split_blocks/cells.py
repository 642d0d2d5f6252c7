"""Grids of cells that images are cut into, as blocks for the splits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..shapes import Floats, Indices, starts_of
from .places import Axis, Places

MOST_BLOCKS = 256
"""More blocks take longer and balance hardly better."""
BLOCKS_OF_SMALLEST = 2
"""How many blocks there are at least for the smallest split, unless they are small."""
SMALL_SIDE = 4
"""Half tiles up to which blocks are small."""
SIDES = tuple(sorted([2 << power for power in range(30)] + [3 << power for power in range(30)]))
"""Sides of blocks in half tiles: 1, 1½, 2, 3, 4, 6, 8, … tiles."""
GRIDS = 5
"""Sizes of blocks that are tried: the smallest that do not give too many."""


@dataclass(frozen=True, eq=False)
class Parts:
    """Into how many columns and rows of cells each image is cut."""

    across: Indices
    down: Indices

    @property
    def count(self) -> int:
        """Number of cells."""
        return int((self.across * self.down).sum())


def grids_to_try(places: Places, aim: Floats, tile: tuple[int, int]) -> list[Parts]:
    """Into how many cells to cut the images, from large cells to small ones."""
    enough = min(MOST_BLOCKS // 4, BLOCKS_OF_SMALLEST / float(aim.min()))
    found: dict[int, Parts] = {}
    for side, parts in _all_parts(places, tile):
        if parts.count <= MOST_BLOCKS and (parts.count >= enough or side <= SMALL_SIDE):
            found.setdefault(parts.count, parts)
    return list(found.values())[:GRIDS][::-1] or [parts]


def _all_parts(places: Places, tile: tuple[int, int]) -> Iterator[tuple[int, Parts]]:
    """Sides of cells in half tiles, ascending, until no image is cut any more."""
    axes = places.columns, places.rows
    lengths = [max(length, _mean_length(axis)) for length, axis in zip(tile, axes)]
    for side in SIDES:
        cuts = (2 * axis.extent // (side * length) for axis, length in zip(axes, lengths))
        parts = Parts(*(np.maximum(number, 1) for number in cuts))
        yield side, parts
        if parts.count == len(parts.across):
            return


def _mean_length(axis: Axis) -> int:
    return int((axis.far - axis.near).sum()) // len(axis.near)


@dataclass(frozen=True, eq=False)
class Cells:
    """The rectangles that images are cut into."""

    columns: Indices
    """Where each column of cells begins, on the axis of all columns."""
    rows: Indices
    """Where each row of cells begins, on the axis of all rows."""
    first: Indices
    """Of each column: added to the number of a row, it is the number of their cell."""
    count: int


def cells_of_parts(places: Places, parts: Parts) -> Cells:
    """The cells of a grid, whose cuts run where few places lie."""
    image, step = steps(parts.across)
    before = starts_of(parts.across * parts.down) - starts_of(parts.down)
    first = before[image] + step * parts.down[image]
    columns, rows = _cuts(places.columns, parts.across), _cuts(places.rows, parts.down)
    return Cells(columns, rows, first, parts.count)


def steps(counts: Indices) -> tuple[Indices, Indices]:
    """For `counts[i]` things of every i: i, and the number of each among those, from 0."""
    owner = np.repeat(np.arange(len(counts)), counts)
    return owner, np.arange(len(owner)) - starts_of(counts)[owner]


def _cuts(axis: Axis, parts: Indices) -> Indices:
    """Where the parts of each image begin: about equally long, cut where few places lie."""
    image, step = steps(parts)
    cuts = axis.begin[image] + axis.extent[image] * step // parts[image]
    reach = (axis.extent // (4 * parts))[image]
    for number in np.flatnonzero(step).tolist():
        cuts[number] = _best_cut(axis, int(cuts[number]), int(reach[number]))
    return cuts


def _best_cut(axis: Axis, cut: int, reach: int) -> int:
    """The edge within reach that runs through fewest places; of several, the nearest."""
    begin, end = np.searchsorted(axis.edges, [cut - reach, cut + reach + 1])
    if begin == end:
        return cut
    edges = axis.edges[begin:end]
    return int(edges[np.argmin(axis.crossed[begin:end] * (reach + 1) + np.abs(edges - cut))])
