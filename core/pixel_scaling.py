"""Pixels of any type as 8 bits: one stretch for the whole image, so that all chips look alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from numpy.typing import NDArray

from .grid import PixelGrid, Size
from .pixel_statistics import band_statistics, cell_moments, cells_of, valid_pixels
from .plan import Strip
from .raster import Raster
from .raster_masks import RasterMask
from .shared_window import PixelReader, PixelwiseReader
from .statistics import AnyBandStatistics, added, standard_deviation

if TYPE_CHECKING:
    from .files import Pixels

Watch = Callable[[], None]

BLOCK_BYTES = 32 << 20
"""Of an image that are looked at together."""
DEVIATIONS = 2.0
"""Standard deviations on either side of the mean."""
PERCENTILES = (2.0, 98.0)
BINS = 1 << 16
"""Of a histogram; each value of 16 bits has its own."""


@dataclass(frozen=True)
class Stretch:
    """Which values become the least and the greatest of 8 bits, for each band."""

    lows: tuple[float, ...]
    highs: tuple[float, ...]
    method: str

    def scaled(self, pixels: Pixels, valid: NDArray[np.bool_] | None, least: int) -> Pixels:
        """Pixels (row, column, band) as 8 bits from `least` to 255; 0 where they are no data."""
        lows, highs = np.array(self.lows), np.array(self.highs)
        widths = np.where(highs > lows, highs - lows, 1.0)
        shares = np.clip((pixels.astype(np.float64) - lows) / widths, 0.0, 1.0)
        shares = np.where(np.isnan(shares), 0.0, shares)
        result = np.floor(least + shares * (255 - least) + 0.5).astype(np.uint8)
        return result if valid is None else np.where(valid, result, np.uint8(0))


@dataclass(frozen=True, eq=False)
class ScaledReader(PixelwiseReader):
    """Reads a raster as 8 bits. Where it has no-data, 0 stands for that and for nothing else."""

    stretch: Stretch
    """Empty until it is known."""

    @property
    def raster(self) -> Raster:
        """The raster as it is read."""
        raster = self.reader.raster
        nodata = tuple(0.0 if raster.may_lack_data else None for _ in raster.bands)
        return replace(raster, data_type="uint8", nodata=nodata)

    def read(self, grid: PixelGrid) -> Pixels:
        """Pixels (band, row, column), read-only."""
        pixels = self.reader.read(grid).transpose(1, 2, 0)
        raster = self.reader.raster
        valid = valid_pixels(pixels, raster.nodata) if raster.may_lack_data else None
        scaled = self.stretch.scaled(pixels, valid, 1 if raster.may_lack_data else 0)
        scaled.flags.writeable = False
        return scaled.transpose(2, 0, 1)


Source = tuple[PixelReader, Optional[RasterMask]]
"""An image, and where it has no data by its mask."""


def stretch_of(
    sources: Sequence[Source], method: str, percentiles: tuple[float, float], watch: Watch
) -> Stretch:
    """One stretch for some images; all their pixels are looked at, `watch` is called meanwhile.

    `method` is minmax, stddev (two standard deviations about the mean) or percentile.
    """
    bands = _statistics(sources, watch)
    if method == "stddev":
        spread = [DEVIATIONS * standard_deviation(band) for band in bands]
        lows = [max(band.mean - part, band.minimum) for band, part in zip(bands, spread)]
        highs = [min(band.mean + part, band.maximum) for band, part in zip(bands, spread)]
    elif method == "percentile":
        lows, highs = _percentiles(sources, bands, percentiles, watch)
    else:
        lows, highs = [band.minimum for band in bands], [band.maximum for band in bands]
    return Stretch(tuple(map(_finite, lows)), tuple(map(_finite, highs)), method)


def scaled_alike(
    readers: Sequence[PixelReader],
    masks: Sequence[Optional[RasterMask]],
    percentiles: tuple[float, float],
    watch: Watch,
) -> list[PixelReader]:
    """Readers that are to give 8 bits, with one stretch for all; others as they are."""
    scaled = [reader for reader in readers if isinstance(reader, ScaledReader)]
    if not scaled:
        return list(readers)
    sources = [(reader.reader, mask) for reader, mask in zip(scaled, masks)]
    stretch = stretch_of(sources, scaled[0].stretch.method, percentiles, watch)
    return [ScaledReader(reader.reader, stretch) for reader in scaled]


def _finite(value: float) -> float:
    """0 for the extremes of nothing."""
    return float(value) if np.isfinite(value) else 0.0


def _blocks(grid: PixelGrid, pixel_bytes: int) -> Iterator[Strip]:
    rows = max(1, BLOCK_BYTES // (grid.columns * pixel_bytes))
    for top in range(0, grid.rows, rows):
        height = min(rows, grid.rows - top)
        block = grid.crop(0, top, grid.columns, height)
        yield Strip(block, Size(grid.columns, height), (0,), (0,))


def _all_blocks(sources: Sequence[Source], watch: Watch) -> Iterator[tuple[Source, Strip]]:
    for reader, mask in sources:
        for strip in _blocks(reader.raster.grid, reader.raster.pixel_bytes):
            watch()
            yield (reader, mask), strip


def _statistics(sources: Sequence[Source], watch: Watch) -> Sequence[AnyBandStatistics]:
    total: Sequence[AnyBandStatistics] = ()
    for (reader, mask), strip in _all_blocks(sources, watch):
        cells = cells_of(strip)
        unmasked = None if mask is None else mask.valid(strip.grid)
        moments = cell_moments(reader.read(strip.grid), cells, reader.raster.nodata, unmasked)
        total = added(total, band_statistics(moments, cells.cover(np.ones(1, bool))))
    return total


def _percentiles(
    sources: Sequence[Source],
    bands: Sequence[AnyBandStatistics],
    percentiles: tuple[float, float],
    watch: Watch,
) -> tuple[list[float], list[float]]:
    """The least values below or at which these percentages of the pixels lie."""
    data_type = np.result_type(*(reader.raster.data_type for reader, _ in sources)).name
    edges = [_bin_edges(band, data_type) for band in bands]
    counts = [np.zeros(len(each) - 1, np.int64) for each in edges]
    for (reader, mask), strip in _all_blocks(sources, watch):
        pixels = reader.read(strip.grid).transpose(1, 2, 0)
        valid = valid_pixels(pixels, reader.raster.nodata)
        if mask is not None:
            unmasked = np.broadcast_to(mask.valid(strip.grid), pixels.shape)
            valid = unmasked if valid is None else valid & unmasked
        for band, count in enumerate(counts):
            values = pixels[..., band] if valid is None else pixels[..., band][valid[..., band]]
            count += np.histogram(values, edges[band])[0]
    found = [_values_at(count, each, percentiles) for count, each in zip(counts, edges)]
    return [low for low, _ in found], [high for _, high in found]


def _bin_edges(band: AnyBandStatistics, data_type: str) -> NDArray[np.float64]:
    """A bin for every whole number where that is possible, else many of one width."""
    low, high = _finite(band.minimum), _finite(band.maximum)
    if np.dtype(data_type).kind in "iu" and high - low < BINS:
        return np.arange(low, high + 2) - 0.5
    return np.linspace(low, max(high, np.nextafter(low, np.inf)), BINS + 1)


def _values_at(
    count: NDArray[Any], edges: NDArray[np.float64], percentiles: tuple[float, float]
) -> tuple[float, float]:
    below = np.cumsum(count)
    if not len(below) or not below[-1]:
        return 0.0, 0.0
    middles = (edges[:-1] + edges[1:]) / 2
    aims = [share / 100 * below[-1] for share in percentiles]
    low, high = (int(np.searchsorted(below, aim - 1e-9)) for aim in aims)
    last = len(middles) - 1
    return float(middles[min(low, last)]), float(middles[min(high, last)])
