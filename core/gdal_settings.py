"""GDAL's settings for a while, in this thread alone: other plugins in the process keep theirs."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from osgeo import gdal

DIRECTLY = "GTIFF_DIRECT_IO"
"""Whether uncompressed TIFF is read into the place where it is needed, without GDAL's cache of
blocks: twice as fast, and strips are read but once."""
DECODERS = "GDAL_NUM_THREADS"
"""Threads that decompress TIFF."""
TO_RESAMPLE = {DIRECTLY: "NO", DECODERS: "1"}
"""With either, GDAL (seen in 3.6) reads windows between the pixels as if they lay on them."""


class _Reading(threading.local):
    decoders = 1


_reading = _Reading()


def decode_with(threads: int) -> None:
    """Have what this thread reads decoded by so many threads, unless the user has set them."""
    _reading.decoders = threads


def as_stored() -> dict[str, str]:
    """To read pixels as they are stored."""
    if _reading.decoders == 1 or gdal.GetConfigOption(DECODERS) is not None:
        return {DIRECTLY: "YES"}
    return {DIRECTLY: "YES", DECODERS: str(_reading.decoders)}


def to_resample() -> dict[str, str]:
    """To read pixels at any place and of any size."""
    return TO_RESAMPLE


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
