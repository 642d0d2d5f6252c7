"""Open datasets, one for each thread that reads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from threading import Semaphore

from osgeo import gdal

from .gdal_errors import open_raster
from .gdal_settings import thread_settings
from .remote_sources import is_remote
from .request import RasterSource

THREADS = 1 << 20
"""More than there ever are."""
Settings = Callable[[], Mapping[str, str]]


class ThreadHandles:
    """An open dataset for each thread that reads: GDAL handles must not be shared by threads.

    A thread that leaves its dataset leaves it to the next one, for which the blocks in GDAL's cache
    are at hand. Threads take turns at one dataset of a remote source: with another one, what they
    both need would be fetched twice.
    """

    def __init__(self, source: RasterSource, settings: Settings) -> None:
        self._source = source
        self._settings = settings
        """GDAL's, when it is opened."""
        self._local = threading.local()
        self._idle: list[gdal.Dataset] = []
        self._turns = Semaphore(1 if is_remote(source.path) else THREADS)

    def __reduce__(self) -> tuple[type[ThreadHandles], tuple[RasterSource, Settings]]:
        return ThreadHandles, (self._source, self._settings)

    def here(self) -> gdal.Dataset:
        """The dataset of this thread. Raises GdalFailure."""
        if not hasattr(self._local, "dataset"):
            self._turns.acquire()
            try:
                self._local.dataset = self._free()
            except BaseException:
                self._turns.release()
                raise
        return self._local.dataset

    def leave(self) -> None:
        """Leave the dataset of this thread to any other one."""
        if hasattr(self._local, "dataset"):
            self._idle.append(self._local.dataset)
            del self._local.dataset
            self._turns.release()

    def _free(self) -> gdal.Dataset:
        try:
            return self._idle.pop()
        except IndexError:
            with thread_settings(self._settings()):
                return open_raster(self._source.path, self._source.open_options)
