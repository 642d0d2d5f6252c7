"""Makes a scene: an aerial image and the outlines of the buildings that are seen in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, gdal_array, ogr, osr

from . import ground, land
from .buildings import CLASSES, Building, buildings_on
from .burning import polygon
from .painting import Painter, View

LEFT, TOP, PIXEL = 500_000.0, 5_400_000.0, 0.5
"""The upper left corner and the pixel size in metres, in EPSG:32633."""
ROWS_AT_ONCE = 256


@dataclass(frozen=True)
class Scene:
    """A GeoTIFF and a GeoPackage with the layer `buildings`."""

    image: Path
    labels: Path


def make_scene(
    folder: Path,
    columns: int,
    rows: int,
    features: int,
    seed: int = 0,
    bands: int = 3,
    dtype: str = "uint8",
) -> Scene:
    """Writes image.tif and labels.gpkg into a folder.

    The bands are red, green, blue, then near infrared and mixtures of them. Whole numbers of more
    than 8 bits use 12 bits, floating point numbers are reflectances from 0 to 1.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    view = _view(rng, columns, rows, features)
    scene = Scene(folder / "image.tif", folder / "labels.gpkg")
    _write_image(scene.image, Painter(rng, columns, rows, view), (bands, rows, columns), dtype)
    _write_labels(scene.labels, view.buildings)
    return scene


def class_raster(scene: Scene, path: Path) -> Path:
    """Writes the class of each pixel of the scene, 0 between the buildings, coloured by class."""
    image = gdal.Open(str(scene.image))
    size = (image.RasterXSize, image.RasterYSize)
    options = ["TILED=YES", "COMPRESS=DEFLATE"]
    raster = gdal.GetDriverByName("GTiff").Create(str(path), *size, 1, gdal.GDT_Byte, options)
    _georeference(raster)
    raster.GetRasterBand(1).SetColorTable(_color_table())
    raster.GetRasterBand(1).SetCategoryNames(["", *(kind.name for kind in CLASSES)])
    labels = ogr.Open(str(scene.labels))
    gdal.RasterizeLayer(raster, [1], labels.GetLayer(0), options=["ATTRIBUTE=classvalue"])
    return path


def _view(rng: np.random.Generator, columns: int, rows: int, features: int) -> View:
    step = min(300.0, max(40.0, min(columns, rows) / 2.2))
    mesh = land.road_mesh(rng, columns, rows, step)
    every = land.by_settlement(rng, land.blocks(mesh, columns, rows), columns, rows)
    lots, taken = land.settle(every, features, columns, rows)
    rural = every[taken:]
    woods = [block for block in rural if rng.random() < 0.16]
    parcels = [ground.wood(block) for block in woods]
    open_land = [it for block in rural if block not in woods for it in ground.fields(rng, block)]
    town = _town(rng, every[:taken], lots)
    ways = ground.ways(rng, mesh, {block.place for block in every[:taken]})
    trees = ground.trees(rng, woods, open_land, lots)
    return View([*parcels, *open_land, *town], ways, trees, buildings_on(rng, lots))


def _town(
    rng: np.random.Generator, blocks: list[land.Block], lots: list[land.Lot]
) -> list[ground.Parcel]:
    uses = itertools.cycle(land.USES)
    streets = [ground.settled(rng, block, use) for block, use in zip(blocks, uses)]
    return streets + [ground.garden(rng, lot) for lot in lots]


def _write_image(path: Path, painter: Painter, shape: tuple[int, int, int], dtype: str) -> None:
    bands, rows, columns = shape
    kind = gdal_array.NumericTypeCodeToGDALTypeCode(np.dtype(dtype).type)
    options = ["TILED=YES", "INTERLEAVE=PIXEL", "BIGTIFF=IF_SAFER"]
    options += ["PHOTOMETRIC=RGB", "ALPHA=NO"] if bands > 2 else []
    image = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, bands, kind, options)
    _georeference(image)

    def painted(top: int) -> Any:
        picture = painter.paint(top, min(rows, top + ROWS_AT_ONCE))
        return _measured(_with_bands(picture, bands), np.dtype(dtype))

    with ThreadPoolExecutor(2) as painters:
        for tops in _pairs(range(0, rows, ROWS_AT_ONCE)):
            for top, pixels in zip(tops, painters.map(painted, tops)):
                image.WriteArray(pixels, 0, top)
            image.FlushCache()


def _pairs(tops: range) -> Iterator[range]:
    """Two at a time, so that what is painted does not pile up."""
    return (tops[first : first + 2] for first in range(0, len(tops), 2))


def _with_bands(picture: Any, count: int) -> Any:
    """The first bands, and where more than three are wanted, near infrared and mixtures."""
    red, green, blue = picture
    infrared = np.clip(2.2 * green - 0.9 * blue - 0.3 * red + 20, 0, 255)
    mixtures = (((count - number) * red + number * infrared) / count for number in range(4, count))
    return np.stack([red, green, blue, infrared, *mixtures][:count])


def _measured(picture: Any, dtype: np.dtype[Any]) -> Any:
    """Brightness of 0 to 255 in the numbers of a sensor."""
    if dtype.kind == "f":
        return (picture / 255).astype(dtype)
    return (picture if dtype.itemsize == 1 else picture * 16).astype(dtype)


def _write_labels(path: Path, buildings: list[Building]) -> None:
    path.unlink(missing_ok=True)
    source = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = source.CreateLayer("buildings", _reference(), ogr.wkbPolygon)
    for name, kind in (("classvalue", ogr.OFTInteger), ("classname", ogr.OFTString)):
        layer.CreateField(ogr.FieldDefn(name, kind))
    for name in ("RED", "GREEN", "BLUE"):
        layer.CreateField(ogr.FieldDefn(name, ogr.OFTInteger))
    layer.StartTransaction()
    for building in buildings:
        feature = ogr.Feature(layer.GetLayerDefn())
        values = (building.kind.value, building.kind.name, *building.kind.color)
        for field, value in enumerate(values):
            feature.SetField(field, value)
        feature.SetGeometryDirectly(polygon(building.ring * (PIXEL, -PIXEL) + (LEFT, TOP)))
        layer.CreateFeature(feature)
    layer.CommitTransaction()


def _georeference(dataset: Any) -> None:
    dataset.SetGeoTransform((LEFT, PIXEL, 0, TOP, 0, -PIXEL))
    dataset.SetProjection(_reference().ExportToWkt())


def _reference() -> Any:
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32633)
    return reference


def _color_table() -> Any:
    table = gdal.ColorTable()
    for kind in CLASSES:
        table.SetColorEntry(kind.value, kind.color)
    return table
