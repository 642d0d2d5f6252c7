"""Broken single objects: features, or a raster of numbers with a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

from chipwright.core.request import FeatureSource, RasterSource
from chipwright.tests.core.made_sources import raster_file
from chipwright.tests.core.making import add_table

from . import broken_layers, broken_rasters
from .layers import FAR_BOX
from .rasters import FAR
from .row import BadInput
from .scene import COLUMNS, ROOF, ROWS, boxes, layer

ONE = np.uint8(1)


def objects(folder: Path, instances: Any, **more: Any) -> dict[str, Any]:
    """Single objects beside a roof."""
    given = {**boxes(folder, ROOF), "metadataFormat": "Panoptic_Segmentation"}
    return {**given, "inputInstanceData": instances, **more}


def single(folder: Path, wkt: str = ROOF[0], value: int = 1) -> FeatureSource:
    return layer(folder, (wkt, {"value": value}), name="single.gpkg")


def numbers(folder: Path, number: Any = ONE, bands: int = 1, **kwargs: Any) -> RasterSource:
    """A raster of numbered objects."""
    pixels = np.full((bands, ROWS, COLUMNS), number)
    return RasterSource(str(raster_file(folder / "numbers.tif", pixels, **kwargs)))


def numbers_with(folder: Path, column: str, cells: list[int]) -> RasterSource:
    """Objects whose attribute table has a column."""
    source = numbers(folder)
    rows = list(range(1, len(cells) + 1))
    columns = [("value", gdal.GFT_Integer, gdal.GFU_MinMax, rows)]
    columns.append((column, gdal.GFT_Integer, gdal.GFU_Generic, cells))
    add_table(source.path, columns)
    return source


OBJECTS = (
    BadInput("single objects that are not there", lambda f: objects(
        f, broken_layers.missing(f)),
        "inputInstanceData: '{sources}/nothing.gpkg' cannot be opened: there is nothing of this "
        "name; check it, or choose another one."),
    BadInput("single objects that are no layer", lambda f: objects(
        f, broken_layers.text_file(f)),
        "inputInstanceData: '{sources}/text.gpkg' cannot be opened: it is in no format that GDAL "
        "can read here; choose another one."),
    BadInput("single objects far away", lambda f: objects(f, single(f, FAR_BOX)),
        "inputInstanceData: no feature lies on inputRaster: the features cover x 545000 to "
        "545005, y 5399995 to 5400000 (WGS 84 / UTM zone 33N), the raster covers x 500000 to "
        "500064, y 5399952 to 5400000 (WGS 84 / UTM zone 33N). Check both layers' coordinate "
        "systems."),
    BadInput("single objects of class 0", lambda f: objects(f, single(f, value=0)),
        "instanceClassValueField: 'value' holds the class value 0; class values start at 1, "
        "because 0 is the background. Give these features another value, or NULL to leave them "
        "out."),
    BadInput("single objects without such a field", lambda f: objects(
        f, single(f), instanceClassValueField="kind"),
        "instanceClassValueField: the label layer has no field 'kind'; its fields are value.",
        "instanceClassValueField: 'single' has no field 'kind'; its fields are fid, value."),
    BadInput("single points without a radius", lambda f: objects(f, single(f, "POINT (9 9)")),
        "bufferRadius: inputInstanceData has points, which cover no area; give a radius above 0 "
        "to make circles (or strips) of them."),
    BadInput("single objects beside a wrong class field", lambda f: objects(
        f, single(f), classValueField="kind"),
        "classValueField: the label layer has no field 'kind'; its fields are value, species.",
        "classValueField: 'labels' has no field 'kind'; its fields are fid, value, species."),
    BadInput("a raster of objects that is none", lambda f: objects(
        f, broken_rasters.text_file(f)),
        "inputInstanceData: '{sources}/text.tif' cannot be opened: it is in no format that GDAL "
        "can read here; choose another one."),
    BadInput("a raster of objects of several bands", lambda f: objects(f, numbers(f, bands=2)),
        "inputInstanceData: '{sources}/numbers.tif' has 2 bands, but class values lie in one; "
        "choose a raster of one band."),
    BadInput("a raster of objects far away", lambda f: objects(
        f, numbers(f, geotransform=FAR)),
        "inputInstanceData: the raster does not lie on inputRaster; check both rasters' "
        "coordinate systems."),
    BadInput("a raster of negative objects", lambda f: objects(f, numbers(f, np.int16(-1))),
        "inputInstanceData: '{sources}/numbers.tif' holds the class value -1; class values are 1 "
        "to 4294967295. Reclassify it, or declare the value as no-data."),
    BadInput("a raster of half objects", lambda f: objects(f, numbers(f, np.float32(1.5))),
        "inputInstanceData: '{sources}/numbers.tif' holds 1.5, but class values are whole "
        "numbers; choose a classified raster. Nothing of the dataset is left."),
    BadInput("a raster of objects without a table", lambda f: objects(
        f, numbers(f), instanceClassValueField="kind"),
        "instanceClassValueField: the attribute table of '{sources}/numbers.tif' has no column "
        "'kind'; it has: none. Choose one of them, or leave it empty: then all objects are of the "
        "class 1."),
    BadInput("a raster of objects without such a column", lambda f: objects(
        f, numbers_with(f, "class", [1]), instanceClassValueField="kind"),
        "instanceClassValueField: the attribute table of '{sources}/numbers.tif' has no column "
        "'kind'; it has: value, class. Choose one of them, or leave it empty: then all objects "
        "are of the class 1."),
    BadInput("a raster of objects of class 0", lambda f: objects(
        f, numbers_with(f, "kind", [0]), instanceClassValueField="kind"),
        "instanceClassValueField: the attribute table holds the class value 0; class values start "
        "at 1, because 0 is the background. Give these objects another value."),
)  # fmt: skip
