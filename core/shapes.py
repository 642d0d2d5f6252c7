"""Polygons as arrays: many of them found and measured at once.

OGR does what needs a geometry (read, buffer, repair, burn); what is asked of every feature in
every chip is done here for all pairs of a strip together, which is some fifty times faster.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .grid import PixelGrid

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

MARGIN = 1e-6
"""A feature reaches into a chip if it does so by more than this part of a pixel. What only touches
the edge of a chip is thereby outside, whatever the rounding of map coordinates."""


@dataclass(frozen=True, eq=False)
class Shapes:
    """Areas made of rings; exterior rings turn one way, holes the other.

    A shape's vertices are `x[first[i] : first[i] + length[i]]`, closed rings one after the other;
    `last` marks the vertex that closes a ring. Areas of self-touching rings are right, those of
    self-crossing ones are not: repair them before.
    """

    x: Floats
    y: Floats
    last: NDArray[np.bool_]
    first: Indices
    length: Indices
    left: Floats
    bottom: Floats
    right: Floats
    top: Floats

    def __len__(self) -> int:
        return len(self.first)

    def in_box(self, box: tuple[float, float, float, float]) -> Indices:
        """Shapes whose own box meets a box (left, bottom, right, top), ascending."""
        left, bottom, right, top = box
        meets = (
            (self.left < right) & (self.right > left) & (self.bottom < top) & (self.top > bottom)
        )
        return np.flatnonzero(meets)

    def select(self, chosen: Indices) -> Shapes:
        """Only the chosen shapes, in that order."""
        vertices = ranges(self.first[chosen], self.length[chosen])
        length = self.length[chosen]
        return Shapes(
            self.x[vertices],
            self.y[vertices],
            self.last[vertices],
            starts_of(length),
            length,
            self.left[chosen],
            self.bottom[chosen],
            self.right[chosen],
            self.top[chosen],
        )

    def on(self, grid: PixelGrid) -> Shapes:
        """The shapes in pixel coordinates of a grid; y then runs down, `bottom` is the least."""
        x, y = grid.to_pixels(self.x, self.y)
        return shapes_of_rings(x, y, self.last, self.first, self.length)

    def areas(self) -> Floats:
        """Area of each shape."""
        vertices = ranges(self.first, self.length)
        x, y = self.x[vertices], self.y[vertices]
        doubled = shoelace(x, y, self.last[vertices], starts_of(self.length))
        return np.abs(_sums(doubled, self.length)) / 2


def shoelace(x: Floats, y: Floats, last: NDArray[np.bool_], starts: Indices) -> Floats:
    """Twice the signed area under each edge of runs of rings; 0 for what is no edge.

    Taken from the first vertex of each run, so that small shapes keep their digits far away.
    """
    if not len(starts):
        return np.empty(0)
    lengths = np.diff(starts, append=len(x))
    x, y = x - np.repeat(x[starts], lengths), y - np.repeat(y[starts], lengths)
    after = np.arange(len(x)) + ~last
    return x * y[after] - x[after] * y


def shapes_of_rings(
    x: Floats, y: Floats, last: NDArray[np.bool_], first: Indices, length: Indices
) -> Shapes:
    """Shapes with their boxes, from vertices whose rings turn the right way."""
    vertices = ranges(first, length)
    starts = starts_of(length)
    if not len(length):
        nothing = np.empty(0)
        return Shapes(x, y, last, first, length, nothing, nothing, nothing, nothing)
    return Shapes(
        x,
        y,
        last,
        first,
        length,
        np.minimum.reduceat(x[vertices], starts),
        np.minimum.reduceat(y[vertices], starts),
        np.maximum.reduceat(x[vertices], starts),
        np.maximum.reduceat(y[vertices], starts),
    )


def starts_of(lengths: Indices) -> Indices:
    """Where runs of these lengths begin when they are laid end to end.

    >>> starts_of(np.array([2, 3, 1]))
    array([0, 2, 5])
    """
    return (np.cumsum(lengths) - lengths).astype(np.intp)


def ranges(first: Indices, lengths: Indices) -> Indices:
    """The numbers first[i], first[i] + 1, … (lengths[i] of them) for every i, end to end.

    >>> ranges(np.array([10, 20]), np.array([2, 3]))
    array([10, 11, 20, 21, 22])
    """
    return np.arange(int(lengths.sum())) + np.repeat(first - starts_of(lengths), lengths)


def _sums(values: Floats, lengths: Indices) -> Floats:
    return np.add.reduceat(values, starts_of(lengths)) if len(lengths) else np.empty(0)
