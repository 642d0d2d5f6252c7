"""Chips as values, for formats to turn into files."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from chipwright.core.chip import Chip
from chipwright.core.classes import NO_CLASSES, ClassTable
from chipwright.core.files import LabelImage, OutputFile
from chipwright.core.formats import FORMATS
from chipwright.core.grid import PixelGrid
from chipwright.core.labels import Labels

COLUMNS, ROWS, BANDS = 6, 4, 3


def chip(
    labels: Labels,
    image_ending: str = ".tif",
    bands: int = BANDS,
    classes: ClassTable = NO_CLASSES,
    partner: Optional[NDArray[Any]] = None,
) -> Chip:
    """Chip 42, 6 columns × 4 rows."""
    return Chip(
        "000000042",
        PixelGrid(COLUMNS, ROWS, (500.0, 0.5, 0.0, 900.0, 0.0, -0.5)),
        np.arange(bands * ROWS * COLUMNS, dtype=np.uint8).reshape(bands, ROWS, COLUMNS),
        labels,
        image_ending,
        classes,
        partner=partner,
    )


def files(format_name: str, of: Chip) -> list[OutputFile]:
    return list(FORMATS[format_name].files(of))


def label_images(format_name: str, of: Chip) -> dict[str, list[list[list[int]]]]:
    """Label rasters as lists (band, row, column), by their stems."""
    found = files(format_name, of)
    return {it.stem: it.pixels.tolist() for it in found if isinstance(it, LabelImage)}
