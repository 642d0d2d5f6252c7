"""Pixels laid out as chips are written: all bands of a pixel side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .files import Pixels

FEW_BANDS = 4
"""So few values side by side are copied faster band by band: numpy takes each run for itself."""


def interleaved(pixels: Pixels) -> Pixels:
    """Pixels (row, column, band), contiguous in memory; those given if they are."""
    if pixels.flags.c_contiguous or pixels.shape[2] > FEW_BANDS:
        return np.ascontiguousarray(pixels)
    copied = np.empty(pixels.shape, pixels.dtype)
    for band in range(pixels.shape[2]):
        copied[..., band] = pixels[..., band]
    return copied
