"""Polygons clipped to chips, all pairs of a strip at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .shapes import MARGIN, Floats, Indices, Shapes, ranges, starts_of

EDGES_AT_ONCE = 50_000
"""Pairs of edge and chip that are clipped together; bounds the memory."""


@dataclass(frozen=True, eq=False)
class Clips:
    """Pairs of a shape and a chip into which it reaches, ordered by chip, then by shape.

    `left`, `top`, `right`, `bottom` are the bounds of the part in the chip, `area` its area, in
    pixels of the chip.
    """

    place: Indices
    shape: Indices
    left: Floats
    top: Floats
    right: Floats
    bottom: Floats
    area: Floats


def clip(
    shapes: Shapes, lefts: Sequence[int], tops: Sequence[int], columns: int, rows: int
) -> Clips:
    """Clip shapes in pixels of a strip to its chips of columns × rows at all lefts and tops.

    The bounds are those of the clipped geometry, not the clipped bounds of the geometry. What
    touches a chip without reaching into it is no pair.
    """
    place, shape = _candidates(shapes, lefts, tops, columns, rows)
    left = np.asarray(lefts, np.float64)[place % len(lefts)]
    top = np.asarray(tops, np.float64)[place // len(lefts)]
    box, area = _clip_all(shapes, shape, left, top, columns, rows)
    reaches = area > MARGIN * MARGIN
    left, top, right, bottom = box[:, reaches]
    return Clips(place[reaches], shape[reaches], left, top, right, bottom, area[reaches])


def clip_each(
    shapes: Shapes, left: Floats, top: Floats, columns: int, rows: int
) -> tuple[Floats, Floats]:
    """Each shape clipped to a window of its own: bounds (4, shape) in the window, and areas.

    `left` and `top` are the corner of each shape's window. Areas of shapes outside theirs are 0.
    """
    return _clip_all(shapes, np.arange(len(shapes)), left, top, columns, rows)


def _clip_all(
    shapes: Shapes, shape: Indices, left: Floats, top: Floats, columns: int, rows: int
) -> tuple[Floats, Floats]:
    """Bounds (4, pair) and areas of pairs; only what crosses an edge is really clipped."""
    box = np.stack(
        [
            shapes.left[shape] - left,
            shapes.bottom[shape] - top,
            shapes.right[shape] - left,
            shapes.top[shape] - top,
        ]
    )
    area = shapes.areas()[shape]
    crosses = (box[:2] < 0).any(axis=0) | (box[2] > columns) | (box[3] > rows)
    crossing = np.flatnonzero(crosses)
    box[:, crossing], area[crossing] = _clip_pairs(
        shapes, shape[crossing], left[crossing], top[crossing], columns, rows
    )
    return box, area


def _candidates(
    shapes: Shapes, lefts: Sequence[int], tops: Sequence[int], columns: int, rows: int
) -> tuple[Indices, Indices]:
    """Pairs (place, shape) whose boxes meet, ordered by place, then by shape."""
    corners, heights = np.asarray(lefts), np.asarray(tops)
    first_column = np.searchsorted(corners + columns - MARGIN, shapes.left, "right")
    end_column = np.searchsorted(corners + MARGIN, shapes.right, "left")
    first_row = np.searchsorted(heights + rows - MARGIN, shapes.bottom, "right")
    end_row = np.searchsorted(heights + MARGIN, shapes.top, "left")
    across = np.maximum(end_column - first_column, 0)
    down = np.maximum(end_row - first_row, 0)
    count = across * down
    shape = np.repeat(np.arange(len(shapes)), count)
    within = ranges(np.zeros(len(shapes), np.intp), count)
    across_of = np.maximum(across, 1)[shape]
    row = first_row[shape] + within // across_of
    column = first_column[shape] + within % across_of
    place = row * len(corners) + column
    order = np.argsort(place, kind="stable")
    return place[order], shape[order]


def _clip_pairs(
    shapes: Shapes, shape: Indices, left: Floats, top: Floats, columns: int, rows: int
) -> tuple[Floats, Floats]:
    """Bounds (4, pair) and areas of pairs that cross an edge of their chip, batch by batch."""
    bounds = np.empty((4, len(shape)))
    areas = np.empty(len(shape))
    ends = np.cumsum(shapes.length[shape])
    begin = 0
    while begin < len(shape):
        done = ends[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, done + EDGES_AT_ONCE, "right")))
        part = slice(begin, end)
        edges = _edges_in_chips(shapes, shape[part], left[part], top[part])
        bounds[:, part], areas[part] = edges.clipped(columns, rows)
        begin = end
    return bounds, areas


@dataclass(frozen=True, eq=False)
class _Edges:
    """All edges of some pairs, from (x1, y1) to (x2, y2) in pixels of the pair's chip."""

    x1: Floats
    y1: Floats
    x2: Floats
    y2: Floats
    starts: Indices
    """Where each pair's edges begin."""

    def clipped(self, columns: int, rows: int) -> tuple[Floats, Floats]:
        """Bounds (left, top, right, bottom; pair) and areas inside [0, columns] × [0, rows]."""
        with np.errstate(divide="ignore", invalid="ignore"):
            bounds = self._bounds(columns, rows)
            areas = self._areas(columns, rows)
        areas[~(bounds[2] > bounds[0]) | ~(bounds[3] > bounds[1])] = 0.0
        limits = np.array([columns, rows, columns, rows], np.float64)[:, None]
        bounds = np.where(bounds <= 2 * MARGIN, 0.0, bounds)
        return np.where(bounds >= limits - 2 * MARGIN, limits, bounds), areas

    def _bounds(self, columns: int, rows: int) -> Floats:
        """Bounds of what lies inside by more than the margin: of clipped edges and corners."""
        x1, y1, x2, y2 = self.x1, self.y1, self.x2, self.y2
        right, bottom = columns - MARGIN, rows - MARGIN
        enter_x, leave_x = _inside(x1, x2 - x1, MARGIN, right)
        enter_y, leave_y = _inside(y1, y2 - y1, MARGIN, bottom)
        enter = np.maximum(np.maximum(enter_x, enter_y), 0.0)
        leave = np.minimum(np.minimum(leave_x, leave_y), 1.0)
        seen = enter <= leave
        xs = _along(x1, x2, enter), _along(x1, x2, leave)
        ys = _along(y1, y2, enter), _along(y1, y2, leave)
        lows = [np.where(seen, np.minimum(*ends), np.inf) for ends in (xs, ys)]
        highs = [np.where(seen, np.maximum(*ends), -np.inf) for ends in (xs, ys)]
        bounds = np.stack(
            [np.minimum.reduceat(values, self.starts) for values in lows]
            + [np.maximum.reduceat(values, self.starts) for values in highs]
        )
        for corner_y in (MARGIN, bottom):
            crossed = (y1 > corner_y) != (y2 > corner_y)
            x_there = x1 + (corner_y - y1) / (y2 - y1) * (x2 - x1)
            for corner_x in (MARGIN, right):
                crossings = np.add.reduceat(
                    (crossed & (x_there > corner_x)).astype(int), self.starts
                )
                self._include(bounds, crossings % 2 == 1, corner_x, corner_y)
        return bounds

    @staticmethod
    def _include(bounds: Floats, inside: NDArray[np.bool_], x: float, y: float) -> None:
        for row, value in ((0, x), (1, y)):
            bounds[row, inside] = np.minimum(bounds[row, inside], value)
        for row, value in ((2, x), (3, y)):
            bounds[row, inside] = np.maximum(bounds[row, inside], value)

    def _areas(self, columns: int, rows: int) -> Floats:
        """Areas by Green's theorem: x, held to the chip, integrated over y along each edge."""
        x1, y1, x2, y2 = self.x1, self.y1, self.x2, self.y2
        from_y, to_y = np.clip(y1, 0, rows), np.clip(y2, 0, rows)
        rise = y2 - y1
        level = rise == 0
        from_x = np.where(level, x1, x1 + (from_y - y1) / rise * (x2 - x1))
        to_x = np.where(level, x2, x1 + (to_y - y1) / rise * (x2 - x1))
        mean_x = _mean_held(np.minimum(from_x, to_x), np.maximum(from_x, to_x), columns)
        return np.abs(np.add.reduceat((to_y - from_y) * mean_x, self.starts))


def _edges_in_chips(shapes: Shapes, shape: Indices, left: Floats, top: Floats) -> _Edges:
    length = shapes.length[shape]
    begin = ranges(shapes.first[shape], length)
    end = begin + ~shapes.last[begin]
    left, top = np.repeat(left, length), np.repeat(top, length)
    return _Edges(
        shapes.x[begin] - left,
        shapes.y[begin] - top,
        shapes.x[end] - left,
        shapes.y[end] - top,
        starts_of(length),
    )


def _inside(start: Floats, run: Floats, low: float, high: float) -> tuple[Floats, Floats]:
    """Where start + t · run enters and leaves [low, high], as t; entering after leaving: never."""
    to_low, to_high = (low - start) / run, (high - start) / run
    enter, leave = np.minimum(to_low, to_high), np.maximum(to_low, to_high)
    still = run == 0
    stays = (start >= low) & (start <= high)
    enter = np.where(still, np.where(stays, -np.inf, np.inf), enter)
    return enter, np.where(still, np.where(stays, np.inf, -np.inf), leave)


def _along(start: Floats, end: Floats, share: Floats) -> Floats:
    """The point at a share of the way, exact at both ends."""
    return np.where(share == 1.0, end, start + share * (end - start))


def _mean_held(low: Floats, high: Floats, limit: int) -> Floats:
    """Mean of x held to [0, limit] while x runs evenly from low to high."""
    width = high - low
    some = width > 0
    beyond = np.where(some, np.clip((high - limit) / width, 0, 1), (low > limit).astype(float))
    before = np.where(some, np.clip(-low / width, 0, 1), (low < 0).astype(float))
    between = (np.clip(low, 0, limit) + np.clip(high, 0, limit)) / 2
    return beyond * limit + (1 - beyond - before) * between
