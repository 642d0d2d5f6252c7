"""What the examples are cut from: a made-up scene, the land in it, and its look in autumn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, ogr

from ..scenes import make_scene
from ..scenes.buildings import CLASSES, BuildingClass

COLUMNS, ROWS, BUILDINGS, SEED = 1024, 256, 26, 38
"""Four chips side by side: three with buildings, two of which touch, and one without."""
FIELDS, TREES, PAVED = 6, 7, 8
LAND = (
    *CLASSES,
    BuildingClass(FIELDS, "fields", (226, 214, 120)),
    BuildingClass(TREES, "trees", (60, 190, 90)),
    BuildingClass(PAVED, "paved", (150, 160, 190)),
)
"""Classes of the land; buildings have the values that their outlines have."""
REACH = 3
"""Pixels to each side that tell what the land at a pixel is."""
LEAST_PATCH = 500
"""Pixels of land that are not given to the land around them."""


@dataclass(frozen=True)
class Sources:
    """An aerial image, the outlines of its buildings, its classified land, a second image."""

    image: Path
    buildings: Path
    land: Path
    autumn: Path


def make_sources(folder: Path) -> Sources:
    """Writes them into a folder; they are the same every time."""
    scene = make_scene(folder, COLUMNS, ROWS, BUILDINGS, SEED)
    image = gdal.Open(str(scene.image))
    pixels = image.ReadAsArray().astype(np.float32)
    sources = Sources(scene.image, scene.labels, folder / "land.tif", folder / "autumn.tif")
    _raster_like(image, sources.autumn, 3).WriteArray(_autumn(pixels))
    _write_land(_raster_like(image, sources.land, 1), _land(pixels), scene.labels)
    return sources


def _raster_like(image: Any, path: Path, bands: int) -> Any:
    raster = gdal.GetDriverByName("GTiff").Create(str(path), COLUMNS, ROWS, bands)
    raster.SetGeoTransform(image.GetGeoTransform())
    raster.SetProjection(image.GetProjection())
    return raster


def _autumn(pixels: Any) -> Any:
    """What is green turns brown, and the light is low."""
    red, green, blue = pixels
    leaf = np.clip((2 * green - red - blue) / 40, 0, 1)
    brown = np.stack([red + 40 * leaf, green - 8 * leaf, blue - 6 * leaf])
    return np.clip(0.94 * brown + 8, 0, 255).astype(np.uint8)


def _land(pixels: Any) -> Any:
    """By colour: grey is paved, dark green is trees."""
    red, green, blue = _smooth(pixels)
    classes = np.full(red.shape, FIELDS, np.uint8)
    classes[np.abs(red - blue) < 17] = PAVED
    classes[(green < 90) & (green > red)] = TREES
    return classes


def _smooth(pixels: Any) -> Any:
    """The mean of the pixels around each pixel."""
    smooth = np.pad(pixels, ((0, 0), (REACH, REACH), (REACH, REACH)), mode="edge")
    for axis in (1, 2):
        windows = np.lib.stride_tricks.sliding_window_view(smooth, 2 * REACH + 1, axis)
        smooth = windows.mean(axis=-1)
    return smooth


def _write_land(raster: Any, land: Any, buildings: Path) -> None:
    """With names and colours, without specks, and with the buildings in it."""
    band = raster.GetRasterBand(1)
    table = gdal.ColorTable()
    for kind in LAND:
        table.SetColorEntry(kind.value, kind.color)
    band.SetColorTable(table)
    band.SetCategoryNames(["", *(kind.name for kind in LAND)])
    band.WriteArray(land)
    gdal.SieveFilter(band, None, band, LEAST_PATCH)
    source = ogr.Open(str(buildings))
    gdal.RasterizeLayer(raster, [1], source.GetLayer(0), options=["ATTRIBUTE=classvalue"])
