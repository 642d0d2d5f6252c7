"""Whether a measured export is right: sampled chips against plain GDAL, one at a time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from osgeo import gdal

SAMPLES = 60


def verify(source: Path, folder: Path) -> None:
    """Compare pixels and position of sampled chips with the source. Raises AssertionError."""
    image = gdal.Open(str(source))
    chips = sorted((folder / "images").iterdir())
    for path in chips[:: max(1, len(chips) // SAMPLES)]:
        chip = gdal.Open(str(path))
        found, whole = chip.GetGeoTransform(), image.GetGeoTransform()
        left = round((found[0] - whole[0]) / whole[1])
        top = round((found[3] - whole[3]) / whole[5])
        window = image.ReadAsArray(left, top, chip.RasterXSize, chip.RasterYSize)
        if not np.array_equal(chip.ReadAsArray(), window):
            raise AssertionError(f"{path} differs from the source at column {left}, row {top}")
        if chip.GetProjection() != image.GetProjection():
            raise AssertionError(f"{path} has another coordinate system")
