"""The map of the chips: each of them, or how many there are in each cell of a grid."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from ..gdal_errors import GdalFailure
from ..grid import PixelGrid, Size
from ..plan import Strip
from ..reference_systems import spatial_reference
from .facts import Area, FootprintMap, Point
from .taken import TakenImage, corners_on

MOST_CHIPS = 1200
"""More are shown together."""
CELLS = 48
"""Along the longer side of the map."""
MOST_IMAGES = 200
LABELED, UNLABELED = "with labels", "without labels"
Floats = NDArray[np.float64]


def footprint_map(images: Sequence[TakenImage]) -> FootprintMap:
    """The map of a dataset, in the system of its first image."""
    target = images[0].prepared.image.grid
    count = sum(image.chip_count for image in images)
    areas = _cells(images, target) if count > MOST_CHIPS else _each(images, target)
    outlines = (_outline(image, target) for image in images[:MOST_IMAGES])
    return FootprintMap(
        _system_name(target),
        tuple(areas),
        tuple(outline for outline in outlines if outline),
        count > MOST_CHIPS,
    )


def _strips(
    images: Sequence[TakenImage], target: PixelGrid
) -> Iterator[tuple[TakenImage, Strip, NDArray[np.intp], Floats]]:
    """Strips with their places that are chips, and the corners of these; as far as they have some
    in the system of the first image.
    """
    for image in images:
        for strip, places in image.strips():
            try:
                corners = corners_on(target, strip, places)
            except GdalFailure:
                break
            known = np.isfinite(corners).all(axis=(1, 2))
            yield image, strip, places[known], corners[known]


def _each(images: Sequence[TakenImage], target: PixelGrid) -> Iterator[Area]:
    for image, strip, places, corners in _strips(images, target):
        for place, around in zip(places.tolist(), corners.tolist()):
            yield Area(tuple(map(_point, around)), _group(image, strip.first + place))


def _point(corner: Sequence[float]) -> Point:
    return corner[0], corner[1]


def _group(image: TakenImage, place: int) -> str:
    prepared = image.prepared
    if prepared.dataset.splits and prepared.choice.selection is not None:
        return prepared.dataset.splits[prepared.choice.selection.part[place]]
    if prepared.labels is None:
        return ""
    return LABELED if image.taken.labeled[place] else UNLABELED


def _cells(images: Sequence[TakenImage], target: PixelGrid) -> Iterator[Area]:
    """Squares of the map that have chips, by the middles of these."""
    middles = [corners.mean(axis=1) for *_, corners in _strips(images, target)]
    points = np.concatenate(middles) if middles else np.zeros((0, 2))
    if not len(points):
        return
    low, high = points.min(axis=0), points.max(axis=0)
    side = max(float((high - low).max()) / CELLS, 1e-12)
    cells = np.minimum(((points - low) / side).astype(np.intp), CELLS - 1)
    found, counts = np.unique(cells, axis=0, return_counts=True)
    for (column, row), count in zip(found.tolist(), counts.tolist()):
        left, bottom = low[0] + column * side, low[1] + row * side
        right, top = left + side, bottom + side
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        yield Area(tuple((float(x), float(y)) for x, y in corners), "", count)


def _outline(image: TakenImage, target: PixelGrid) -> Optional[tuple[Point, ...]]:
    """The corners of an image; None where they cannot be had."""
    grid = image.prepared.image.grid
    whole = Strip(grid, _size(grid), (0,), (0,))
    try:
        corners = corners_on(target, whole, np.zeros(1, np.intp))[0]
    except GdalFailure:
        return None
    found = tuple(map(_point, corners.tolist()))
    return found if all(math.isfinite(value) for point in found for value in point) else None


def _size(grid: PixelGrid) -> Size:
    return Size(grid.columns, grid.rows)


def _system_name(grid: PixelGrid) -> str:
    if not grid.is_on_map:
        return ""
    reference = spatial_reference(grid.crs_wkt)
    return "" if reference is None else str(reference.GetName() or "")
