"""Pixel grids: where the pixels of an image lie on the map."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Coordinates = NDArray[np.float64]

Geotransform = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Size:
    """Width and height in pixels."""

    columns: int
    rows: int


@dataclass(frozen=True)
class PixelGrid:
    """A grid of pixels on the map.

    `geotransform` is GDAL's: x = g[0] + column * g[1] + row * g[2], y = g[3] + column * g[4] +
    row * g[5], for the upper-left corner of a pixel. `crs_wkt` is empty where none is known.
    """

    columns: int
    rows: int
    geotransform: Geotransform
    crs_wkt: str = ""
    is_on_map: bool = True
    """False where pixels have no place but the one in their image."""

    def crop(self, left: int, top: int, columns: int, rows: int) -> PixelGrid:
        """The grid of a window, in pixels of this grid.

        >>> PixelGrid(10, 10, (500, 2, 0, 900, 0, -2)).crop(3, 1, 4, 4).geotransform
        (506, 2, 0, 898, 0, -2)
        """
        x, x_column, x_row, y, y_column, y_row = self.geotransform
        origin_x = x + left * x_column + top * x_row
        origin_y = y + left * y_column + top * y_row
        geotransform = (origin_x, x_column, x_row, origin_y, y_column, y_row)
        return PixelGrid(columns, rows, geotransform, self.crs_wkt, self.is_on_map)

    def with_cell_size(self, size: float) -> PixelGrid:
        """The same corner and orientation with square cells of `size` map units, whole cells only.

        >>> PixelGrid(10, 10, (0, 2, 0, 0, 0, -2)).with_cell_size(3).geotransform
        (0, 3.0, 0.0, 0, 0.0, -3.0)
        """
        x, x_column, x_row, y, y_column, y_row = self.geotransform
        width, height = self.cell_size
        across, down = size / width, size / height
        return replace(
            self,
            columns=math.floor(self.columns / across + 1e-9),
            rows=math.floor(self.rows / down + 1e-9),
            geotransform=(x, x_column * across, x_row * down, y, y_column * across, y_row * down),
        )

    @property
    def cell_size(self) -> tuple[float, float]:
        """Width and height of a pixel in map units."""
        _, x_column, x_row, _, y_column, y_row = self.geotransform
        return math.hypot(x_column, y_column), math.hypot(x_row, y_row)

    @property
    def cell_area(self) -> float:
        """Area of a pixel in square map units."""
        _, x_column, x_row, _, y_column, y_row = self.geotransform
        return abs(x_column * y_row - x_row * y_column)

    @property
    def is_north_up(self) -> bool:
        """Whether rows run exactly west to east and columns north to south."""
        _, x_column, x_row, _, y_column, y_row = self.geotransform
        return x_row == 0 and y_column == 0 and x_column > 0 and y_row < 0

    def to_map(self, columns: Coordinates, rows: Coordinates) -> tuple[Coordinates, Coordinates]:
        """Map coordinates of pixel coordinates (continuous, 0 at the outer edge)."""
        x, x_column, x_row, y, y_column, y_row = self.geotransform
        return (
            x + columns * x_column + rows * x_row,
            y + columns * y_column + rows * y_row,
        )

    def to_pixels(self, x: Coordinates, y: Coordinates) -> tuple[Coordinates, Coordinates]:
        """Pixel coordinates (columns, rows) of map coordinates; the inverse of `to_map`."""
        origin_x, x_column, x_row, origin_y, y_column, y_row = self.geotransform
        determinant = x_column * y_row - x_row * y_column
        east, north = x - origin_x, y - origin_y
        return (
            (east * y_row - north * x_row) / determinant,
            (north * x_column - east * y_column) / determinant,
        )

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Smallest map box around the grid: left, bottom, right, top."""
        x, x_column, x_row, y, y_column, y_row = self.geotransform
        right, down = self.columns, self.rows
        xs = [x + c * x_column + r * x_row for c in (0, right) for r in (0, down)]
        ys = [y + c * y_column + r * y_row for c in (0, right) for r in (0, down)]
        return min(xs), min(ys), max(xs), max(ys)
