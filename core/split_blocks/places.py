"""Places on the columns and rows of all images, laid end to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..shapes import MARGIN, Floats, Indices, starts_of


@dataclass(frozen=True, eq=False)
class Axis:
    """The columns, or the rows, of all images laid end to end, in whole pixels."""

    near: Indices
    """(place,): its first pixel."""
    far: Indices
    """(place,): the pixel after its last."""
    begin: Indices
    """(image,): the first pixel in which a place lies."""
    extent: Indices
    """(image,): pixels from the first to the last in which a place lies."""
    edges: Indices
    """Where places begin or end, ascending."""
    crossed: Indices
    """Places that each edge runs through."""


@dataclass(frozen=True, eq=False)
class Places:
    """Places that are to be divided, on the axes of all columns and of all rows."""

    columns: Axis
    rows: Axis
    image: Indices
    """(place,): its image, from 0."""
    labels: Sequence[NDArray[Any]]
    """(place,) for each class that occurs."""


def places_on_axes(boxes: Floats, image: NDArray[Any], labels: NDArray[Any]) -> Places:
    """Places by their boxes (place, 4), images (place,) and labels (place, class)."""
    _, number = np.unique(image, return_inverse=True)
    left, top, right, bottom = boxes.T
    occurring = [column for column in labels.T if column.any()]
    return Places(_axis(left, right, number), _axis(top, bottom, number), number, occurring)


def _axis(low: Floats, high: Floats, image: Indices) -> Axis:
    near = np.floor(low + MARGIN).astype(np.intp)
    far = np.maximum(np.ceil(high - MARGIN).astype(np.intp), near + 1)
    order, starts = np.argsort(image, kind="stable"), starts_of(np.bincount(image))
    first = np.minimum.reduceat(near[order], starts)
    extent = np.maximum.reduceat(far[order], starts) - first
    begin = starts_of(extent)
    shift = (begin - first)[image]
    near, far = near + shift, far + shift
    return Axis(near, far, begin, extent, *_edges(near, far))


def _edges(near: Indices, far: Indices) -> tuple[Indices, Indices]:
    """Where places begin or end, and how many each of these runs through."""
    begins, begun = np.unique(near, return_counts=True)
    ends, ended = np.unique(far, return_counts=True)
    edges = np.union1d(begins, ends)
    begun_before = np.append(0, np.cumsum(begun))[np.searchsorted(begins, edges, "left")]
    ended_until = np.append(0, np.cumsum(ended))[np.searchsorted(ends, edges, "right")]
    return edges, begun_before - ended_until
