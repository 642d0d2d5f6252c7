"""Groups of places that reach into the same blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..shapes import Indices, starts_of
from .cells import MOST_BLOCKS, Cells, steps
from .places import Axis, Places

Integers = NDArray[np.int64]

STRADDLING = -1
"""In place of a split: the chip would share pixels with chips of another one."""


@dataclass(frozen=True, eq=False)
class Groups:
    """Places that reach into the same blocks; it is the groups that have a split or straddle."""

    of_place: Indices
    """(place,): its group."""
    amounts: Integers
    """(group, 1 + class): its places, and their labels of each class."""
    group: Indices
    """With `block`: the pairs of a group and a block that it reaches into, by block."""
    block: Indices
    """The numbers of blocks have no gap, and their order is random."""
    blocks: Indices
    """(group,): the number of blocks that it reaches into."""

    def per_block(self, amounts: Integers) -> Integers:
        """Sums over the groups that reach into each block, of numbers for each pair."""
        return np.add.reduceat(amounts, starts_of(np.bincount(self.block)))


def groups_of_cells(places: Places, cells: Cells, seed: int) -> Groups:
    """The groups of a grid, whose blocks are cells; several of them where there are too many."""
    column, width = _span(cells.columns, places.columns)
    row, height = _span(cells.rows, places.rows)
    block = _shuffled(cells.count, seed) % MOST_BLOCKS
    cell = cells.first[column] + row
    several = (cell * (width.max() + 1) + width) * (height.max() + 1) + height + MOST_BLOCKS
    key = np.where(width * height == 1, block[cell], several)
    _, example, of_place = np.unique(key, return_index=True, return_inverse=True)
    width, height = width[example], height[example]
    group, step = steps(width * height)
    across, down = np.divmod(step, height[group])
    touched = cells.first[column[example][group] + across] + row[example][group] + down
    return _groups(places, of_place, group, block[touched])


def _span(cuts: Indices, axis: Axis) -> tuple[Indices, Indices]:
    """The first column of cells that each place reaches into, and their number; or rows."""
    first = np.searchsorted(cuts, axis.near, "right") - 1
    return first, np.searchsorted(cuts, axis.far, "left") - first


def _shuffled(count: int, seed: int) -> Indices:
    """The numbers below `count` in an order that depends on the seed alone.

    The raw bits of a generator are the same in every version of numpy, unlike its permutations.
    """
    keys = np.random.PCG64(seed % (1 << 64)).random_raw(count)
    return np.argsort(keys, kind="stable")


def _groups(places: Places, of_place: Indices, group: Indices, block: Indices) -> Groups:
    """Groups by the pairs of a group and a block, of which some may come twice."""
    sums = [np.bincount(of_place, weights=column) for column in places.labels]
    amounts = np.stack([np.bincount(of_place), *sums], axis=1).astype(np.int64)
    pairs = np.unique(block * len(amounts) + group)
    block, group = np.divmod(pairs, len(amounts))
    _, block = np.unique(block, return_inverse=True)
    return Groups(of_place, amounts, group, block, np.bincount(group))


def groups_apart(places: Places, count: int) -> Groups:
    """As many blocks that hold a place as there are, up to `count`: a last resort."""
    region = _regions(places, count)
    regions = int(region.max()) + 1
    of_place = region % (regions + 1)
    group = np.append(np.arange(regions), np.full(regions, regions))
    is_there = group <= of_place.max()
    return _groups(places, of_place, group[is_there], np.tile(np.arange(regions), 2)[is_there])


def _regions(places: Places, count: int) -> Indices:
    """The region of each place, from 0; -1 for places that reach into several.

    The regions of different images are different, unless there are too many.
    """
    images = len(places.columns.begin)
    if images >= count:
        return places.image % MOST_BLOCKS
    region = np.full(len(places.image), STRADDLING)
    chosen = [np.flatnonzero(places.image == image) for image in range(images)]
    for number, held in enumerate(it for each in chosen for it in _apart(places, each, count)):
        region[held] = number
    return region


def _apart(places: Places, chosen: Indices, count: int) -> list[Indices]:
    """The places on the sides of straight cuts: `count` sets or more, up to 3, or all there can be.

    Of three boxes that lie apart, one lies on its own side of some cut, and the same goes for two.
    It is enough to look at cuts that are as far on one side as any that leave a place there.
    """
    best = [chosen]
    if count == 1:
        return best
    for axis in (places.columns, places.rows):
        near, far = axis.near[chosen], axis.far[chosen]
        for cut in (far.min(), near.max()):
            sides = chosen[far <= cut], chosen[near >= cut]
            if all(map(len, sides)):
                found = [held for side in sides for held in _apart(places, side, count - 1)]
                best = max(best, found, key=len)
    return best
