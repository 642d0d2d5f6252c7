"""Images as stored pixels: where labels on a map lie among them.

The pixel space has the grid that QGIS gives to an image without georeference: x is the column, y
the row with a minus, there is no coordinate system.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from osgeo import gdal

from .gdal_errors import GdalFailure, checked, gdal_messages, open_raster
from .grid import Geotransform, PixelGrid
from .raster import Raster
from .shared_window import PixelReader
from .wkb import ring_positions

if TYPE_CHECKING:
    from .files import Pixels
    from .grid import Coordinates

PIXELS: Geotransform = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)

ToPixels = Callable[["Coordinates", "Coordinates"], "tuple[Coordinates, Coordinates]"]
"""Columns and rows of map coordinates."""


def pixel_grid(columns: int, rows: int) -> PixelGrid:
    """The pixel space of an image."""
    return PixelGrid(columns, rows, PIXELS, is_on_map=False)


def in_pixel_space(raster: Raster) -> Raster:
    """A raster without its place on the map."""
    return replace(raster, grid=pixel_grid(raster.grid.columns, raster.grid.rows))


@dataclass(frozen=True, eq=False)
class MapPlace:
    """How an image lies on the map: by a geotransform, or by ground control points."""

    grid: PixelGrid
    """Exact for a geotransform, else the geotransform that comes nearest."""
    is_exact: bool
    to_pixels: ToPixels

    def blob_in_pixels(self, blob: bytes) -> bytes:
        """A polygon in WKB on the map, in pixel space."""
        moved = bytearray(blob)
        for offset, count in ring_positions(blob):
            vertices = np.frombuffer(moved, np.float64, 2 * count, offset).reshape(-1, 2)
            columns, rows = self.to_pixels(vertices[:, 0].copy(), vertices[:, 1].copy())
            struct.pack_into(f"<{2 * count}d", moved, offset, *np.stack([columns, -rows], 1).flat)
        return bytes(moved)

    def grid_on_map(self, grid: PixelGrid) -> PixelGrid:
        """A grid of pixel space where it lies on the map; for geotransforms."""
        x, x_column, x_row, y, y_column, y_row = self.grid.geotransform
        left, across_x, down_x, top, across_y, down_y = grid.geotransform
        geotransform = (
            x + left * x_column - top * x_row,
            across_x * x_column - across_y * x_row,
            down_x * x_column - down_y * x_row,
            y + left * y_column - top * y_row,
            across_x * y_column - across_y * y_row,
            down_x * y_column - down_y * y_row,
        )
        return PixelGrid(grid.columns, grid.rows, geotransform, self.grid.crs_wkt)


def map_place(raster: Raster) -> Optional[MapPlace]:
    """Where a raster lies on the map; None if nobody knows. Raises GdalFailure."""
    if raster.grid.is_on_map:
        return MapPlace(raster.grid, True, raster.grid.to_pixels)
    dataset = open_raster(raster.source.path, raster.source.open_options)
    points = dataset.GetGCPs()
    if not points:
        return None
    with gdal_messages() as messages:
        nearest = checked(gdal.GCPsToGeoTransform(points), messages)
        transformer = checked(gdal.Transformer(dataset, None, ["METHOD=GCP_POLYNOMIAL"]), messages)
    columns, rows = raster.grid.columns, raster.grid.rows
    grid = PixelGrid(columns, rows, tuple(nearest), dataset.GetGCPProjection())
    return MapPlace(grid, False, GcpPixels(dataset, transformer))


@dataclass(frozen=True, eq=False)
class GcpPixels:
    """Columns and rows by the polynomial through ground control points."""

    dataset: Any
    """Must live as long as its transformer."""
    transformer: Any

    def __call__(self, x: Coordinates, y: Coordinates) -> tuple[Coordinates, Coordinates]:
        """Columns and rows of map coordinates. Raises GdalFailure."""
        with gdal_messages() as messages:
            points, done = self.transformer.TransformPoints(1, list(zip(x.tolist(), y.tolist())))
            if not all(done):
                raise GdalFailure(messages.last_error)
        found = np.array(points)
        return found[:, 0], found[:, 1]


@dataclass(frozen=True, eq=False)
class ReaderOnMap:
    """Reads a raster on the map for grids of the pixel space of an image."""

    reader: PixelReader
    place: MapPlace

    @property
    def raster(self) -> Raster:
        """What is read, where its pixels are not those of pixel space."""
        return self.reader.raster

    def read(self, grid: PixelGrid) -> Pixels:
        """Pixels (band, row, column), read-only."""
        return self.reader.read(self.place.grid_on_map(grid))
