"""Whether the statistics of the bands are those that numpy finds in the chips as written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal

NAMES = ("Min", "Max", "Mean", "StdDev")


def verify_statistics(folder: Path, chips: Sequence[Path]) -> None:
    """Compare what the dataset says of its bands with its chips. Raises AssertionError."""
    definition = json.loads((folder / "esri_model_definition.emd").read_bytes())
    found = [[band[name] for name in NAMES] for band in definition["AllTilesStats"]]
    expected = band_statistics(chips)
    if not np.allclose(found, expected, rtol=1e-9):
        raise AssertionError(f"{folder} says of its bands {found}, numpy finds {expected}")


def band_statistics(chips: Sequence[Path]) -> list[list[float]]:
    """Least, greatest, mean, standard deviation (of a sample) of each band of 8 or 16 bits."""
    counts: list[NDArray[Any]] = []
    for path in chips:
        pixels = gdal.Open(str(path)).ReadAsArray()
        bands = pixels.reshape(-1, pixels.shape[-2] * pixels.shape[-1])
        values = np.iinfo(pixels.dtype).max + 1
        found = [np.bincount(band, minlength=values) for band in bands]
        counts = found if not counts else [old + new for old, new in zip(counts, found)]
    return [_statistics(band) for band in counts]


def _statistics(counts: NDArray[Any]) -> list[float]:
    """Of how often each value occurs, in whole numbers of any size."""
    values = [(value, count) for value, count in enumerate(counts.tolist()) if count]
    number = sum(count for _, count in values)
    total = sum(value * count for value, count in values)
    squares = sum(value * value * count for value, count in values)
    variance = (number * squares - total * total) / number / (number - 1)
    return [values[0][0], values[-1][0], total / number, variance**0.5]
