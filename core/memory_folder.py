"""Files in GDAL's memory, for the time that they are made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Union
from uuid import uuid4

from osgeo import gdal

Bytes = Union[bytes, bytearray]


@contextmanager
def memory_folder() -> Iterator[str]:
    """The path of an empty folder; it is gone with all that is in it afterwards."""
    folder = f"/vsimem/{uuid4().hex}"
    gdal.Mkdir(folder, 0o755)
    try:
        yield folder
    finally:
        gdal.RmdirRecursive(folder)


def forget(path: str) -> None:
    """Remove a file in GDAL's memory, if it is there."""
    with suppress(RuntimeError):  # GDAL raises or returns a number, as the process has it
        gdal.Unlink(path)


def contents(path: str) -> Bytes:
    """The bytes of a file that GDAL sees."""
    return part_of(path, 0, gdal.VSIStatL(path).size)


def part_of(path: str, begin: int, length: int) -> Bytes:
    """So many bytes of a file that GDAL sees."""
    file = gdal.VSIFOpenL(path, "rb")
    try:
        gdal.VSIFSeekL(file, begin, 0)
        return gdal.VSIFReadL(1, length, file) or b""
    finally:
        gdal.VSIFCloseL(file)
