"""The files that commands on the pages name, small and made up."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, ogr, osr

from ..scenes import class_raster, make_scene

COLUMNS, ROWS = 1536, 1024
"""As docs/parameters.md says."""
METRES = 0.5
LEFT, TOP = 500_000.0, 5_400_000.0


def make_scene_files(folder: Path) -> None:
    """Images, labels and masks under the names that the pages give them."""
    scene = make_scene(folder, COLUMNS, ROWS, features=60, seed=3)
    class_raster(scene, folder / "land.tif")
    shutil.move(scene.image, folder / "aerial.tif")
    shutil.move(scene.labels, folder / "buildings.gpkg")
    satellite = make_scene(
        folder / "satellite", 640, 512, features=1, seed=4, bands=4, dtype="uint16"
    )
    shutil.copy(satellite.image, folder / "satellite.tif")
    for name in ("may.tif", "july.tif"):
        _part(folder, name, (0, 0, 640, 512))
    (folder / "sheets").mkdir()
    for number in (1, 2, 3):
        _part(folder, f"sheets/{number}.tif", (384 * (number - 1), 0, 400, 512))
    gdal.Translate(str(folder / "scan.tif"), str(folder / "may.tif"), nogcp=True)
    _forget_place(folder / "scan.tif")
    _write_shapes(folder)


def _part(folder: Path, name: str, window: Sequence[int]) -> None:
    gdal.Translate(str(folder / name), str(folder / "aerial.tif"), srcWin=list(window))


def _forget_place(path: Path) -> None:
    pixels = gdal.Open(str(path)).ReadAsArray()
    bands, rows, columns = pixels.shape
    gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, bands).WriteArray(pixels)


def _write_shapes(folder: Path) -> None:
    wells = [f"POINT ({LEFT + 40 * it + 30} {TOP - 35 * it - 40})" for it in range(8)]
    boxes = [_box(60 * it + 20, 50 * it + 30, 30, 20) for it in range(4)]
    _write(folder / "wells.gpkg", ogr.wkbPoint, wells)
    _write(folder / "changes.gpkg", ogr.wkbPolygon, boxes)
    _write(folder / "area.gpkg", ogr.wkbPolygon, [_box(0, 0, 500, 400)])
    cracks = ["POLYGON ((300 -200, 340 -200, 340 -230, 300 -230, 300 -200))"]
    _write(folder / "cracks.gpkg", ogr.wkbPolygon, cracks, on_map=False)


def _box(right: float, down: float, width: float, height: float) -> str:
    """In metres from the upper left corner of the scene."""
    xs, ys = np.array([0, width, width, 0, 0]), np.array([0, 0, height, height, 0])
    corners = zip(LEFT + right + xs, TOP - down - ys)
    return f"POLYGON (({', '.join(f'{x} {y}' for x, y in corners)}))"


def _write(path: Path, kind: Any, shapes: Sequence[str], on_map: bool = True) -> None:
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32633)
    source = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = source.CreateLayer(path.stem, reference if on_map else None, kind)
    layer.CreateField(ogr.FieldDefn("kind", ogr.OFTString))
    for shape in shapes:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkt(shape))
        feature.SetField("kind", "crack")
        layer.CreateFeature(feature)
