"""GDAL's cache of blocks, kept small while chips are cut.

By default it takes up to 5 % of the machine's memory. Strips are read once and in order, so nothing
is gained by more than the blocks that two neighbouring strips share; only what comes over a network
is kept if it fits. The cache is one for the whole process: what was set
before is set again when the last export has ended.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from osgeo import gdal

from .raster import Raster
from .remote_sources import is_remote

LEAST_BYTES, MOST_BYTES = 64 << 20, 256 << 20
ROWS_OF_BLOCKS = 2
"""Those in which one row of strips ends and the next begins."""

_lock = threading.Lock()
_before: list[int] = []
"""What the cache's limit was before each of the exports that are under way."""


def shared_bytes(rasters: Iterable[Raster]) -> int:
    """Bytes of the blocks that strips of the images share, within limits.

    A remote image gets all that GDAL has if it fits: some exports go through it several times,
    and memory is cheaper than to fetch it again.
    """
    return max([LEAST_BYTES, *map(_shared_bytes, rasters)])


def _shared_bytes(raster: Raster) -> int:
    row_bytes = raster.grid.columns * raster.pixel_bytes
    limit: int = gdal.GetCacheMax()
    if is_remote(raster.source.path) and raster.grid.rows * row_bytes <= limit:
        return limit
    return min(ROWS_OF_BLOCKS * raster.block.rows * row_bytes, MOST_BYTES)


@contextmanager
def bounded_block_cache(limit: int) -> Iterator[None]:
    """Hold GDAL's cache of blocks to so many bytes, or to fewer where that is its limit."""
    with _lock:
        _before.append(gdal.GetCacheMax())
        gdal.SetCacheMax(min(limit, _before[0]))
    try:
        yield
    finally:
        with _lock:
            first, _ = _before[0], _before.pop()
            if not _before:
                gdal.SetCacheMax(first)
