"""Label files, read as training programs read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from osgeo import gdal

from .dataset import Box, ChipFiles, Label, Outline

SIDES = ("xmin", "ymin", "xmax", "ymax")


def boxes_of_voc(path: Path) -> Iterator[Box]:
    """The objects of a PASCAL VOC annotation, whose names are class values."""
    for item in _xml(path).iterfind("object"):
        yield _box(int(item.findtext("name")), item)


def boxes_of_layout(path: Path) -> Iterator[Box]:
    """The parts of a PASCAL VOC layout."""
    for item in _xml(path).iterfind("part"):
        yield _box(int(item.findtext("class")), item)


def class_names(path: Path) -> list[str]:
    """The class names of an annotation whose one object stands for the whole chip."""
    return str(_xml(path).findtext("object/name")).split(",")


def boxes_of_kitti(path: Path) -> Iterator[Box]:
    """A line per object."""
    for line in path.read_text("ascii").splitlines():
        columns = line.split()
        yield Box(int(columns[0]), *map(float, columns[4:8]))


def labels_of_yolo(chip: ChipFiles) -> Iterator[Label]:
    """Boxes, or polygons where a line has more numbers than a box."""
    image = gdal.Open(str(chip.image))
    for path in chip.label_files:
        for line in path.read_text("ascii").splitlines():
            index, *shares = line.split()
            xs = [float(share) * image.RasterXSize for share in shares[::2]]
            ys = [float(share) * image.RasterYSize for share in shares[1::2]]
            yield _of_yolo(int(index), xs, ys)


def _of_yolo(index: int, xs: list[float], ys: list[float]) -> Label:
    if len(xs) > 2:
        return Outline(index, tuple(zip(xs, ys)))
    (x, width), (y, height) = xs, ys
    return Box(index, x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _xml(path: Path) -> Any:
    return etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True))


def _box(value: int, item: Any) -> Box:
    return Box(value, *(float(item.findtext(f"bndbox/{side}")) for side in SIDES))
