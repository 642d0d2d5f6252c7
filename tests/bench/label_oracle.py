"""What OGR and GDAL alone make of the labels of a chip, feature by feature."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal, ogr

NOTHING = 1e-6
"""Map units squared: what has less area only touches."""
CLASS_FIELD = "classvalue"


class Box(NamedTuple):
    """A labelled box in chip pixels."""

    value: int
    left: float
    top: float
    right: float
    bottom: float


class Part(NamedTuple):
    """What of a feature lies on a chip."""

    fid: int
    value: int
    geometry: ogr.Geometry


class Features:
    """The polygons of a layer in their order, whatever part of them is asked for."""

    def __init__(self, labels: Path) -> None:
        self._source = ogr.GetDriverByName("Memory").CopyDataSource(ogr.Open(str(labels)), "")
        self._layer = self._source.GetLayer(0)

    def parts(self, chip: gdal.Dataset) -> list[Part]:
        """Features clipped to an upright chip; what only touches it is left out."""
        area = footprint(chip)
        clipped = [
            Part(it.GetFID(), it[CLASS_FIELD], it.geometry().Intersection(area))
            for it in self._near(chip)
        ]
        return [part for part in clipped if part.geometry.GetArea() > NOTHING]

    def boxes(self, chip: gdal.Dataset) -> list[Box]:
        """Bounds of the clipped features."""
        left, width, _, top, _, height = chip.GetGeoTransform()
        bounds = ((it.value, it.geometry.GetEnvelope()) for it in self.parts(chip))
        return [
            Box(
                value,
                (west - left) / width,
                (north - top) / height,
                (east - left) / width,
                (south - top) / height,
            )
            for value, (west, east, south, north) in bounds
        ]

    def class_map(self, chip: gdal.Dataset) -> NDArray[Any]:
        """The class of the last feature at each pixel's centre."""
        return self._burned(chip, options=[f"ATTRIBUTE={CLASS_FIELD}"])

    def shapes_of(self, chip: gdal.Dataset, value: int) -> list[NDArray[np.bool_]]:
        """Pixels of each feature of a class, burned alone; those of no pixel are left out."""
        fids = [it.GetFID() for it in self._near(chip) if it[CLASS_FIELD] == value]
        alone = [self._burned(chip, f"FID = {fid}", burn_values=[1]) == 1 for fid in fids]
        return [shape for shape in alone if shape.any()]

    def _near(self, chip: gdal.Dataset) -> list[ogr.Feature]:
        self._layer.SetAttributeFilter(None)
        self._layer.SetSpatialFilterRect(*bounds_of(chip))
        return list(self._layer)

    def _burned(self, chip: gdal.Dataset, which: str = "", **settings: Any) -> NDArray[Any]:
        size = (chip.RasterXSize, chip.RasterYSize, 1)
        target = gdal.GetDriverByName("MEM").Create("", *size, gdal.GDT_Byte)
        target.SetGeoTransform(chip.GetGeoTransform())
        target.SetProjection(chip.GetProjection())
        self._layer.SetAttributeFilter(which or None)
        self._layer.SetSpatialFilterRect(*bounds_of(chip))
        gdal.RasterizeLayer(target, [1], self._layer, **settings)
        return target.ReadAsArray()


def bounds_of(chip: gdal.Dataset) -> tuple[float, float, float, float]:
    """Of an upright chip: left, bottom, right, top."""
    left, width, _, top, _, height = chip.GetGeoTransform()
    return left, top + height * chip.RasterYSize, left + width * chip.RasterXSize, top


def footprint(chip: gdal.Dataset) -> ogr.Geometry:
    """An upright chip as a polygon."""
    left, bottom, right, top = bounds_of(chip)
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    return ogr.CreateGeometryFromWkt(f"POLYGON (({', '.join(f'{x!r} {y!r}' for x, y in corners)}))")
