"""What stands in the files of the service, as values to go on from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Any, Optional

import numpy as np
from osgeo import osr

from .classes import ClassTable, LabelClass
from .gdal_errors import GdalFailure, gdal_messages
from .grid import PixelGrid
from .pixel_statistics import is_small_integer
from .statistics import (
    AnyBandStatistics,
    BandStatistics,
    ClassStatistics,
    LabelStatistics,
    RealBandStatistics,
    Summary,
)

Json = Mapping[str, Any]
Bands = tuple[RealBandStatistics, ...]


def kind_of_labels(from_features: bool) -> str:
    """Which kind of labels there is, in words."""
    return "features" if from_features else "no features"


def flag(value: object) -> bool:
    """True or false as it is, nothing that only counts as that."""
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _number(value: Any) -> Any:
    """A number, whole or not, as it is."""
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        raise TypeError(f"{value!r} is no number")
    return value


def class_table_of(entries: Any) -> ClassTable:
    """The classes of a list of the files."""
    return ClassTable(tuple(_label_class(entry) for entry in entries))


def _label_class(entry: Json) -> LabelClass:
    red, green, blue = map(int, entry["Color"])
    name = str(entry["Name"])
    return LabelClass(int(entry["Value"]), name, (red, green, blue), name)


def grid_of_cells(cell: Json) -> PixelGrid:
    """A grid of such cells."""
    x, y = float(cell["x"]), float(cell["y"])
    return PixelGrid(1, 1, (0.0, x, 0.0, 0.0, 0.0, -y), _crs_wkt(cell["spatialReference"]))


def _crs_wkt(reference: Json) -> str:
    if "wkid" not in reference:
        return str(reference["wkt"])
    code, made = int(reference["wkid"]), osr.SpatialReference()
    for authority in ("EPSG", "ESRI"):
        with suppress(GdalFailure), gdal_messages():
            if made.SetFromUserInput(f"{authority}:{code}") == 0:
                return str(made.ExportToWkt())
    raise ValueError(f"there is no coordinate system {code}")


def bands_of_states(states: Any, count: int) -> Bands:
    """The sums of so many bands."""
    if len(states) != count:
        raise ValueError(f"there are sums of {len(states)} bands for {count}")
    return tuple(_band(state) for state in states)


def _band(state: Json) -> RealBandStatistics:
    """The sums of a band, least and greatest as they are: whole numbers or not."""
    mean, squares, least, greatest = (_number(state[it]) for it in ("M1", "M2", "Min", "Max"))
    count = int(state["Num"])
    return (
        RealBandStatistics(count, mean, squares, least, greatest) if count else RealBandStatistics()
    )


def bands_as_summed(bands: Bands, data_type: str) -> tuple[AnyBandStatistics, ...]:
    """As they are summed for pixels of a type."""
    return tuple(map(_whole, bands)) if is_small_integer(np.dtype(data_type)) else bands


def _whole(band: RealBandStatistics) -> AnyBandStatistics:
    """Sums of whole numbers, which the means tell to the last unit."""
    if not band.count:
        return BandStatistics()
    total = round(Fraction(band.mean) * band.count)
    squares = round(Fraction(band.squared_deviations) + Fraction(total * total, band.count))
    return BandStatistics(band.count, total, squares, band.minimum, band.maximum)


def label_statistics(definition: Json, state: Json) -> Optional[LabelStatistics]:
    """The sums of the labels; None where there are none."""
    values = [int(entry["ClassValue"]) for entry in state["Classes"]]
    if "Classes" not in definition:
        return None
    if flag(state["OutputFeatures"]):
        stats = state["FeatureStats"]
        sizes, per_image = stats["FeatureAreaPerClass"], stats["NumFeaturesPerImage"]
    else:
        stats = state["ClassPixelStats"]
        sizes, per_image = stats["PixelsPerClass"], stats["NumClassesPerImage"]
    images = stats["NumImagesPerClass"]
    if not len(values) == len(definition["Classes"]) == len(images) == len(sizes):
        raise ValueError("its files do not agree on the number of classes")
    return LabelStatistics(
        {
            value: ClassStatistics(int(count), _summary(size))
            for value, count, size in zip(values, images, sizes)
        },
        _summary(per_image),
    )


def _summary(state: Json) -> Summary:
    sums = tuple(_number(state[name]) for name in ("Sum", "Min", "Max"))
    count = int(state["Count"])
    return Summary(count, *sums) if count else Summary()
