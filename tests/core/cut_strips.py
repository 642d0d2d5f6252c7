"""Strips of a small image, cut as an export does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from chipwright.core.choosing import ChipChoice
from chipwright.core.classes import class_table
from chipwright.core.cutting import CutStrip, StripReader
from chipwright.core.feature_labels import FeatureLabels, feature_labels
from chipwright.core.feature_places import FeaturePlaces, centred_places
from chipwright.core.features import Features
from chipwright.core.labels import LabelKind
from chipwright.core.plan import Strip
from chipwright.core.raster import describe_raster
from chipwright.core.raster_reader import RasterReader
from chipwright.core.request import RasterSource, Size
from chipwright.tests.core.making import (
    Array,
    pixel_grid,
    random_pixels,
    shapes,
    whole_strip,
    wkb,
    write_raster,
)

GRID = pixel_grid(12, 8)
STRIP = whole_strip(GRID, Size(4, 4))
PIXELS = random_pixels((2, 8, 12)) | 1
CLASSES = class_table({1: "roof"}, {})


def reader(tmp_path: Path, pixels: Array = PIXELS, **more: Any) -> StripReader:
    nodata = more.pop("nodata", None)
    path = write_raster(tmp_path / "image.tif", pixels, GRID, nodata)
    asked = {name: more.pop(name) for name in ("regions", "only_labeled") if name in more}
    return StripReader(
        raster_reader(path), **{"labels": None, "choice": ChipChoice(**asked), **more}
    )


def raster_reader(path: str) -> RasterReader:
    return RasterReader(describe_raster(RasterSource(path)))


def cut(source: StripReader, strip: Strip = STRIP) -> CutStrip:
    (found,) = source([strip])
    return found


def labels(*wkts: str, kind: LabelKind = LabelKind.OBJECTS) -> FeatureLabels:
    values = np.ones(len(wkts), np.int64)
    return feature_labels(Features(wkb(*wkts), values, CLASSES, [], GRID.crs_wkt), kind)


def places_of(*wkts: str) -> FeaturePlaces:
    """Tiles of 4 × 4 pixels around features."""
    return centred_places(shapes(*wkts), GRID, Size(4, 4))


PARTNER_PIXELS = random_pixels((1, 8, 12), "int16", seed=1) | 1


def partner(tmp_path: Path, pixels: Array = PARTNER_PIXELS, **more: Any) -> RasterReader:
    return raster_reader(write_raster(tmp_path / "partner.tif", pixels, GRID, **more))
