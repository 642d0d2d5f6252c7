"""Many small windows of a raster that lie together, read as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Optional, Protocol, cast

import numpy as np

from .grid import PixelGrid
from .raster import Raster
from .raster_reader import RasterReader
from .source_windows import Window, quarter_turns, source_window

if TYPE_CHECKING:
    from .files import Pixels
    from .sampling import Window as SampledWindow


class PixelReader(Protocol):
    """Gives the pixels of a raster on a grid."""

    @property
    def raster(self) -> Raster:
        """What is read."""

    def read(self, grid: PixelGrid) -> Pixels:
        """Pixels (band, row, column), read-only."""


@dataclass(frozen=True, eq=False)
class PixelwiseReader:
    """Base of readers that change each pixel of another reader for itself."""

    reader: PixelReader


@dataclass(frozen=True, eq=False)
class WindowReader:
    """Cuts grids whose pixels are those of the raster out of a window that is in memory."""

    raster: Raster
    corners: Mapping[PixelGrid, tuple[int, int]]
    """Left and top of each grid in the window."""
    pixels: Pixels
    """(band, row, column) of the window"""

    def read(self, grid: PixelGrid) -> Pixels:
        """A copy of a part: whole in memory, as what is done next with a chip alone wants it."""
        left, top = self.corners[grid]
        part = self.pixels[:, top : top + grid.rows, left : left + grid.columns]
        pixels = np.ascontiguousarray(part.transpose(1, 2, 0))
        pixels.flags.writeable = False
        return pixels.transpose(2, 0, 1)


def shared(reader: PixelReader, grids: Sequence[PixelGrid]) -> PixelReader:
    """A reader of these grids that reads all around them at once, if that is less to read."""
    if isinstance(reader, PixelwiseReader):
        return cast(PixelReader, replace(reader, reader=shared(reader.reader, grids)))
    if not isinstance(reader, RasterReader) or len(grids) < 2:
        return reader
    windows = _windows(reader.raster.grid, grids)
    if not windows:
        return _sampling(reader, grids)
    left, top = min(round(each.left) for each in windows), min(round(each.top) for each in windows)
    columns = max(round(each.right) for each in windows) - left
    rows = max(round(each.bottom) for each in windows) - top
    if columns * rows > sum(grid.columns * grid.rows for grid in grids):
        return reader
    around = reader.raster.grid.crop(left, top, columns, rows)
    corners = {
        grid: (round(window.left) - left, round(window.top) - top)
        for grid, window in zip(grids, windows)
    }
    return WindowReader(reader.raster, corners, reader.read(around))


@dataclass(frozen=True, eq=False)
class SampledReader:
    """Samples turned grids out of a window that is in memory."""

    reader: RasterReader
    window: SampledWindow

    @property
    def raster(self) -> Raster:
        """What is read."""
        return self.reader.raster

    def read(self, grid: PixelGrid) -> Pixels:
        """Pixels (band, row, column), read-only."""
        pixels = self.reader.sampled(self.window, grid)
        pixels.flags.writeable = False
        return pixels.transpose(2, 0, 1)


def _sampling(reader: RasterReader, grids: Sequence[PixelGrid]) -> PixelReader:
    """A reader of turned grids that reads all around them at once, if that is less to read."""
    if any(quarter_turns(reader.raster.grid, grid) for grid in grids):
        return reader
    around = reader.window_around(grids)
    if around is None:
        return reader
    left, top, right, bottom = around
    if (right - left) * (bottom - top) > 2 * sum(grid.columns * grid.rows for grid in grids):
        return reader
    return SampledReader(reader, reader.read_around(around))


def _windows(source: PixelGrid, grids: Sequence[PixelGrid]) -> Optional[list[Window]]:
    """The windows of a raster that grids are; None if one of them must be resampled."""
    windows = []
    for grid in grids:
        window = source_window(source, grid)
        if window is None or not window.is_whole_pixels:
            return None
        windows.append(window)
    return windows
