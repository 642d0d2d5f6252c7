"""Rasters that hold nothing and layers that hold squares, of any size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from osgeo import gdal, ogr, osr

LEFT, TOP, SEED = 500_000.0, 5_400_000.0, 1
SQUARE = 20
"""Pixels, which are metres."""
CLASSES = 5


def empty_raster(path: Path, side: int, bands: int = 1) -> Path:
    """A square GeoTIFF whose tiles are all missing, which stands for noughts."""
    options = ["SPARSE_OK=TRUE", "TILED=YES", "INTERLEAVE=PIXEL", "BIGTIFF=YES"]
    driver = gdal.GetDriverByName("GTiff")
    raster = driver.Create(str(path), side, side, bands, gdal.GDT_Byte, options)
    raster.SetGeoTransform((LEFT, 1, 0, TOP, 0, -1))
    raster.SetProjection(_reference().ExportToWkt())
    return path


def squares(path: Path, count: int, side: int) -> Path:
    """A layer of so many squares at random places of a square of the map, in turn of each class."""
    path.unlink(missing_ok=True)
    source = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = source.CreateLayer("squares", _reference(), ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("classvalue", ogr.OFTInteger))
    corners = np.random.default_rng(SEED).uniform(0, side - SQUARE, (count, 2))
    layer.StartTransaction()
    for number, (left, top) in enumerate((corners * (1, -1) + (LEFT, TOP)).tolist()):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField(0, 1 + number % CLASSES)
        feature.SetGeometryDirectly(_square(left, top))
        layer.CreateFeature(feature)
    layer.CommitTransaction()
    return path


def _square(left: float, top: float) -> ogr.Geometry:
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for right, down in ((0, 0), (SQUARE, 0), (SQUARE, SQUARE), (0, SQUARE), (0, 0)):
        ring.AddPoint_2D(left + right, top - down)
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometryDirectly(ring)
    return polygon


def _reference() -> osr.SpatialReference:
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32633)
    return reference
