"""Boxes of slivers, which are not to be empty once they are written with two decimals."""

from __future__ import annotations

from typing import Union

import numpy as np

from .shapes import Floats, Indices

LEAST_SIDE = 0.01
"""Pixels; what labels are written to."""
WIDENED = LEAST_SIDE + 1e-6
"""So that both ends are never rounded to the same."""


def widened(box: Floats, columns: Union[int, Indices], rows: Union[int, Indices]) -> Floats:
    """Boxes (left, top, right, bottom; number) with sides that can be written.

    They stay in a chip of so many columns and rows. Trainers stop at a box without a width, or
    their loss is no number.

    >>> widened(np.array([[3.0], [0.0], [3.002], [7.0]]), 8, 8).round(3).T.tolist()
    [[2.996, 0.0, 3.006, 7.0]]
    """
    for low, high, limit in ((0, 2, columns), (1, 3, rows)):
        side = box[high] - box[low]
        narrow = np.flatnonzero((side >= 0) & (side < LEAST_SIDE))
        if len(narrow):
            box = box.copy()
            most = np.broadcast_to(limit, side.shape)[narrow] - WIDENED
            middle = (box[low, narrow] + box[high, narrow]) / 2
            box[low, narrow] = np.clip(middle - WIDENED / 2, 0, most)
            box[high, narrow] = box[low, narrow] + WIDENED
    return box
