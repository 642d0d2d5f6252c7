"""Whether a measured export is right: sampled chips against plain GDAL, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal, osr

from .verifying_labels import CHECKS
from .verifying_statistics import verify_statistics

if TYPE_CHECKING:
    from .reference import Reference

SAMPLES = 60
COMPRESSING = {"chip_format", "compression"}
"""Settings by which chips take long to read."""
ENDINGS = (".tif", ".png", ".jpg")
LOSSY = ".jpg"
LOST = 8.0
"""Root mean square by which the pixels of a JPEG may differ from the source."""
ROUNDING = 0.501
SURE = 90
"""Per cent."""


class Wrong(Exception):
    """An export that is not what plain GDAL makes of the same sources."""


@dataclass(frozen=True, eq=False)
class SourceImage:
    """The image that chips were cut from."""

    dataset: gdal.Dataset
    path: Path

    def shown_on(self, chip: gdal.Dataset) -> NDArray[Any]:
        """What a chip is to show: its window of the image, or the image warped to it."""
        if self._is_turned(chip):
            return self._warped(chip)
        left, top = self.corner(chip)
        return self.dataset.ReadAsArray(left, top, chip.RasterXSize, chip.RasterYSize)

    def _is_turned(self, chip: gdal.Dataset) -> bool:
        found, whole = chip.GetGeoTransform(), self.dataset.GetGeoTransform()
        return (found[1:3], found[4:]) != (whole[1:3], whole[4:])

    def corner(self, chip: gdal.Dataset) -> tuple[int, int]:
        """Column and row of an upright chip."""
        found, whole = chip.GetGeoTransform(), self.dataset.GetGeoTransform()
        return (
            round((found[0] - whole[0]) / whole[1]),
            round((found[3] - whole[3]) / whole[5]),
        )

    def _warped(self, chip: gdal.Dataset) -> NDArray[Any]:
        """In real numbers, which are not rounded, between the four nearest pixels."""
        size = (chip.RasterXSize, chip.RasterYSize, chip.RasterCount)
        target = gdal.GetDriverByName("MEM").Create("", *size, gdal.GDT_Float64)
        target.SetGeoTransform(chip.GetGeoTransform())
        target.SetProjection(chip.GetProjection())
        options = ["XSCALE=1", "YSCALE=1", "SAMPLE_GRID=NO"]
        settings = {"errorThreshold": 0, "warpOptions": options}
        gdal.Warp(target, str(self.path), resampleAlg="bilinear", **settings)
        return target.ReadAsArray()


def verify(reference: Reference) -> None:
    """Compare a finished export with its sources. Raises Wrong.

    Of chips spread over it the pixels, the position and the labels are compared; of uncompressed
    chips the statistics, too, of all.
    """
    scene, folder, settings = reference.scene, reference.folder, reference.job.settings
    chips = chips_in(folder)
    try:
        _verify_images(scene.image, _spread(chips))
        for check in CHECKS.get(settings["metadata_format"], ()):
            check(scene.labels, folder, _spread(chips))
        if not settings.keys() & COMPRESSING:
            verify_statistics(folder, chips)
    except AssertionError as error:
        raise Wrong(str(error)) from error


def chips_in(folder: Path) -> list[Path]:
    """The images of a dataset by name."""
    return sorted(path for path in (folder / "images").iterdir() if path.suffix in ENDINGS)


def _spread(chips: Sequence[Path]) -> Sequence[Path]:
    return chips[:: max(1, len(chips) // SAMPLES)]


def _verify_images(path: Path, chips: Sequence[Path]) -> None:
    source = SourceImage(gdal.Open(str(path)), path)
    for path in chips:
        chip = gdal.Open(str(path))
        if not _likeness(path)(chip.ReadAsArray(), source.shown_on(chip)):
            raise AssertionError(f"{path} does not show the source at {chip.GetGeoTransform()}")
        if not _same_system(chip, path, source.dataset):
            raise AssertionError(f"{path} has another coordinate system")


def _likeness(path: Path) -> Callable[[NDArray[Any], NDArray[Any]], bool]:
    return _is_similar if path.suffix == LOSSY else _is_equal


def _is_equal(found: NDArray[Any], expected: NDArray[Any]) -> bool:
    if expected.dtype == np.float64 and found.dtype != np.float64:
        return bool(np.abs(found - expected).max() <= ROUNDING)
    return np.array_equal(found, expected)


def _is_similar(found: NDArray[Any], expected: NDArray[Any]) -> bool:
    return float(np.sqrt(np.mean((found.astype(float) - expected) ** 2))) <= LOST


def _same_system(chip: gdal.Dataset, path: Path, image: gdal.Dataset) -> bool:
    """That of a chip may be in a file beside it, in words that name no authority."""
    if chip.GetProjection():
        return bool(chip.GetProjection() == image.GetProjection())
    beside = osr.SpatialReference()
    beside.ImportFromESRI([path.with_suffix(".prj").read_text("utf-8")])
    wanted = image.GetSpatialRef().GetAuthorityCode(None)
    return any(
        match.GetAuthorityCode(None) == wanted and confidence >= SURE
        for match, confidence in beside.FindMatches()
    )
