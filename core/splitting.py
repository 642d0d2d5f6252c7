"""Train, val and test: places divided into splits that share no pixel.

Every image is cut into blocks, rectangles of a few tiles a side, and each block is given to one
split. A place belongs to a split if all blocks that it reaches into do; otherwise it straddles and
belongs to none. The splits are to get their shares of the places that are left, and of the labels
of every class: the blocks are given away one by one, those with rare classes first, then moved as
long as that helps. This is done for a few sizes of blocks, and the best is taken.

Only whole numbers are added up and compared, and the order of the blocks comes from the raw bits of
a generator, so that the same places and seed give the same splits on every machine.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .shapes import Floats
from .split_blocks.cells import cells_of_parts, grids_to_try
from .split_blocks.division import EMPTY_COST, SLIGHT_COST, Division, division
from .split_blocks.groups import STRADDLING, groups_apart, groups_of_cells
from .split_blocks.places import Places, places_on_axes
from .split_shares import Shares


def split_places(
    boxes: Floats,
    image: NDArray[Any],
    labels: NDArray[Any],
    shares: Shares,
    seed: int,
    tile: tuple[int, int],
) -> NDArray[np.int8]:
    """The split of each place, as its number in `shares`, or STRADDLING.

    `boxes` (place, 4) are left, top, right and bottom of the smallest upright box around each
    place, in pixels of its image; `image` (place,) is the number of that image; `labels`
    (place, class), not negative, are the labels, or labelled pixels, of each class; `tile` is the
    size of a chip, columns and rows, in pixels; `seed` is any whole number. The order of the places
    does not matter.

    No pixel of an image, be it only in part, lies in boxes of two splits; places of different
    images share none. Every split with a share gets a place if there are as many places that share
    no pixels; if there are not, train goes before val, and val before test.
    """
    given = np.flatnonzero(shares.fractions)
    if not len(boxes) or len(given) == 1:
        return np.full(len(boxes), given[0], np.int8)
    aim = np.array(shares.fractions)[given]
    best = _best_division(places_on_axes(boxes, image, labels), aim, seed, tile)
    return np.append(given, STRADDLING)[best.split].astype(np.int8)


def _best_division(places: Places, aim: Floats, seed: int, tile: tuple[int, int]) -> Division:
    """The division with the largest blocks that is hardly worse than the best."""
    grids = grids_to_try(places, aim, tile)
    groups = (groups_of_cells(places, cells_of_parts(places, parts), seed) for parts in grids)
    found = [division(each, aim) for each in groups]
    least = min(each.cost for each in found) + SLIGHT_COST
    best = next(each for each in found if each.cost <= least)
    if best.cost < EMPTY_COST:
        return best
    return min(best, division(groups_apart(places, len(aim)), aim), key=lambda it: it.cost)
