"""Files beside an image that say where it lies, for formats that cannot carry it inside."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from .gdal_errors import GdalFailure, gdal_messages
from .grid import PixelGrid
from .reference_systems import spatial_reference


def sidecars(world_ending: str, grid: PixelGrid) -> Iterator[tuple[str, bytes]]:
    """Endings and contents: the world file, and the .prj if there is a system; none off the map."""
    if not grid.is_on_map:
        return
    yield world_ending, world_file(grid).encode("ascii")
    projection = esri_wkt(grid.crs_wkt)
    if projection:
        yield ".prj", projection.encode("utf-8")


def world_file(grid: PixelGrid) -> str:
    """Six lines: the axes of the grid and the centre of its upper-left pixel.

    >>> world_file(PixelGrid(4, 4, (500.0, 2.0, 0.0, 900.0, 0.0, -2.0))).split()[4:]
    ['501.0000000000', '899.0000000000']
    """
    x, x_column, x_row, y, y_column, y_row = grid.geotransform
    centre = (x + (x_column + x_row) / 2, y + (y_column + y_row) / 2)
    return "".join(f"{value:.10f}\n" for value in (x_column, y_column, x_row, y_row, *centre))


@lru_cache(maxsize=32)  # as long to find out as half a JPEG, and the same for all chips
def esri_wkt(wkt: str) -> str:
    """The text of a .prj file; empty if there is no system or it has no such text."""
    reference = spatial_reference(wkt)
    if reference is None:
        return ""
    try:
        with gdal_messages():
            return str(reference.ExportToWkt(["FORMAT=WKT1_ESRI"]))
    except GdalFailure:
        return ""
