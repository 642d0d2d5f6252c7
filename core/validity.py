"""A cheap proof that most polygons are valid, so that only the rest is asked of GEOS."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .shapes import Shapes, ranges, starts_of


def surely_valid(shapes: Shapes) -> NDArray[np.bool_]:
    """Which shapes are one ring that is convex: it never turns back and goes round once.

    False means unknown. Most building and box labels are convex, and a look at their turns costs
    a hundredth of a validity test.
    """
    if not len(shapes):
        return np.zeros(0, bool)
    vertices = ranges(shapes.first, shapes.length)
    starts = starts_of(shapes.length)
    x, y, closes = shapes.x[vertices], shapes.y[vertices], shapes.last[vertices]
    along_x, along_y = np.diff(x, append=x[:1]), np.diff(y, append=y[:1])
    after = _next_edges(closes)
    turn = along_x * along_y[after] - along_y * along_x[after]
    ahead = along_x * along_x[after] + along_y * along_y[after]
    eastward = along_x > 0

    def some(condition: NDArray[np.bool_]) -> NDArray[np.intp]:
        return np.add.reduceat((condition & ~closes).astype(np.intp), starts)

    left, right = some(turn > 0), some(turn < 0)
    one_way = (np.minimum(left, right) == 0) & (np.maximum(left, right) >= 3)
    no_spike = some((turn == 0) & (ahead < 0)) == 0
    no_repeat = some((along_x == 0) & (along_y == 0)) == 0
    once_round = some(eastward != eastward[after]) <= 2
    ends = starts + shapes.length - 1
    is_closed = (x[starts] == x[ends]) & (y[starts] == y[ends])
    one_ring = np.add.reduceat(closes.astype(np.intp), starts) == 1
    is_plain = is_closed & one_ring & (shapes.length > 3)
    return one_way & no_spike & no_repeat & once_round & is_plain


def _next_edges(closes: NDArray[np.bool_]) -> NDArray[np.intp]:
    """For each vertex's outgoing edge, the edge that follows it round the ring."""
    closing = np.flatnonzero(closes)
    after = np.minimum(np.arange(len(closes)) + 1, len(closes) - 1)
    after[closing - 1] = np.concatenate([[0], closing[:-1] + 1])
    return after
