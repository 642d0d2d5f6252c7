"""GDAL's settings for a while, in this thread alone: other plugins in the process keep theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from osgeo import gdal

PLAIN_FILES = {
    # uncompressed TIFF is read into the place where it is needed, without GDAL's cache of blocks:
    # twice as fast, and without effect on anything else
    "GTIFF_DIRECT_IO": "YES",
}
"""Good for the reading of strips, each of which is read but once."""
DECODERS = "GDAL_NUM_THREADS"


@contextmanager
def thread_settings(values: Mapping[str, str]) -> Iterator[None]:
    """Settings of this thread, as they were before afterwards."""
    before = {name: gdal.GetThreadLocalConfigOption(name) for name in values}
    try:
        for name, value in values.items():
            gdal.SetThreadLocalConfigOption(name, value)
        yield
    finally:
        for name, earlier in before.items():
            gdal.SetThreadLocalConfigOption(name, earlier)


def decode_with(threads: int) -> None:
    """Let GDAL decode with so many threads what this thread reads, unless the user has set them."""
    if threads > 1 and gdal.GetConfigOption(DECODERS) is None:
        gdal.SetThreadLocalConfigOption(DECODERS, str(threads))
