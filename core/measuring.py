"""The pixels of a strip with their moments, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from numpy.typing import NDArray

from .pixel_statistics import (
    CellMoments,
    Cells,
    band_statistics,
    cell_moments,
    cells_of,
    valid_pixels,
)
from .plan import Strip
from .raster_masks import RasterMask
from .shared_window import PixelReader
from .statistics import AnyBandStatistics

if TYPE_CHECKING:
    from .files import Pixels


@dataclass(frozen=True, eq=False)
class Measured:
    """The pixels of a strip and their moments."""

    pixels: Pixels
    cells: Cells
    moments: CellMoments
    place_size: int
    """Pixels of a place."""
    data_counts: NDArray[np.int64]
    """For each place, its pixels of which some band is not no-data."""

    def data_shares(self) -> NDArray[np.float64]:
        """For each place, the share of pixels of which some band is not no-data."""
        return self.data_counts / self.place_size

    def bands(self, wanted: NDArray[np.bool_]) -> list[AnyBandStatistics]:
        """Statistics of the bands over the wanted places."""
        return band_statistics(self.moments, self.cells.cover(wanted))


def measured(reader: PixelReader, strip: Strip, mask: Optional[RasterMask] = None) -> Measured:
    """Read and measure a strip; what is masked or filled up counts as no-data."""
    pixels, cells = reader.read(strip.grid), cells_of(strip)
    if strip.on_image is not None:
        pixels = filled(pixels, strip.on_image, reader.raster.nodata)
    unmasked = None if mask is None else mask.valid(strip.grid)
    moments = cell_moments(pixels, cells, reader.raster.nodata, unmasked)
    if strip.on_image is not None:
        moments = _without_filling(moments, cells, strip.on_image)
    place_size = strip.tile.columns * strip.tile.rows
    if strip.on_image is None and mask is None and not reader.raster.may_lack_data:
        counts = np.full(strip.place_count, place_size)
        return Measured(pixels, cells, moments, place_size, counts)
    counts = cells.per_place(moments.count.max(axis=2))
    if len(pixels) > 1 and (counts < place_size).any():  # bands may lack data here and there
        counts = cells.sums(_with_data(pixels, strip, reader.raster.nodata, unmasked))
    return Measured(pixels, cells, moments, place_size, counts)


def _with_data(
    pixels: Pixels,
    strip: Strip,
    nodata: Sequence[Optional[float]],
    unmasked: Optional[NDArray[np.bool_]],
) -> NDArray[np.bool_]:
    """Which pixels (row, column) are image, unmasked, and not no-data in every band."""
    left, top, right, bottom = strip.on_image or (0, 0, strip.grid.columns, strip.grid.rows)
    found = np.zeros(pixels.shape[1:], bool)
    found[top:bottom, left:right] = True
    valid = valid_pixels(pixels.transpose(1, 2, 0), nodata)
    if valid is not None:
        found &= valid.any(axis=2)
    if unmasked is not None:
        found &= unmasked[..., 0]
    return found


def filled(
    pixels: Pixels, on_image: tuple[int, int, int, int], nodata: Sequence[Optional[float]]
) -> Pixels:
    """The pixels (band, row, column) with no-data, or 0 without such a value, around the image."""
    left, top, right, bottom = on_image
    framed = np.empty(pixels.transpose(1, 2, 0).shape, pixels.dtype)
    framed[...] = [fitting(value, pixels.dtype) for value in nodata]
    framed[top:bottom, left:right] = pixels.transpose(1, 2, 0)[top:bottom, left:right]
    framed.flags.writeable = False
    return framed.transpose(2, 0, 1)


def fitting(value: Optional[float], data_type: np.dtype[Any]) -> float:
    """A no-data value that pixels can have, 0 where there is none."""
    if value is None or (data_type.kind in "iu" and not float(value).is_integer()):
        return 0
    if data_type.kind in "iu" and not np.iinfo(data_type).min <= value <= np.iinfo(data_type).max:
        return 0
    return value


def _without_filling(
    moments: CellMoments, cells: Cells, on_image: tuple[int, int, int, int]
) -> CellMoments:
    left, top, right, bottom = on_image
    rows = (cells.row_edges[:-1] >= top) & (cells.row_edges[1:] <= bottom)
    columns = (cells.column_edges[:-1] >= left) & (cells.column_edges[1:] <= right)
    inside = (rows[:, None] & columns)[..., None]
    return replace(
        moments,
        count=moments.count * inside,
        total=np.where(inside, moments.total, 0),
        squares=np.where(inside, moments.squares, 0),
    )
