"""Encoders alone: no files, no georeference, no reading; on two threads."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal, gdal_array

THREADS = 2
JPEG_QUALITY = 90
Encoder = Callable[[NDArray[Any]], object]


def seconds(name: str, chips: Sequence[NDArray[Any]]) -> float:
    """Wall seconds of encoding chips (band, row, column) as PNG, JPEG, LZW or DEFLATE."""
    encoder = ENCODERS[name]
    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        halves = [chips[first::THREADS] for first in range(THREADS)]
        list(threads.map(lambda half: [encoder(chip) for chip in half], halves))
    return time.perf_counter() - began


def _png(chip: NDArray[Any]) -> bytes:
    """The difference of each row from the one above, packed by zlib at its fastest."""
    rows = chip.transpose(1, 2, 0).reshape(chip.shape[1], -1)
    filtered = np.full((rows.shape[0], rows.shape[1] + 1), 2, np.uint8)
    filtered[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
    packer = zlib.compressobj(1, zlib.DEFLATED, 15, 9, zlib.Z_RLE)
    return packer.compress(filtered.tobytes()) + packer.flush()


_thread = local()
_numbers = count()


def _by_gdal(driver: str, *options: str) -> Encoder:
    def encoded(chip: NDArray[Any]) -> None:
        """Into a file in memory, each thread into its own."""
        if not hasattr(_thread, "path"):
            _thread.path = f"/vsimem/pure-encoder-{next(_numbers)}"
        image = gdal_array.OpenNumPyArray(chip, True)
        gdal.GetDriverByName(driver).CreateCopy(_thread.path, image, options=list(options))
        gdal.Unlink(_thread.path)

    return encoded


ENCODERS: dict[str, Encoder] = {
    "PNG": _png,
    "JPEG": _by_gdal("JPEG", f"QUALITY={JPEG_QUALITY}"),
    "LZW": _by_gdal("GTiff", "COMPRESS=LZW", "PREDICTOR=2", "INTERLEAVE=PIXEL"),
    "DEFLATE": _by_gdal("GTiff", "COMPRESS=DEFLATE", "PREDICTOR=2", "INTERLEAVE=PIXEL"),
}
