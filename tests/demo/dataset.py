"""A written dataset, read back from its files as a training program would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Union

import numpy as np
from lxml import etree
from osgeo import gdal

Color = tuple[int, int, int]
SPARE_COLORS: tuple[Color, ...] = (
    (255, 86, 72),
    (72, 148, 255),
    (255, 214, 64),
    (64, 232, 208),
    (226, 112, 255),
    (255, 160, 60),
    (140, 240, 90),
)


@dataclass(frozen=True)
class LabelClass:
    """A class as the model definition names and colours it."""

    value: int
    name: str
    color: Color


@dataclass(frozen=True)
class Box:
    """A labelled rectangle in chip pixels."""

    value: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, eq=False)
class Mask:
    """Class values of the pixels, and numbers that tell one object from the next."""

    values: Any
    numbers: Any


Label = Union[Box, Mask]


@dataclass(frozen=True)
class ChipFiles:
    """A chip and the label files that map.txt gives it."""

    image: Path
    label_files: tuple[Path, ...]


@dataclass(frozen=True)
class Dataset:
    """The classes by value, and the chips in the order of map.txt."""

    classes: dict[int, LabelClass]
    chips: tuple[ChipFiles, ...]

    def labels(self, chip: ChipFiles) -> list[Label]:
        """Everything that the label files of a chip say."""
        return [label for path in chip.label_files for label in self._read(path)]

    def _read(self, path: Path) -> Iterator[Label]:
        if path.suffix == ".xml":
            yield from _boxes_of_voc(path)
        elif path.suffix == ".txt":
            yield from _boxes_of_kitti(path)
        elif path.parent.name == "labels":
            values = gdal.Open(str(path)).ReadAsArray()
            yield Mask(values, values)
        else:
            yield from self._instances(path)

    def _instances(self, path: Path) -> Iterator[Mask]:
        """A mask for each band; the folder is named after the class."""
        value = next((it.value for it in self.classes.values() if it.name == path.parent.name), 0)
        image = gdal.Open(str(path))
        for band in range(1, image.RasterCount + 1):
            numbers = image.GetRasterBand(band).ReadAsArray()
            yield Mask(np.where(numbers > 0, value, 0), numbers)


def read_dataset(folder: Path) -> Dataset:
    """The dataset in a folder, by its map.txt and its model definition."""
    definition = json.loads((folder / "esri_model_definition.emd").read_text("ascii"))
    classes = [
        LabelClass(it["Value"], it["Name"], _color(it["Color"], place))
        for place, it in enumerate(definition.get("Classes", []))
    ]
    lines = (folder / "map.txt").read_text("utf-8").splitlines()
    chips = groupby((_paths(folder, line) for line in lines if line), key=lambda pair: pair[0])
    return Dataset(
        {it.value: it for it in classes},
        tuple(ChipFiles(image, tuple(p for _, p in pairs if p)) for image, pairs in chips),
    )


def _color(given: list[int], place: int) -> Color:
    if min(given) < 0:
        return SPARE_COLORS[place % len(SPARE_COLORS)]
    red, green, blue = given
    return red, green, blue


def _paths(folder: Path, line: str) -> tuple[Path, Path | None]:
    """The image, and after two blanks the label file, which is not always there."""
    images, _, label = line.replace("\\", "/").partition("  ")
    return folder / images.split(" ")[0], folder / label.strip() if label.strip() else None


def _boxes_of_voc(path: Path) -> Iterator[Box]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for item in etree.parse(str(path), parser).iterfind("object"):
        sides = (
            float(item.findtext(f"bndbox/{side}")) for side in ("xmin", "ymin", "xmax", "ymax")
        )
        yield Box(int(item.findtext("name")), *sides)


def _boxes_of_kitti(path: Path) -> Iterator[Box]:
    for line in path.read_text("ascii").splitlines():
        columns = line.split()
        yield Box(int(columns[0]), *map(float, columns[4:8]))
