"""Whether the statistics of the bands are those that numpy finds in the chips as written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
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
    """Least, greatest, mean, standard deviation (of a sample) of each band; whole numbers only."""
    first = gdal.Open(str(chips[0]))
    bands, size = first.RasterCount, first.RasterXSize * first.RasterYSize
    least, greatest = np.full(bands, np.inf), np.full(bands, -np.inf)
    total, squares = [0] * bands, [0] * bands
    for path in chips:
        pixels = gdal.Open(str(path)).ReadAsArray().reshape(bands, size)
        least = np.minimum(least, pixels.min(axis=1))
        greatest = np.maximum(greatest, pixels.max(axis=1))
        for band, values in enumerate(pixels.astype(np.float64)):
            total[band] += int(values.sum())
            squares[band] += int(values @ values)
    count = len(chips) * size
    means = [each / count for each in total]
    spreads = [
        ((count * square - each * each) / count / (count - 1)) ** 0.5
        for each, square in zip(total, squares)
    ]
    return [list(row) for row in zip(least.tolist(), greatest.tolist(), means, spreads)]
