"""Where a second raster has pixels: chips of two images lie wholly on both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from .gdal_errors import GdalFailure
from .grid import PixelGrid
from .pixel_space import MapPlace
from .plan import Strip
from .reference_systems import may_be_same_reference, transformed_points

ALONG = np.array([0.0, 0.5, 1.0])
"""Points of a place that are looked at, as shares of its sides."""
TOLERANCE = 1e-2
"""Pixels by which a place may seem to leave the raster: the rounding of map coordinates."""


@dataclass(frozen=True)
class Covering:
    """The area of a raster, which may be in another system than the chips."""

    grid: PixelGrid
    place: Optional[MapPlace] = None
    """Where the image lies on the map, if chips are in its pixel space."""

    def holds(self, strip: Strip) -> NDArray[np.bool_]:
        """For each place, whether it lies wholly on the raster."""
        left, top = np.array([strip.corner(place) for place in range(strip.place_count)]).T
        across, down = (axis.ravel() for axis in np.meshgrid(ALONG, ALONG))
        columns = left[:, None] + across * strip.tile.columns
        rows = top[:, None] + down * strip.tile.rows
        grid = strip.grid if self.place is None else self.place.grid_on_map(strip.grid)
        x, y = grid.to_map(columns.ravel(), rows.ravel())
        on_raster = self.grid.to_pixels(*self._in_system(x, y, grid.crs_wkt))
        column, row = (axis.reshape(columns.shape) for axis in on_raster)
        inside = (
            (np.minimum(column, row) >= -TOLERANCE)
            & (column <= self.grid.columns + TOLERANCE)
            & (row <= self.grid.rows + TOLERANCE)
        )
        return inside.all(axis=1)

    def _in_system(
        self, x: NDArray[np.float64], y: NDArray[np.float64], crs_wkt: str
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Map coordinates in the system of the raster; infinite where there are none."""
        if may_be_same_reference(crs_wkt, self.grid.crs_wkt):
            return x, y
        try:
            points = transformed_points(crs_wkt, self.grid.crs_wkt, np.stack([x, y], axis=1))
        except GdalFailure:
            return np.full_like(x, np.inf), np.full_like(y, np.inf)
        return points[:, 0], points[:, 1]
