"""Pixels of a raster on any grid; one GDAL handle per thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Optional

import numpy as np
from osgeo import gdal

from . import sampling
from .errors import ExportCancelled
from .gdal_errors import GdalFailure, GdalMessages, checked, gdal_messages
from .gdal_settings import as_stored, to_resample
from .grid import PixelGrid
from .handles import ThreadHandles
from .interleaving import interleaved
from .pixel_memory import PixelMemory
from .progress import StopSignal
from .read_pieces import from_the_end, from_the_top
from .remote_sources import fetched_at_once, is_remote, remote_settings
from .source_windows import (
    Around,
    Window,
    is_coarser,
    pixels_around,
    pixels_before,
    quarter_turns,
    source_window,
)
from .unreadable import unreadable
from .warping import AVERAGE, BILINEAR, NEAREST, bands_of, warp_into

if TYPE_CHECKING:
    from .files import Pixels
from .raster import Raster

CUT_SHORT = "Premature end of"
"""What libjpeg says."""
READ_ANYWHERE = ("GTiff",)
"""Drivers of files of which a part can be read without what lies before it, unlike those of PNG."""
PIECE_BYTES = 8 << 20
"""Even a slow disk gives so many bytes within a second or so, after which an export may end."""


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
            raise unreadable(self.raster.parameter, self.raster.source, failure) from failure
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

    def window_around(self, grids: Sequence[PixelGrid]) -> Optional[Around]:
        """The pixels around grids that can be sampled from them.

        None if one of them is in another system or leaves the raster, or has larger pixels that
        must be averaged.
        """
        source = self.raster.grid
        has_coarser = any(is_coarser(grid, source) for grid in grids)
        if self.resampling == AVERAGE or (self.resampling == BILINEAR and has_coarser):
            return None
        return pixels_around(source, grids)

    def read_around(self, around: Around) -> sampling.Window:
        """A window (left, top, right, bottom) of the raster, to sample from.

        Raises UnreadableSource and ExportCancelled.
        """
        with self._told():
            return self._in_memory(around)

    def _in_memory(self, around: Around) -> sampling.Window:
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
        return self._driver() == "VRT"

    def _driver(self) -> str:
        return str(self._handles.here().GetDriver().ShortName)

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
        first_column, first_row, _, _ = window
        for left, top, columns, rows in self._pieces(window):
            if self.stop.is_raised():
                raise ExportCancelled("The export was cancelled.")
            above, aside = top - first_row, left - first_column
            piece = target[above : above + rows, aside : aside + columns]
            self._read_window(self._plain.here(), piece, (left, top, columns, rows))

    def _pieces(self, window: tuple[int, int, int, int]) -> Iterator[tuple[int, int, int, int]]:
        raster = self.raster
        if self._plain is self._handles:  # over a network
            if self._driver() not in READ_ANYWHERE:
                return iter((window,))
            return from_the_end(window, raster.block, raster.pixel_bytes, fetched_at_once())
        return from_the_top(window, raster.block, raster.pixel_bytes, PIECE_BYTES)

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
        """Any other system, rotation or overhang."""
        view = bands_of(self._handles.here(), self.raster.bands)
        crs_wkt = grid.crs_wkt if self.raster.grid.crs_wkt else ""
        warp_into(pixels, replace(grid, crs_wkt=crs_wkt), view, self.resampling, self._go_on)

    def _go_on(self, *_: object) -> int:
        return 0 if self.stop.is_raised() else 1


def _check_whole(messages: GdalMessages) -> None:
    """Where a JPEG is cut short, GDAL only warns of it and makes up the rest."""
    cut_short = [each for each in messages.warnings if CUT_SHORT in each]
    if cut_short:
        raise GdalFailure(cut_short[0])
