"""What the label files of a dataset hold, chip by chip: objects or pixels of each class."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from lxml import etree

from .dataset_reading import Box, chips, kitti_boxes, layout_boxes, pixels, voc_boxes

Values = Mapping[str, int]
"""Class values by name."""
Counts = Counter[int]
"""How many objects (or pixels) there are of each class value."""
YOLO = ("YOLO", "YOLO_OBB", "YOLO_Segmentation")


def label_counts(folder: Path, metadata_format: str, values: Values) -> list[Counts]:
    """Of each chip, in the order of the chips; nothing where the format has no labels."""
    if metadata_format == "COCO":
        return _coco(folder)
    read = _BY_FORMAT.get(metadata_format)
    return [] if read is None else [read(folder, image, values) for image in chips(folder)]


def mask_counts(folder: Path, inside: str, image: Path, values: Values) -> Counts:
    """Single objects in the masks of a chip."""
    masks = folder.glob(f"{inside}/*/{image.stem}.tif")
    return Counter({values[path.parent.name]: int(pixels(path).max()) for path in masks})


def _boxes(found: list[Box]) -> Counts:
    return Counter(box.value for box in found)


def _class_map(folder: Path, image: Path, _: Values) -> Counts:
    found, counts = np.unique(pixels(folder / f"labels/{image.stem}.tif"), return_counts=True)
    return Counter({int(value): int(count) for value, count in zip(found, counts) if value})


def _names(folder: Path, image: Path, values: Values) -> Counts:
    names = etree.parse(str(folder / f"labels/{image.stem}.xml")).findtext("object/name")
    return Counter(values[name] for name in names.split(","))


def _yolo(folder: Path, image: Path, values: Values) -> Counts:
    by_index = sorted(values.values())
    text = (folder / "labels/train" / f"{image.stem}.txt").read_text("ascii")
    return Counter(by_index[int(line.split()[0])] for line in text.splitlines())


def _coco(folder: Path) -> list[Counts]:
    found = json.loads((folder / "annotations/instances_train.json").read_bytes())
    counts: dict[int, Counts] = {image["id"]: Counter() for image in found["images"]}
    for annotation in found["annotations"]:
        counts[annotation["image_id"]][annotation["category_id"]] += 1
    return list(counts.values())


_BY_FORMAT: Mapping[str, Callable[[Path, Path, Values], Counts]] = {
    "PASCAL_VOC_rectangles": lambda f, it, _: _boxes(voc_boxes(f / f"labels/{it.stem}.xml")),
    "PASCAL_VOC_layout": lambda f, it, _: _boxes(layout_boxes(f / f"labels/{it.stem}.xml")),
    "KITTI_rectangles": lambda f, it, _: _boxes(kitti_boxes(f / f"labels/{it.stem}.txt")),
    "Labeled_Tiles": lambda f, it, _: _boxes(voc_boxes(f / f"labels/{it.stem}.xml")),
    "Imagenet": lambda f, it, values: Counter([values[it.parent.name]]),
    "MultiLabeled_Tiles": _names,
    "Classified_Tiles": _class_map,
    "Panoptic_Segmentation": _class_map,
    "RCNN_Masks": lambda f, it, values: mask_counts(f, "labels", it, values),
    **dict.fromkeys(YOLO, _yolo),
}
