"""A place for every feature: around its middle, or cropped to its box."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .clipping import clip_each
from .grid import PixelGrid, Size, direction
from .plan import Batch, Strip, part_on
from .shapes import Floats, Indices, Shapes, shapes_of_rings
from .slivers import widened

TOGETHER = 32
"""Places of a batch; they lie side by side, so that where they are dense one reading does."""
PIXELS_TOGETHER = 1 << 22
"""Of the places of a batch: they are in memory together."""
SAME_EDGE = 1e-6
"""Share of a pixel by which a box may miss the edge of a pixel and still end there."""


@dataclass(frozen=True, eq=False)
class FeaturePlaces:
    """One place for each of some features, in the order of their chips.

    A place is a window of `grid` whose upper-left corner lies at (left, top), in pixels; its axes
    may be turned.
    """

    grid: PixelGrid
    feature: Indices
    """The number of each place's feature."""
    left: Floats
    top: Floats
    columns: Indices
    rows: Indices
    degrees: Floats
    box: Floats
    """(left, top, right, bottom; place): the part of its feature in each place, in its pixels."""
    area: Floats
    """The area of that part in square pixels."""

    @property
    def place_count(self) -> int:
        """Number of places."""
        return len(self.feature)

    @property
    def mean_pixels(self) -> float:
        """Pixels of a place on average; 0 without any."""
        return float((self.columns * self.rows).sum()) / max(1, self.place_count)

    def batches(self) -> Iterator[Batch]:
        """Neighbouring places, each a strip of its own."""
        done = np.concatenate([[0], np.cumsum(self.columns * self.rows)])
        begin = 0
        while begin < self.place_count:
            affordable = int(np.searchsorted(done, done[begin] + PIXELS_TOGETHER, "right")) - 1
            end = max(begin + 1, min(begin + TOGETHER, affordable))
            yield tuple(self._strip(place) for place in range(begin, end))
            begin = end

    def _strip(self, place: int) -> Strip:
        size = Size(int(self.columns[place]), int(self.rows[place]))
        degrees = float(self.degrees[place])
        if degrees:
            corner = float(self.left[place]), float(self.top[place])
            grid = self.grid.turned_window(*corner, size.columns, size.rows, degrees)
            return Strip(grid, size, (0,), (0,), first=place)
        window = int(self.left[place]), int(self.top[place]), size.columns, size.rows
        on_image = part_on(self.grid, *window)
        return Strip(self.grid.crop(*window), size, (0,), (0,), first=place, on_image=on_image)

    def select(self, chosen: Indices) -> FeaturePlaces:
        """Only the chosen places, in that order."""
        return FeaturePlaces(
            self.grid,
            self.feature[chosen],
            self.left[chosen],
            self.top[chosen],
            self.columns[chosen],
            self.rows[chosen],
            self.degrees[chosen],
            self.box[:, chosen],
            self.area[chosen],
        )

    def in_reading_order(self, band: int) -> FeaturePlaces:
        """By angle, then from left to right in bands of so many rows: neighbours follow."""
        keys = (self.feature, self.top, self.left, self.top // band, self.degrees)
        return self.select(np.lexsort(keys))

    def within_grid(self) -> NDArray[np.bool_]:
        """For each place, whether it lies wholly on the grid."""
        across, down = _directions(self.degrees)
        columns, rows = self.columns, self.rows
        xs = np.stack([self.left + i * columns * across - j * rows * down for i, j in CORNERS])
        ys = np.stack([self.top + i * columns * down + j * rows * across for i, j in CORNERS])
        return (
            (np.minimum(xs.min(axis=0), ys.min(axis=0)) >= -SAME_EDGE)
            & (xs.max(axis=0) <= self.grid.columns + SAME_EDGE)
            & (ys.max(axis=0) <= self.grid.rows + SAME_EDGE)
        )


CORNERS = ((0, 0), (1, 0), (0, 1), (1, 1))


def _directions(degrees: Floats) -> tuple[Floats, Floats]:
    """Cosines and sines."""
    known = {angle: direction(angle) for angle in np.unique(degrees).tolist()}
    pairs = np.array([known[angle] for angle in degrees.tolist()]).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def together(places: Sequence[FeaturePlaces]) -> FeaturePlaces:
    """All of some places on one grid."""
    return FeaturePlaces(
        places[0].grid,
        np.concatenate([each.feature for each in places]),
        np.concatenate([each.left for each in places]),
        np.concatenate([each.top for each in places]),
        np.concatenate([each.columns for each in places]),
        np.concatenate([each.rows for each in places]),
        np.concatenate([each.degrees for each in places]),
        np.concatenate([each.box for each in places], axis=1),
        np.concatenate([each.area for each in places]),
    )


def centred_places(
    shapes: Shapes, grid: PixelGrid, tile: Size, degrees: float = 0.0, is_shifted: bool = False
) -> FeaturePlaces:
    """Tiles whose middle is that of the box of a shape, to the nearest pixel.

    Shapes are in pixels of the grid. A tile may leave the grid, unless it is shifted into it.
    """
    left = np.floor((shapes.left + shapes.right - tile.columns) / 2 + 0.5)
    top = np.floor((shapes.bottom + shapes.top - tile.rows) / 2 + 0.5)
    if is_shifted and not degrees:
        left = np.clip(left, 0, grid.columns - tile.columns)
        top = np.clip(top, 0, grid.rows - tile.rows)
    left, top = _turned_corners(left, top, tile, degrees)
    inner = turned_shapes(shapes, left, top, degrees)
    nowhere = np.zeros(len(shapes))
    box, area = clip_each(inner, nowhere, nowhere, tile.columns, tile.rows)
    everywhere = np.ones(len(shapes), np.intp)
    return FeaturePlaces(
        grid,
        np.arange(len(shapes)),
        left,
        top,
        tile.columns * everywhere,
        tile.rows * everywhere,
        np.full(len(shapes), degrees),
        widened(box, tile.columns, tile.rows),
        area,
    )


def cropped_places(shapes: Shapes, grid: PixelGrid, degrees: float = 0.0) -> FeaturePlaces:
    """The whole pixels around the box of a shape; upright ones only as far as they lie on the grid.

    Shapes are in pixels of the grid.
    """
    middle = np.floor(shapes.left + shapes.right) // 2, np.floor(shapes.bottom + shapes.top) // 2
    inner = turned_shapes(shapes, *middle, degrees)
    box = np.stack([inner.left, inner.bottom, inner.right, inner.top])
    area = shapes.areas()
    if not degrees:
        box, area = _held(shapes, grid, middle)
    first_column, first_row = np.floor(box[:2] + SAME_EDGE)
    columns, rows = np.ceil(box[2:] - SAME_EDGE) - (first_column, first_row)
    across, down = direction(degrees)
    sizes = np.stack([columns, rows, columns, rows])
    corner = np.stack([first_column, first_row, first_column, first_row])
    return FeaturePlaces(
        grid,
        np.arange(len(shapes)),
        middle[0] + first_column * across - first_row * down,
        middle[1] + first_column * down + first_row * across,
        columns.astype(np.intp),
        rows.astype(np.intp),
        np.full(len(shapes), degrees),
        widened(np.clip(box - corner, 0.0, np.maximum(sizes, 0.0)), sizes[0], sizes[1]),
        area,
    )


def _held(shapes: Shapes, grid: PixelGrid, middle: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Boxes about their middle and areas of what lies on the grid; nothing for shapes beside it."""
    nowhere = np.zeros(len(shapes))
    box, area = clip_each(shapes, nowhere, nowhere, grid.columns, grid.rows)
    return np.where(area > 0, box - np.stack([*middle, *middle]), 0.0), area


def _turned_corners(left: Floats, top: Floats, tile: Size, degrees: float) -> tuple[Floats, Floats]:
    """Upper-left corners of tiles that are turned about their middle, as PixelGrid.around does."""
    across, down = direction(degrees)
    columns, rows = tile.columns / 2, tile.rows / 2
    left = left + columns - across * columns + down * rows
    top = top + rows - down * columns - across * rows
    if degrees % 90 == 0:
        left, top = np.floor(left + 0.5), np.floor(top + 0.5)
    return left, top


def turned_shapes(shapes: Shapes, left: Floats, top: Floats, degrees: float) -> Shapes:
    """Each shape in a frame of its own that begins at (left, top) with its axes turned."""
    shapes = shapes.select(np.arange(len(shapes)))  # vertices in the order of their shapes
    across, down = direction(degrees)
    owner = np.repeat(np.arange(len(shapes)), shapes.length)
    x, y = shapes.x - left[owner], shapes.y - top[owner]
    return shapes_of_rings(
        x * across + y * down, y * across - x * down, shapes.last, shapes.first, shapes.length
    )
