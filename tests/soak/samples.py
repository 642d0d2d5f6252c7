"""The rasters and layers that requests are drawn over: made-up scenes, and what lies in a folder."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np
from osgeo import gdal, gdal_array, ogr, osr

from ..core.making import quiet
from ..scenes import class_raster, make_scene

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""
DEGREES = 4326
SCENES = ((3, "uint8"), (1, "uint16"), (4, "float32"), (2, "int16"))
"""Bands and data types."""
MOST_CLASSES = 40
"""A raster of one band and no more values than this may be one of classes."""
LARGEST = 4 << 20
"""Pixels beyond which a raster is not looked at for its values."""


@dataclass(frozen=True)
class Raster:
    """A raster as far as a request is drawn by it."""

    path: str
    columns: int
    rows: int
    bands: int
    data_type: str
    pixel: float
    """Length of a pixel's side on the map; 1 where the raster lies nowhere."""
    own_box: Optional[Box]
    """In its own system, where it lies on a map."""
    box: Optional[Box]
    """In degrees, where it has a coordinate system."""
    may_be_classes: bool

    @property
    def lies_nowhere(self) -> bool:
        """Whether it can only be taken as its stored pixels."""
        return self.own_box is None


@dataclass(frozen=True)
class Layer:
    """A vector layer as far as a request is drawn by it."""

    path: str
    name: str
    kind: str
    """polygon, line, point or unknown."""
    fields: tuple[str, ...]
    is_in_degrees: bool
    box: Optional[Box]
    """In degrees, where it has a coordinate system."""


@dataclass(frozen=True)
class Sample:
    """A raster and all that may go with it."""

    image: Raster
    layers: tuple[Layer, ...]
    """Those that overlap it."""
    rasters: tuple[Raster, ...]
    """Those that overlap it, itself among them."""

    @property
    def class_maps(self) -> tuple[Raster, ...]:
        """Rasters that may be labels."""
        return tuple(raster for raster in self.rasters if raster.may_be_classes)

    @property
    def alike(self) -> tuple[Raster, ...]:
        """Other rasters with as many bands of the same type."""
        own = self.image
        return tuple(
            each
            for each in self.rasters
            if each != own and (each.bands, each.data_type) == (own.bands, own.data_type)
        )


def made_samples(folder: Path) -> list[Sample]:
    """A scene for each of some data types, with a raster of its classes."""
    for number, (bands, data_type) in enumerate(SCENES):
        size = 640 + 64 * number, 480 - 32 * number
        scene = make_scene(folder / f"scene {number}", *size, 50, number, bands, data_type)
        class_raster(scene, scene.image.with_name("classes.tif"))
    return found_samples(folder)


def found_samples(folder: Path) -> list[Sample]:
    """Every raster in a folder and below, with the layers and rasters that overlap it."""
    paths = sorted(Path(place) / name for place, _, names in os.walk(folder) for name in names)
    with quiet():
        rasters = [raster for path in paths for raster in _rasters(str(path))]
        layers = [layer for path in paths for layer in _layers(str(path))]
    return [
        Sample(
            raster,
            tuple(layer for layer in layers if _overlap(raster.box, layer.box)),
            tuple(each for each in rasters if _overlap(raster.box, each.box)),
        )
        for raster in rasters
    ]


def _overlap(one: Optional[Box], other: Optional[Box]) -> bool:
    """What has no system may be in the pixels of whatever else has none."""
    if one is None or other is None:
        return one is None and other is None
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _rasters(path: str) -> Iterator[Raster]:
    dataset = gdal.OpenEx(path, gdal.OF_RASTER)
    if dataset is None or not dataset.RasterCount:
        return
    code = dataset.GetRasterBand(1).DataType
    kind = gdal_array.GDALTypeCodeToNumericTypeCode(code)
    transform = dataset.GetGeoTransform(can_return_null=True)
    own_box = None if transform is None else _corners(dataset, transform)
    yield Raster(
        path,
        dataset.RasterXSize,
        dataset.RasterYSize,
        dataset.RasterCount,
        np.dtype(kind).name,
        1.0 if transform is None else math.hypot(transform[1], transform[4]),
        own_box,
        _in_degrees(own_box, dataset.GetSpatialRef()),
        dataset.RasterCount == 1 and _has_few_values(dataset),
    )


def _corners(dataset: gdal.Dataset, transform: Sequence[float]) -> Box:
    places = [(x, y) for x in (0, dataset.RasterXSize) for y in (0, dataset.RasterYSize)]
    return _box(gdal.ApplyGeoTransform(transform, x, y) for x, y in places)


def _box(points: Iterable[Sequence[float]]) -> Box:
    xs, ys = zip(*((point[0], point[1]) for point in points))
    return min(xs), min(ys), max(xs), max(ys)


def _has_few_values(dataset: gdal.Dataset) -> bool:
    if dataset.RasterXSize * dataset.RasterYSize > LARGEST:
        return False
    values = dataset.ReadAsArray()
    return values is not None and len(np.unique(values)) <= MOST_CLASSES


def _layers(path: str) -> Iterator[Layer]:
    source = gdal.OpenEx(path, gdal.OF_VECTOR)
    if source is None:
        return
    for number in range(source.GetLayerCount()):
        layer = source.GetLayer(number)
        extent = layer.GetExtent(can_return_null=True)
        if extent is None or layer.GetGeomType() == ogr.wkbNone:
            continue
        left, right, bottom, top = extent
        reference = layer.GetSpatialRef()
        yield Layer(
            path,
            layer.GetName(),
            _kind(layer.GetGeomType()),
            tuple(field.GetName() for field in layer.schema),
            bool(reference and reference.IsGeographic()),
            _in_degrees((left, bottom, right, top), reference),
        )


def _kind(geometry_type: int) -> str:
    name = ogr.GeometryTypeToName(geometry_type).lower()
    kinds = {"polygon": "polygon", "surface": "polygon", "line": "line", "point": "point"}
    return next((kind for word, kind in kinds.items() if word in name), "unknown")


def _in_degrees(box: Optional[Box], reference: Optional[osr.SpatialReference]) -> Optional[Box]:
    if box is None or reference is None:
        return None
    degrees = osr.SpatialReference()
    degrees.ImportFromEPSG(DEGREES)
    own = reference.Clone()
    for each in (degrees, own):
        each.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    left, bottom, right, top = box
    corners = [(left, bottom), (left, top), (right, bottom), (right, top)]
    found = _box(osr.CoordinateTransformation(own, degrees).TransformPoints(corners))
    return found if all(map(math.isfinite, found)) else None
