"""Reading back what an export wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from lxml import etree
from numpy.typing import NDArray
from osgeo import gdal

from chipwright.core.report.names import REPORT_FILES

from .made_sources import GEOTRANSFORM

IMAGE_ENDINGS = (".tif", ".png", ".jpg", ".mrf")


class Entry(NamedTuple):
    """A line of map.txt: the files it names, those empty that there are not."""

    image: Path
    label: str
    partner: str = ""


class Box(NamedTuple):
    """A labelled box in chip pixels."""

    value: int
    left: float
    top: float
    right: float
    bottom: float


def map_entries(folder: Path) -> list[Entry]:
    lines = (folder / "map.txt").read_text("utf-8").replace("\\", "/").splitlines()
    return [_entry(folder, *line.partition("  ")[::2]) for line in lines]


def _entry(folder: Path, images: str, label: str) -> Entry:
    image, *partners = images.split()
    return Entry(folder / image, label, *partners)


def datasets(folder: Path) -> list[Path]:
    """The folder, or the two datasets that lie in it."""
    domains = [folder / "A", folder / "B"]
    return domains if domains[0].exists() else [folder]


def chips(folder: Path) -> list[Path]:
    """Image chips in the order of the map, or of their names where there is no map."""
    if not (folder / "map.txt").exists():
        found = folder.glob("images/**/*.*")
        return sorted(path for path in found if path.suffix in IMAGE_ENDINGS)
    return list(dict.fromkeys(entry.image for entry in map_entries(folder)))


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder but a report, by their relative paths.

    A report says what was asked for, which may be written in many ways.
    """
    found = (path for path in folder.rglob("*") if path.name not in REPORT_FILES)
    files = sorted(path for path in found if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def pixels(path: Path) -> NDArray[Any]:
    """(band, row, column)"""
    raster = gdal.Open(str(path))
    return raster.ReadAsArray().reshape(-1, raster.RasterYSize, raster.RasterXSize)


def geotransform(path: Path) -> tuple[float, ...]:
    return tuple(gdal.Open(str(path)).GetGeoTransform())


def position(path: Path) -> tuple[float, float]:
    """Column and row of a chip's upper left corner, in pixels of a made image."""
    found = geotransform(path)
    return (
        (found[0] - GEOTRANSFORM[0]) / GEOTRANSFORM[1],
        (found[3] - GEOTRANSFORM[3]) / GEOTRANSFORM[5],
    )


def positions(folder: Path) -> list[tuple[float, float]]:
    return [position(path) for path in chips(folder)]


def definition(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "esri_model_definition.emd").read_bytes()))


def accumulated(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "esri_accumulated_stats.json").read_bytes()))


def voc_boxes(path: Path) -> list[Box]:
    objects = etree.parse(str(path)).findall("object")
    names = ("name", "bndbox/xmin", "bndbox/ymin", "bndbox/xmax", "bndbox/ymax")
    texts = ([found.findtext(name) for name in names] for found in objects)
    return [Box(int(value), *map(float, edges)) for value, *edges in texts]


def layout_boxes(path: Path) -> list[Box]:
    parts = etree.parse(str(path)).findall("part")
    names = ("class", "bndbox/xmin", "bndbox/ymin", "bndbox/xmax", "bndbox/ymax")
    texts = ([found.findtext(name) for name in names] for found in parts)
    return [Box(int(value), *map(float, edges)) for value, *edges in texts]


def kitti_boxes(path: Path) -> list[Box]:
    rows = (line.split() for line in path.read_text("ascii").splitlines())
    return [Box(int(row[0]), *map(float, row[4:8])) for row in rows]


def masks(folder: Path, class_name: str, stem: str) -> NDArray[Any]:
    return pixels(folder / "labels" / class_name / f"{stem}.tif")


def stats_rows(folder: Path) -> Iterator[tuple[str, int, int, int]]:
    """Name, value, images and count of each class in stats.txt."""
    lines = (folder / "stats.txt").read_text("utf-8").splitlines()
    start = next((n for n, line in enumerate(lines, 1) if line.startswith("cls name")), len(lines))
    for line in lines[start:]:
        name, value, images, count = re.match(r"(.*?) +(\d+) +(\d+) +(\d+) ", line).groups()  # type: ignore[union-attr]
        yield name, int(value), int(images), int(count)


def valid(values: NDArray[Any], nodata: float | None) -> NDArray[np.bool_]:
    """Which pixels are data."""
    known = ~np.isnan(values) if values.dtype.kind == "f" else np.ones(values.shape, bool)
    return known if nodata is None else known & (values != nodata)
