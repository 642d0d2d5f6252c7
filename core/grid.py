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

    def turned(self, quarters: int) -> PixelGrid:
        """The same pixels, turned: like numpy's rot90, counter-clockwise by quarters.

        >>> PixelGrid(3, 2, (0, 1, 0, 0, 0, -1)).turned(1).geotransform
        (3, 0, -1, 0, -1, 0)
        """
        if quarters % 4 == 0:
            return self
        x, x_column, x_row, y, y_column, y_row = self.geotransform
        corner = (x + self.columns * x_column, y + self.columns * y_column)
        turned = (corner[0], x_row, -x_column, corner[1], y_row, -y_column)
        once = replace(self, columns=self.rows, rows=self.columns, geotransform=turned)
        return once.turned(quarters % 4 - 1)

    def upright(self) -> tuple[PixelGrid, int]:
        """The same pixels with columns running most to the east, and the quarters back to this."""
        for quarters in range(4):
            grid = self.turned(-quarters)
            _, x_column, _, _, y_column, _ = grid.geotransform
            if x_column > 0 and -x_column < y_column <= x_column:
                return grid, quarters
        return self, 0

    def around(
        self, column: float, row: float, columns: int, rows: int, degrees: float
    ) -> PixelGrid:
        """A grid about a point, in pixels of this one, its axes turned clockwise in the image.

        Multiples of 90 degrees give pixels of this grid: the middle is moved to make that so, by
        half a pixel at most.

        >>> PixelGrid(9, 9, (0, 1, 0, 0, 0, -1)).around(4, 4, 4, 2, 90).geotransform
        (5, 0.0, -1.0, -2, -1.0, 0.0)
        """
        across, down = direction(degrees)
        left = column - across * columns / 2 + down * rows / 2
        top = row - down * columns / 2 - across * rows / 2
        if degrees % 90 == 0:
            left, top = math.floor(left + 0.5), math.floor(top + 0.5)
        return self.turned_window(left, top, columns, rows, degrees)

    def turned_window(
        self, left: float, top: float, columns: int, rows: int, degrees: float
    ) -> PixelGrid:
        """A grid that begins at a point of this one, its axes turned clockwise in the image."""
        across, down = direction(degrees)
        x, x_column, x_row, y, y_column, y_row = self.geotransform
        geotransform = (
            x + left * x_column + top * x_row,
            x_column * across + x_row * down + 0.0,  # no minus before a nought
            x_row * across - x_column * down + 0.0,
            y + left * y_column + top * y_row,
            y_column * across + y_row * down + 0.0,
            y_row * across - y_column * down + 0.0,
        )
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

    def map_at(self, column: float, row: float) -> tuple[float, float]:
        """As `to_map`, of one point, which is quicker in plain numbers."""
        x, x_column, x_row, y, y_column, y_row = self.geotransform
        return x + column * x_column + row * x_row, y + column * y_column + row * y_row

    def pixel_at(self, x: float, y: float) -> tuple[float, float]:
        """As `to_pixels`, of one point."""
        origin_x, x_column, x_row, origin_y, y_column, y_row = self.geotransform
        determinant = x_column * y_row - x_row * y_column
        east, north = x - origin_x, y - origin_y
        return (
            (east * y_row - north * x_row) / determinant,
            (north * x_column - east * y_column) / determinant,
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


def direction(degrees: float) -> tuple[float, float]:
    """Cosine and sine, exact where the axes fall on axes."""
    if degrees % 90 == 0:
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(degrees // 90) % 4]
    return math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
