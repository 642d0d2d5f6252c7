"""A folder in GDAL's memory for the time that a file is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from osgeo import gdal


@contextmanager
def memory_folder() -> Iterator[str]:
    """The path of an empty folder; it is gone with all that is in it afterwards."""
    folder = f"/vsimem/{uuid4().hex}"
    gdal.Mkdir(folder, 0o755)
    try:
        yield folder
    finally:
        gdal.RmdirRecursive(folder)
