"""Reads written datasets back from their files, as training programs would."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

from .dataset import (
    SPARE_COLORS,
    Box,
    ChipFiles,
    Color,
    Dataset,
    Label,
    LabelClass,
    Mask,
    Outline,
    WholeChip,
    spare_classes,
)
from .label_files import (
    boxes_of_kitti,
    boxes_of_layout,
    boxes_of_voc,
    class_names,
    labels_of_yolo,
)

Images = tuple[Path, ...]
"""The image of a chip, and its second image if it has one."""
YAML_NAME = re.compile(r"^ +(\d+): (.+)$", re.MULTILINE)


def read_dataset(folder: Path) -> Dataset:
    """The dataset in a folder, of whatever format."""
    if (folder / "data.yaml").is_file():
        return _read_yolo(folder)
    if (folder / "annotations").is_dir():
        return _read_coco(folder)
    domains = [folder / name for name in ("A", "B") if (folder / name).is_dir()]
    if domains:
        chips = [chip for domain in domains for chip in _read_service(domain).chips]
        return Dataset(folder, {}, tuple(chips), lambda _: ())
    return _read_service(folder)


def _read_service(folder: Path) -> Dataset:
    """By map.txt and the model definition."""
    definition = json.loads((folder / "esri_model_definition.emd").read_text("ascii"))
    classes = _classes(definition.get("Classes", []))
    single = _classes(definition.get("Panoptic_Segmentation_Instance_Classes", []))
    map_lines = (folder / "map.txt").read_text("utf-8").splitlines()
    chips = groupby((_paths(folder, line) for line in map_lines if line), key=lambda it: it[0])
    return Dataset(
        folder,
        {**single, **classes},
        tuple(_chip(images, [label for _, label in lines]) for images, lines in chips),
        ServiceLabels(definition.get("MetaDataMode", ""), single or classes),
    )


def _chip(images: Images, labels: list[Path | None]) -> ChipFiles:
    image, *partner = images
    return ChipFiles(image, tuple(label for label in labels if label), *partner)


def _classes(entries: list[dict[str, Any]]) -> dict[int, LabelClass]:
    return {
        it["Value"]: LabelClass(it["Value"], it["Name"], _color(it["Color"], place))
        for place, it in enumerate(entries)
    }


def _color(given: list[int], place: int) -> Color:
    if min(given) < 0:
        return SPARE_COLORS[place % len(SPARE_COLORS)]
    red, green, blue = given
    return red, green, blue


def _paths(folder: Path, line: str) -> tuple[Images, Path | None]:
    """The images, and after two blanks the label file, which is not always there."""
    images, _, label = line.replace("\\", "/").partition("  ")
    label_file = folder / label.strip() if label.strip() else None
    return tuple(folder / name for name in images.split()), label_file


@dataclass(frozen=True)
class ServiceLabels:
    """Reads label files of the service's formats."""

    mode: str
    classes: dict[int, LabelClass]
    """Those that label files name, not number."""

    def __call__(self, chip: ChipFiles) -> Iterator[Label]:
        """The labels in all label files of a chip."""
        for path in chip.label_files:
            yield from self._read(path)

    def _read(self, path: Path) -> Iterator[Label]:
        if self.mode == "MultiLabeled_Tiles":
            yield WholeChip(tuple(self._value(name) for name in class_names(path)))
        elif self.mode == "PASCAL_VOC_layout":
            yield from boxes_of_layout(path)
        elif path.suffix == ".xml":
            yield from boxes_of_voc(path)
        elif path.suffix == ".txt":
            yield from boxes_of_kitti(path)
        elif path.parent.name == "labels":
            values = gdal.Open(str(path)).ReadAsArray()
            yield Mask(values, values)
        else:
            yield from self._instances(path)

    def _value(self, name: str) -> int:
        return next((it.value for it in self.classes.values() if it.name == name), 0)

    def _instances(self, path: Path) -> Iterator[Mask]:
        """A mask for each band; the folder is named after the class."""
        image = gdal.Open(str(path))
        for band in range(1, image.RasterCount + 1):
            numbers = image.GetRasterBand(band).ReadAsArray()
            yield Mask(np.where(numbers > 0, self._value(path.parent.name), 0), numbers)


def _read_yolo(folder: Path) -> Dataset:
    """By the names in data.yaml and the images of the first split."""
    names = YAML_NAME.findall((folder / "data.yaml").read_text("utf-8"))
    classes = spare_classes(
        [int(index) for index, _ in names], [json.loads(name) for _, name in names]
    )
    chips = [
        ChipFiles(image, (folder / "labels/train" / f"{image.stem}.txt",))
        for image in _images(folder / "images/train")
    ]
    return Dataset(folder, classes, tuple(chips), labels_of_yolo)


def _images(folder: Path) -> list[Path]:
    return sorted(it for it in folder.iterdir() if gdal.IdentifyDriver(str(it)) is not None)


def _read_coco(folder: Path) -> Dataset:
    """By the annotations of the first split."""
    content = json.loads((folder / "annotations/instances_train.json").read_text("utf-8"))
    categories = content["categories"]
    classes = spare_classes([it["id"] for it in categories], [it["name"] for it in categories])
    numbers = {folder / "images/train" / it["file_name"]: it["id"] for it in content["images"]}

    def labels(chip: ChipFiles) -> Iterator[Label]:
        for annotation in content["annotations"]:
            if annotation["image_id"] == numbers[chip.image]:
                yield from _labels_of_coco(annotation)

    return Dataset(folder, classes, tuple(map(ChipFiles, numbers)), labels)


def _labels_of_coco(annotation: dict[str, Any]) -> Iterator[Label]:
    value = annotation["category_id"]
    left, top, width, height = annotation["bbox"]
    yield Box(value, left, top, left + width, top + height)
    for ring in annotation["segmentation"]:
        yield Outline(value, tuple(zip(ring[::2], ring[1::2])))
