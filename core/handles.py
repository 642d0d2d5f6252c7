"""Open datasets, one for each thread that reads."""

from __future__ import annotations

import threading

from osgeo import gdal

from .gdal_errors import open_raster
from .request import RasterSource


class ThreadHandles:
    """An open dataset for each thread that reads: GDAL handles must not be shared by threads.

    A thread that leaves its dataset leaves it to the next one, for which the blocks in GDAL's cache
    are at hand.
    """

    def __init__(self, source: RasterSource) -> None:
        self._source = source
        self._local = threading.local()
        self._idle: list[gdal.Dataset] = []

    def __reduce__(self) -> tuple[type[ThreadHandles], tuple[RasterSource]]:
        return ThreadHandles, (self._source,)

    def here(self) -> gdal.Dataset:
        """The dataset of this thread. Raises GdalFailure."""
        if not hasattr(self._local, "dataset"):
            self._local.dataset = self._free()
        return self._local.dataset

    def leave(self) -> None:
        """Leave the dataset of this thread to any other one."""
        if hasattr(self._local, "dataset"):
            self._idle.append(self._local.dataset)
            del self._local.dataset

    def _free(self) -> gdal.Dataset:
        try:
            return self._idle.pop()
        except IndexError:
            return open_raster(self._source.path, self._source.open_options)
