"""The image that is cut: the raster of a request, and the grid of its chips."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional

import numpy as np

from .errors import InvalidRequest, UnreadableSource
from .features import box_in
from .formats import FORMATS
from .gdal_errors import open_raster
from .grid import PixelGrid
from .raster import Raster, describe_raster
from .request import ExportRequest

SNAP = 1e-6
"""Share of a pixel by which an extent may miss a pixel edge and still lie on it."""
MOST_BANDS = 3
"""In PNG and JPEG chips."""


@dataclass(frozen=True)
class Image:
    """A raster and the grid its chips lie on."""

    raster: Raster
    grid: PixelGrid
    band_names: tuple[str, ...]
    sensor: str


def image_of(request: ExportRequest) -> Image:
    """Look at inputRaster and lay out the grid. Raises InvalidRequest naming a parameter."""
    try:
        whole = describe_raster(request.input_raster)
    except UnreadableSource as error:
        raise InvalidRequest("inputRaster", str(error)) from error
    _check_bands(request, whole)
    raster = describe_raster(request.input_raster, request.bands)
    _check_pixels(request, raster)
    _check_georeference(request, raster)
    _check_orientation(request, raster)
    grid = (
        raster.grid if request.cell_size is None else raster.grid.with_cell_size(request.cell_size)
    )
    grid = _within_extent(request, grid)
    _check_tile(request, grid)
    return Image(raster, grid, _band_names(raster), _sensor(raster))


def _check_bands(request: ExportRequest, raster: Raster) -> None:
    missing = [band for band in request.bands if band not in raster.bands]
    if missing:
        raise InvalidRequest("bands", f"{missing}: the raster has bands 1 to {len(raster.bands)}.")


def _check_pixels(request: ExportRequest, raster: Raster) -> None:
    """Whether the chip format can hold the pixels."""
    chip_format, count = request.chip_format, len(raster.bands)
    if chip_format in ("PNG", "JPEG") and count not in (1, MOST_BANDS):
        raise InvalidRequest(
            "bands",
            f"{chip_format} chips have 1 or 3 bands, but the raster has {count}; choose bands "
            "(bands=1,2,3), or chipFormat TIFF.",
        )
    fitting = {"PNG": ("uint8", "uint16"), "JPEG": ("uint8",)}.get(chip_format)
    if fitting and raster.data_type not in fitting:
        raise InvalidRequest(
            "chipFormat",
            f"{chip_format} chips hold {' or '.join(fitting)} pixels, but the raster has "
            f"{raster.data_type}; scale them to 8 bits (pixelScaling), or choose chipFormat TIFF.",
        )


def _check_georeference(request: ExportRequest, raster: Raster) -> None:
    if not raster.grid.is_on_map and FORMATS[request.metadata_format].needs_labels:
        raise InvalidRequest(
            "inputRaster",
            f"'{raster.source}' has no georeference, so labels cannot be placed on it; "
            "georeference it, or choose referenceSystem PIXEL_SPACE.",
        )


def _check_orientation(request: ExportRequest, raster: Raster) -> None:
    if request.chip_format == "MRF" and raster.grid.is_on_map and not raster.grid.is_north_up:
        raise InvalidRequest(
            "chipFormat",
            f"MRF chips are always north up, but '{raster.source}' is not; choose chipFormat TIFF.",
        )


def _within_extent(request: ExportRequest, grid: PixelGrid) -> PixelGrid:
    """The part of the grid in the extent, snapped outward to whole pixels."""
    extent = request.extent
    if extent is None:
        return grid
    sides = (extent.left, extent.bottom, extent.right, extent.top)
    if not all(map(math.isfinite, sides)):
        raise InvalidRequest("extent", f"has a side that is no number: {sides}.")
    if extent.left >= extent.right or extent.bottom >= extent.top:
        raise InvalidRequest(
            "extent", "is empty: its left must be below its right, its bottom below its top."
        )
    box = (extent.left, extent.bottom, extent.right, extent.top)
    left, top, right, bottom = _pixel_box(box, extent.crs_wkt, grid)
    columns, rows = right - left, bottom - top
    if columns <= 0 or rows <= 0:
        raise InvalidRequest("extent", f"does not meet the raster, which covers {_box_text(grid)}.")
    return grid.crop(left, top, columns, rows)


def _pixel_box(
    box: tuple[float, float, float, float], wkt: str, grid: PixelGrid
) -> tuple[int, int, int, int]:
    """Whole pixels of the grid around a map box, cut to the grid."""
    inside = box_in(box, wkt, grid.crs_wkt)
    if inside is None:
        raise InvalidRequest("extent", "cannot be brought to the coordinate system of the raster.")
    left, bottom, right, top = inside
    columns, rows = grid.to_pixels(
        np.array([left, left, right, right]), np.array([bottom, top, bottom, top])
    )
    return (
        max(0, math.floor(columns.min() + SNAP)),
        max(0, math.floor(rows.min() + SNAP)),
        min(grid.columns, math.ceil(columns.max() - SNAP)),
        min(grid.rows, math.ceil(rows.max() - SNAP)),
    )


def _box_text(grid: PixelGrid) -> str:
    left, bottom, right, top = (f"{value:.10g}" for value in grid.bounds)
    return f"x {left} to {right}, y {bottom} to {top}"


def _check_tile(request: ExportRequest, grid: PixelGrid) -> None:
    sides = (
        ("tileSizeX", request.tile_size.columns, grid.columns, "columns"),
        ("tileSizeY", request.tile_size.rows, grid.rows, "rows"),
    )
    for name, tile, available, what in sides:
        if tile > available:
            raise InvalidRequest(
                name,
                f"is {tile}, but the image has only {available} {what}"
                f"{' within the extent' if request.extent else ''}; choose a smaller tile, or "
                "edgePolicy=pad to fill chips up with no-data.",
            )


def _band_names(raster: Raster) -> tuple[str, ...]:
    """Names of bands as the raster gives them.

    None for 8-bit RGB: capitalised colour names make readers take chips for multispectral ones.
    """
    if raster.data_type == "uint8" and len(raster.bands) <= MOST_BANDS:
        return ("",) * len(raster.bands)
    dataset = open_raster(raster.source.path, raster.source.open_options)
    return tuple(dataset.GetRasterBand(band).GetDescription() for band in raster.bands)


def _sensor(raster: Raster) -> str:
    plain = raster.data_type == "uint8" and len(raster.bands) <= MOST_BANDS
    return "Undefined" if plain else "MultiSpectral"


def first_nodata(raster: Raster) -> Optional[float]:
    """The no-data value that a chip carries: files have one for all bands."""
    return next((value for value in raster.nodata if value is not None), None)
