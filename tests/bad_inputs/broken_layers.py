"""Vector layers that are none, or that are broken in some way."""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

from osgeo import gdal, ogr

from chipwright.core.request import FeatureSource
from chipwright.tests.core.made_sources import on_map
from chipwright.tests.core.making import geometry, quiet, reference, write_layer

from .scene import ROOF, layer

NAN, INFINITE = float("nan"), float("inf")


def missing(folder: Path) -> FeatureSource:
    return FeatureSource(str(folder / "nothing.gpkg"))


def empty_file(folder: Path, name: str = "empty.gpkg") -> FeatureSource:
    (folder / name).touch()
    return FeatureSource(str(folder / name))


def text_file(folder: Path, name: str = "text.gpkg", text: str = "no map") -> FeatureSource:
    (folder / name).write_text(text)
    return FeatureSource(str(folder / name))


def corrupt(folder: Path) -> FeatureSource:
    """A GeoPackage whose first page is whole, and the others are zeros."""
    source = layer(folder, ROOF)
    size = Path(source.path).stat().st_size
    with Path(source.path).open("r+b") as file:
        file.seek(4096)
        file.write(bytes(size - 4096))
    return source


def without_a_layer(folder: Path) -> FeatureSource:
    return FeatureSource(layer(folder, ROOF).path, "trees")


def shapefile(folder: Path, without: str) -> FeatureSource:
    """A shapefile that lost one of its files."""
    path = str(folder / "roofs.shp")
    made = gdal.VectorTranslate(path, layer(folder, ROOF).path, format="ESRI Shapefile")
    assert made is not None
    made = None
    (folder / f"roofs{without}").unlink()
    return FeatureSource(path)


def geojson_cut_short(folder: Path) -> FeatureSource:
    path = str(folder / "roofs.geojson")
    made = gdal.VectorTranslate(path, layer(folder, ROOF).path, format="GeoJSON")
    assert made is not None
    made = None
    os.truncate(path, Path(path).stat().st_size - 40)
    return FeatureSource(path)


def table(folder: Path) -> FeatureSource:
    """A CSV file of names and numbers."""
    return text_file(folder, "roofs.csv", "name,height\na,1\nb,2\n")


def of_geometries(
    folder: Path, *wkts: Optional[str], value: Any = 1, epsg: Optional[int] = 32633
) -> FeatureSource:
    """Geometries in pixels of the image, all of a class; None is no geometry at all."""
    mapped = [None if wkt is None else on_map(wkt) for wkt in wkts]
    return FeatureSource(
        write_layer(folder / "labels.gpkg", mapped, {"value": [value] * len(wkts)}, epsg)
    )


def of_points(folder: Path, *corners: Sequence[float]) -> FeatureSource:
    """A polygon whose corners no text can tell."""
    path = str(folder / "corners.gpkg")
    source = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    made = source.CreateLayer("corners", reference(32633), ogr.wkbPolygon)
    feature = ogr.Feature(made.GetLayerDefn())
    head = struct.pack("<BIII", 1, ogr.wkbPolygon, 1, len(corners))
    points = b"".join(struct.pack("<dd", *corner) for corner in corners)
    feature.SetGeometry(ogr.CreateGeometryFromWkb(head + points))
    with quiet():
        made.CreateFeature(feature)
    return FeatureSource(path)


def with_field(folder: Path, kind: int, cell: Any) -> FeatureSource:
    """A roof with a field called kind."""
    path = str(folder / "labels.gpkg")
    source = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    made = source.CreateLayer("labels", reference(32633), ogr.wkbPolygon)
    made.CreateField(ogr.FieldDefn("kind", kind))
    feature = ogr.Feature(made.GetLayerDefn())
    feature.SetGeometry(geometry(on_map(ROOF[0])))
    if kind == ogr.OFTBinary:
        feature.SetFieldBinaryFromHexString("kind", cell)
    elif cell is not None:
        feature.SetField("kind", cell)
    made.CreateFeature(feature)
    return FeatureSource(path)
