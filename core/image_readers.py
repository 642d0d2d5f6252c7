"""Further rasters, read on the grid of an image."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional

from .errors import InvalidRequest
from .grid import PixelGrid
from .image import Image, image_reader
from .map_boxes import box_in
from .pixel_space import MapPlace, ReaderOnMap, in_pixel_space
from .progress import StopSignal
from .raster import Raster
from .raster_masks import RasterMask, mask_of_raster
from .raster_reader import RasterReader
from .request import ExportRequest
from .shared_window import PixelReader


@dataclass(frozen=True, eq=False)
class PlacedRaster:
    """A raster as it is to be read on the grid of an image."""

    raster: Raster
    place: Optional[MapPlace] = None
    """If it lies on the map, but the grid of the image does not."""

    def reader(self, known: RasterReader) -> PixelReader:
        """A reader for grids of the image, from one of the raster where it was found."""
        reader = known.of(self.raster)
        return reader if self.place is None else ReaderOnMap(reader, self.place)


@dataclass(frozen=True, eq=False)
class Partner:
    """The second image of chips."""

    reader: PixelReader
    """Reads it where it lies, on the map or in pixel space."""
    mask: Optional[RasterMask] = None
    place: Optional[MapPlace] = None
    """If it lies on the map, but the grid of the image does not."""

    @property
    def raster(self) -> Raster:
        """The raster as it is read."""
        return self.reader.raster

    def on_image(self) -> PixelReader:
        """A reader for grids of the image."""
        return self.reader if self.place is None else ReaderOnMap(self.reader, self.place)

    def mask_on_image(self) -> Optional[RasterMask]:
        """The mask for grids of the image."""
        if self.mask is None or self.place is None:
            return self.mask
        return replace(self.mask, reader=ReaderOnMap(self.mask.reader, self.place))


def partner_on(image: Image, raster: Raster, request: ExportRequest, stop: StopSignal) -> Partner:
    """A raster as the second image. Raises InvalidRequest."""
    placed = raster_on(image, raster, "additionalInputRaster")
    mask = mask_of_raster(raster)
    if mask is not None and not placed.raster.grid.is_on_map:
        mask = mask.in_pixel_space()
    return Partner(image_reader(request, placed.raster, stop), mask, placed.place)


def raster_on(
    image: Image, raster: Raster, parameter: str, may_lie_elsewhere: bool = False
) -> PlacedRaster:
    """Another raster, to be read on grids of the image. Raises InvalidRequest.

    On stored pixels, a raster without a place on the map must have the size of the image.
    """
    if not image.is_in_pixel_space:
        if not may_lie_elsewhere:
            _check_meeting(raster.grid, image.grid, parameter)
        return PlacedRaster(raster)
    if image.place is not None and image.place.is_exact and raster.grid.is_on_map:
        if not may_lie_elsewhere:
            _check_meeting(raster.grid, image.place.grid, parameter)
        return PlacedRaster(raster, image.place)
    whole, other = image.raster.grid, raster.grid
    if (whole.columns, whole.rows) != (other.columns, other.rows):
        raise InvalidRequest(
            parameter,
            f"'{raster.source}' has {other.columns} × {other.rows} pixels, inputRaster "
            f"{whole.columns} × {whole.rows}; in PIXEL_SPACE they are laid pixel upon pixel, "
            "unless both are georeferenced. Choose a raster of the same size.",
        )
    return PlacedRaster(in_pixel_space(raster))


def _check_meeting(grid: PixelGrid, image: PixelGrid, parameter: str) -> None:
    """Refuse a raster that lies elsewhere than the image."""
    box = box_in(grid.bounds, grid.crs_wkt, image.crs_wkt)
    if box is None:
        return
    left, bottom, right, top = image.bounds
    if box[0] >= right or box[2] <= left or box[1] >= top or box[3] <= bottom:
        raise InvalidRequest(
            parameter,
            "the raster does not lie on inputRaster; check both rasters' coordinate systems.",
        )
