"""Pixels of a raster on any grid; one GDAL handle per thread."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from osgeo import gdal, gdal_array

from . import sampling
from .errors import ExportCancelled, UnreadableSource
from .gdal_errors import (
    GdalFailure,
    GdalMessages,
    checked,
    gdal_messages,
    may_be_same_reference,
    open_raster,
)
from .gdal_settings import as_stored, to_resample
from .grid import PixelGrid, Size
from .handles import ThreadHandles
from .interleaving import interleaved
from .pixel_memory import PixelMemory
from .progress import StopSignal
from .remote_sources import is_remote, remote_settings
from .request import RasterSource
from .unreadable import unreadable

if TYPE_CHECKING:
    from .files import Pixels
    from .grid import Coordinates

SAME_PIXEL = 1e-3
"""Grids whose pixels lie closer together than this share of a pixel are the same grid."""
NEAREST, BILINEAR = gdal.GRIORA_NearestNeighbour, gdal.GRIORA_Bilinear
AVERAGE = gdal.GRIORA_Average
CUT_SHORT = "Premature end of"
"""What libjpeg says."""
PIECE_BYTES = 8 << 20
"""Even a slow disk gives so many bytes within a second or so, after which an export may end."""
ONE_PIXEL = Size(1, 1)
NO_GEOTRANSFORM = (0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Raster:
    """What can be told of a raster without reading its pixels."""

    source: RasterSource
    grid: PixelGrid
    data_type: str
    """numpy name, "uint8"."""
    bands: tuple[int, ...]
    """Numbers of the bands in use, counted from 1."""
    nodata: tuple[Optional[float], ...]
    """No-data value of each band in use."""
    block: Size = ONE_PIXEL
    """What is read at once, in pixels."""

    @property
    def has_whole_rows(self) -> bool:
        """Whether a part of a row is read only with all of it."""
        return self.block.columns >= self.grid.columns

    @property
    def may_lack_data(self) -> bool:
        """Whether its values may tell that there is no data."""
        return self.data_type.startswith("float") or any(each is not None for each in self.nodata)

    @property
    def pixel_bytes(self) -> int:
        """Bytes of one pixel with all bands in use."""
        return len(self.bands) * np.dtype(self.data_type).itemsize


def describe_raster(source: RasterSource, bands: tuple[int, ...] = ()) -> Raster:
    """Look at a raster; no bands given means all. Raises UnreadableSource."""
    try:
        dataset = open_raster(source.path, source.open_options)
    except GdalFailure as failure:
        raise UnreadableSource(f"'{source}' cannot be opened as a raster: {failure}") from failure
    wanted = bands or tuple(range(1, dataset.RasterCount + 1))
    missing = [band for band in wanted if band > dataset.RasterCount]
    if missing or not wanted:
        raise UnreadableSource(
            f"'{source}' has {dataset.RasterCount} bands, but {missing or 'one'} is asked for."
        )
    opened = [dataset.GetRasterBand(band) for band in wanted]
    geotransform = dataset.GetGeoTransform(can_return_null=True)
    return Raster(
        source=source,
        grid=PixelGrid(
            dataset.RasterXSize,
            dataset.RasterYSize,
            tuple(geotransform or NO_GEOTRANSFORM),
            dataset.GetProjection(),
            geotransform is not None,
        ),
        data_type=_common_type(source, opened),
        bands=wanted,
        nodata=tuple(band.GetNoDataValue() for band in opened),
        block=Size(*opened[0].GetBlockSize()),
    )


def _common_type(source: RasterSource, bands: list[Any]) -> str:
    """The numpy type that holds all bands; complex pixels are refused."""
    kinds = [gdal_array.GDALTypeCodeToNumericTypeCode(band.DataType) for band in bands]
    common = np.result_type(*kinds)
    if common.kind == "c":
        raise UnreadableSource(f"'{source}' has complex pixels, which chips cannot hold.")
    return common.name


@dataclass(frozen=True)
class RasterReader:
    """Reads a raster on grids other than its own, too."""

    raster: Raster
    resampling: int = BILINEAR
    """Used where the pixels of the grid asked for are not pixels of the raster."""
    stop: StopSignal = field(default_factory=StopSignal, compare=False)
    _handles: ThreadHandles = field(init=False, compare=False, repr=False)
    _plain: ThreadHandles = field(init=False, compare=False, repr=False)
    """For pixels as they are stored."""
    _memory: PixelMemory = field(default_factory=PixelMemory, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        source = self.raster.source
        handles = ThreadHandles(source, to_resample)
        plain = handles if is_remote(source.path) else ThreadHandles(source, as_stored)
        object.__setattr__(self, "_handles", handles)
        object.__setattr__(self, "_plain", plain)

    def of(self, raster: Raster) -> RasterReader:
        """A reader of the same source where it is taken to lie elsewhere; they share what is open.

        What one of them has read is in GDAL's cache for the other.
        """
        other = replace(self, raster=raster)
        object.__setattr__(other, "_handles", self._handles)
        object.__setattr__(other, "_plain", self._plain)
        return other

    def read(self, grid: PixelGrid) -> Pixels:
        """Pixels (band, row, column) of a grid, read-only; 0 where the raster has none.

        They lie pixel-interleaved in memory, as chips are written. Raises UnreadableSource and
        ExportCancelled.
        """
        with self._told():
            pixels = self._read(grid)
        pixels.flags.writeable = False
        return pixels.transpose(2, 0, 1)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Failures of GDAL become errors that name the source."""
        try:
            with remote_settings(self.raster.source.path):
                yield
        except GdalFailure as failure:
            if self.stop.is_raised():
                raise ExportCancelled("The export was cancelled.") from failure
            raise unreadable(self.raster.source, failure) from failure
        finally:
            self._handles.leave()
            self._plain.leave()

    def _read(self, grid: PixelGrid) -> Pixels:
        window = source_window(self.raster.grid, grid)
        shape = grid.rows, grid.columns, len(self.raster.bands)
        if window is not None and window.is_whole_pixels and window.lies_in(self.raster.grid):
            pixels = self._memory.pixels(shape, self.raster.data_type)
            self._copy_into(pixels, window)
            return pixels
        pixels = np.zeros(shape, self.raster.data_type)
        if window is None:
            quarters = quarter_turns(self.raster.grid, grid)
            if quarters:
                return interleaved(np.rot90(self._read(grid.turned(-quarters)), quarters))
            around = self.window_around([grid])
            if around is not None:
                return self.sampled(self._in_memory(around), grid)
            self._warp_into(pixels, grid)
        elif window.is_whole_pixels:
            self._copy_into(pixels, window)
        elif self._can_resample(window):
            self._resample_into(pixels, window)
        else:
            self._warp_into(pixels, grid)
        return pixels

    def window_around(self, grids: Sequence[PixelGrid]) -> Optional[tuple[int, int, int, int]]:
        """The pixels (left, top, right, bottom) around grids that can be sampled from them.

        None if one of them is in another system or leaves the raster, or has larger pixels that
        must be averaged.
        """
        source = self.raster.grid
        ends = []
        for grid in grids:
            if not may_be_same_reference(source.crs_wkt, grid.crs_wkt):
                return None
            columns, rows = source.to_pixels(*grid.to_map(*_corners(grid)))
            is_coarser = grid.cell_area > source.cell_area * (1 + SAME_PIXEL)
            if self.resampling == AVERAGE or (self.resampling == BILINEAR and is_coarser):
                return None
            ends.append((columns.min(), rows.min(), columns.max(), rows.max()))
        left, top = (min(end[side] for end in ends) for side in (0, 1))
        right, bottom = (max(end[side] for end in ends) for side in (2, 3))
        if min(left, top) < -SAME_PIXEL:
            return None
        if right > source.columns + SAME_PIXEL or bottom > source.rows + SAME_PIXEL:
            return None
        return (
            max(0, math.floor(left) - 1),
            max(0, math.floor(top) - 1),
            min(source.columns, math.ceil(right) + 1),
            min(source.rows, math.ceil(bottom) + 1),
        )

    def read_around(self, around: tuple[int, int, int, int]) -> sampling.Window:
        """A window (left, top, right, bottom) of the raster, to sample from.

        Raises UnreadableSource and ExportCancelled.
        """
        with self._told():
            return self._in_memory(around)

    def _in_memory(self, around: tuple[int, int, int, int]) -> sampling.Window:
        left, top, right, bottom = around
        bands, data_type = len(self.raster.bands), self.raster.data_type
        words = sampling.padded_bands(bands, data_type)
        padded = np.zeros((bottom - top, right - left, words), data_type)
        self._read_pixels(padded[..., :bands], (left, top, right - left, bottom - top))
        return sampling.Window(padded, bands, left, top)

    def sampled(self, window: sampling.Window, grid: PixelGrid) -> Pixels:
        """Pixels (row, column, band) of a turned grid out of a window around it."""
        if self.resampling == NEAREST:
            return sampling.nearest(window, self.raster.grid, grid)
        return sampling.bilinear(window, self.raster.grid, grid, self.raster.nodata)

    def _can_resample(self, window: Window) -> bool:
        """Whether GDAL's own reading does: classes must not come from averaged overviews."""
        return (
            self.resampling != NEAREST
            and not self._is_virtual()
            and window.lies_in(self.raster.grid)
            and min(window.columns, window.rows) >= 1
        )

    def _is_virtual(self) -> bool:
        """A mosaic resamples each of its sources for itself, which shows at their seams."""
        return self._handles.here().GetDriver().ShortName == "VRT"

    def _copy_into(self, pixels: Pixels, window: Window) -> None:
        """Read the part of the window that lies in the raster; the rest stays as it is."""
        left, top = round(window.left), round(window.top)
        right = min(left + pixels.shape[1], self.raster.grid.columns)
        bottom = min(top + pixels.shape[0], self.raster.grid.rows)
        first_column, first_row = max(left, 0), max(top, 0)
        if right <= first_column or bottom <= first_row:
            return
        inside = pixels[first_row - top : bottom - top, first_column - left : right - left]
        self._read_pixels(
            inside, (first_column, first_row, right - first_column, bottom - first_row)
        )

    def _resample_into(self, pixels: Pixels, window: Window) -> None:
        """Read with more on the left and above where GDAL would round out of the raster."""
        grid, (rows, columns) = self.raster.grid, pixels.shape[:2]
        aside = pixels_before(window.left, window.columns / columns, window.right, grid.columns)
        above = pixels_before(window.top, window.rows / rows, window.bottom, grid.rows)
        if not aside and not above:
            whole = window.left, window.top, window.columns, window.rows
            self._read_window(self._handles.here(), pixels, whole)
            return
        left = window.left - aside * window.columns / columns
        top = window.top - above * window.rows / rows
        larger = np.zeros((rows + above, columns + aside, pixels.shape[2]), pixels.dtype)
        whole = left, top, window.right - left, window.bottom - top
        self._read_window(self._handles.here(), larger, whole)
        pixels[...] = larger[above:, aside:]

    def _read_pixels(self, target: Pixels, window: tuple[int, int, int, int]) -> None:
        """A window (left, top, columns, rows) of pixels as they are stored, piece by piece.

        GDAL does not ask whether to go on where it reads without its cache.
        """
        left, first, columns, rows = window
        for top, bottom in self._pieces(first, rows, columns):
            if self.stop.is_raised():
                raise ExportCancelled("The export was cancelled.")
            piece = target[top - first : bottom - first]
            self._read_window(self._plain.here(), piece, (left, top, columns, bottom - top))

    def _pieces(self, top: int, rows: int, columns: int) -> Iterator[tuple[int, int]]:
        """Rows to read at once, of whole blocks; a remote source is asked for all of them."""
        block = self.raster.block.rows
        block_bytes = block * columns * self.raster.pixel_bytes
        height = block * max(1, PIECE_BYTES // block_bytes)
        end = top + rows
        while top < end:
            bottom = end if self._plain is self._handles else min(end, (top // height + 1) * height)
            yield top, bottom
            top = bottom

    def _read_window(
        self, dataset: gdal.Dataset, target: Pixels, window: tuple[float, float, float, float]
    ) -> None:
        bands = list(self.raster.bands)
        how = {"resample_alg": self.resampling, "callback": self._go_on}
        with gdal_messages() as messages:
            if len(bands) == 1:  # for one band the bindings expect no axis of bands
                read = dataset.GetRasterBand(bands[0]).ReadAsArray(
                    *window, buf_obj=target[..., 0], **how
                )
            else:
                read = dataset.ReadAsArray(
                    *window, buf_obj=target, interleave="pixel", band_list=bands, **how
                )
            checked(read, messages)
        _check_whole(messages)

    def _warp_into(self, pixels: Pixels, grid: PixelGrid) -> None:
        """Any other system, rotation or overhang goes through the warper, without approximation."""
        dataset = self._handles.here()
        with gdal_messages() as messages:
            dataset = gdal.Translate("", dataset, format="VRT", bandList=self.raster.bands)
            for band in range(1, len(self.raster.bands) + 1):  # to the warper, alpha is no band
                dataset.GetRasterBand(band).SetColorInterpretation(gdal.GCI_Undefined)
            target = gdal_array.OpenNumPyArray(pixels.transpose(2, 0, 1), True)
            target.SetGeoTransform(grid.geotransform)
            if self.raster.grid.crs_wkt:
                target.SetProjection(grid.crs_wkt)
            done = gdal.Warp(
                target,
                checked(dataset, messages),
                resampleAlg=WARP_RESAMPLING[self.resampling],
                errorThreshold=0,
                overviewLevel="NONE",
                callback=self._go_on,
            )
            if not done:
                raise GdalFailure(messages.last_error)
            target.FlushCache()

    def _go_on(self, *_: object) -> int:
        return 0 if self.stop.is_raised() else 1


def _check_whole(messages: GdalMessages) -> None:
    """Where a JPEG is cut short, GDAL only warns of it and makes up the rest."""
    cut_short = [each for each in messages.warnings if CUT_SHORT in each]
    if cut_short:
        raise GdalFailure(cut_short[0])


WARP_RESAMPLING = {
    NEAREST: gdal.GRA_NearestNeighbour,
    BILINEAR: gdal.GRA_Bilinear,
    AVERAGE: gdal.GRA_Average,
}


@dataclass(frozen=True)
class Window:
    """A window of a raster in its own pixels, continuous, and its size in pixels."""

    left: float
    top: float
    columns: float
    rows: float
    is_whole_pixels: bool
    """Each pixel of the window's grid is a pixel of the raster."""

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.columns

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.rows

    def lies_in(self, grid: PixelGrid) -> bool:
        """Whether no part of the window is outside of a grid."""
        within = self.right <= grid.columns and self.bottom <= grid.rows
        return min(self.left, self.top) >= 0 and within


def _corners(grid: PixelGrid) -> tuple[Coordinates, Coordinates]:
    """Columns and rows of the four corners of a grid."""
    columns, rows = float(grid.columns), float(grid.rows)
    return np.array([0.0, columns, columns, 0.0]), np.array([0.0, 0.0, rows, rows])


def pixels_before(start: float, step: float, end: float, extent: int) -> int:
    """How many pixels (of `step`) to read before a window so that its rounded self stays inside.

    GDAL checks a window by its rounded start plus its rounded length, which may be one too many.

    >>> pixels_before(start=298.5, step=1.5, end=300, extent=300)
    1
    """
    for count in range(math.floor(start / step) + 1):
        begin = start - count * step
        if math.floor(begin + 0.5) + math.floor(end - begin + 0.5) <= extent:
            return count
    return 0


def quarter_turns(source: PixelGrid, grid: PixelGrid) -> int:
    """The quarters by which a grid of pixels of `source` is turned; 0 if it is none, or is not."""
    for quarters in (1, 2, 3):
        window = source_window(source, grid.turned(-quarters))
        if window is not None and window.is_whole_pixels:
            return quarters
    return 0


def source_window(source: PixelGrid, grid: PixelGrid) -> Window | None:
    """The window of `source` that `grid` covers; None if their axes or systems differ.

    A system that is unknown is taken for that of the other.

    >>> native = PixelGrid(100, 100, (0, 1, 0, 100, 0, -1))
    >>> source_window(native, native.crop(10, 20, 5, 5)).is_whole_pixels
    True
    """
    if not may_be_same_reference(source.crs_wkt, grid.crs_wkt) or not source.cell_area:
        return None
    left, top = source.to_pixels(*grid.to_map(0.0, 0.0))
    right, top_right = source.to_pixels(*grid.to_map(float(grid.columns), 0.0))
    bottom_left, bottom = source.to_pixels(*grid.to_map(0.0, float(grid.rows)))
    width, height = right - left, bottom - top
    skew = max(abs(top_right - top), abs(bottom_left - left))
    if not skew <= SAME_PIXEL or width <= 0 or height <= 0:
        return None
    off_grid = max(
        abs(left - round(left)),
        abs(top - round(top)),
        abs(width - grid.columns),
        abs(height - grid.rows),
    )
    left, top, right, bottom = map(_snapped, (left, top, right, bottom))
    return Window(left, top, right - left, bottom - top, off_grid < SAME_PIXEL)


def _snapped(value: float) -> float:
    """Free of the rounding of map coordinates, so that a window does not leave its raster."""
    whole = round(value)
    return float(whole) if abs(value - whole) < SAME_PIXEL else value
