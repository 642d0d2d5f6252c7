"""Loads datasets with readers that others wrote, and prints what these read as JSON.

A script for the Python of build/readers, which has the readers and does not know chipwright:

    python loading.py [READER FOLDER]...

The answer has an item for each dataset; a reader that fails leaves its message in it.
"""

from __future__ import annotations

import json
import sys
import traceback
import warnings
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

Item = dict[str, Any]

BLOCKS = 4
"""An image is told by the means of so many blocks along each side."""


class KittiObject(NamedTuple):
    """A line of a label file, with the columns and types of the KITTI devkit's readme."""

    type: str
    truncated: float
    occluded: int
    alpha: float
    left: float
    top: float
    right: float
    bottom: float
    height: float
    width: float
    length: float
    x: float
    y: float
    z: float
    rotation_y: float


def with_pycocotools(folder: Path) -> Item:
    from pycocotools import mask
    from pycocotools.coco import COCO

    reader = COCO(str(folder / "annotations" / "instances_train.json"))

    def seen(annotation: Item) -> Item:
        left, top, width, height = annotation["bbox"]
        return {
            "class_name": reader.cats[annotation["category_id"]]["name"],
            "box": [left, top, left + width, top + height],
            "area": annotation["area"],
            "polygons": annotation["segmentation"],
            "mask": runs(reader.annToMask(annotation)),
            "mask_box": mask.toBbox(reader.annToRLE(annotation)).tolist(),
        }

    images = {
        image["file_name"]: {
            "size": [image["width"], image["height"]],
            "objects": [seen(it) for it in reader.loadAnns(reader.getAnnIds([image["id"]]))],
        }
        for image in reader.loadImgs(reader.getImgIds())
    }
    return {"classes": [it["name"] for it in reader.cats.values()], "images": images}


def coco_with_supervision(folder: Path) -> Item:
    from supervision import DetectionDataset

    annotations = folder / "annotations" / "instances_train.json"
    return detections(
        DetectionDataset.from_coco(str(folder / "images" / "train"), str(annotations))
    )


def voc_with_supervision(folder: Path) -> Item:
    from supervision import DetectionDataset

    dataset = DetectionDataset.from_pascal_voc(str(folder / "images"), str(folder / "labels"))
    # It takes VOC's own datasets, which count pixels from 1; those of the service count from 0.
    for found in dataset.annotations.values():
        found.xyxy[:, :2] += 1
    return detections(dataset)


def yolo_with_supervision(folder: Path) -> Item:
    return _yolo(folder, is_obb=False)


def obb_with_supervision(folder: Path) -> Item:
    return _yolo(folder, is_obb=True)


def _yolo(folder: Path, is_obb: bool) -> Item:
    from supervision import DetectionDataset

    images, labels = folder / "images" / "train", folder / "labels" / "train"
    return detections(
        DetectionDataset.from_yolo(
            str(images), str(labels), str(folder / "data.yaml"), is_obb=is_obb
        )
    )


def detections(dataset: Any) -> Item:
    """What supervision found."""
    images = {
        Path(path).name: {**picture(image[..., ::-1]), "objects": list(_detected(found))}
        for path, image, found in dataset
    }
    return {"classes": list(dataset.classes), "images": images}


def _detected(found: Any) -> Iterable[Item]:
    for number in range(len(found)):
        seen = found[number]
        item: Item = {"class_name": str(seen.data["class_name"][0]), "box": seen.xyxy[0].tolist()}
        if seen.mask is not None:
            item["mask"] = runs(seen.mask[0])
        if "area" in seen.data:
            item["area"] = float(seen.data["area"][0])
        if "xyxyxyxy" in seen.data:
            item["corners"] = seen.data["xyxyxyxy"][0].tolist()
        yield item


def folders_with_supervision(folder: Path) -> Item:
    """An image's object is the folder that it lies in."""
    from supervision import ClassificationDataset

    dataset = ClassificationDataset.from_folder_structure(str(folder / "images"))
    images = {
        Path(path).name: {
            **picture(image[..., ::-1]),
            "objects": [{"class_name": dataset.classes[found.class_id[0]]}],
        }
        for path, image, found in dataset
    }
    return {"classes": list(dataset.classes), "images": images}


def kitti_like_the_devkit(folder: Path) -> Item:
    """Parsed here: no reader of these labels is both light and at ease with padded columns."""
    from numpy import asarray
    from PIL import Image

    images, endings = {}, {".tif", ".png", ".jpg"}
    for path in sorted(it for it in (folder / "images").iterdir() if it.suffix in endings):
        lines = (folder / "labels" / f"{path.stem}.txt").read_text("ascii").splitlines()
        objects = [kitti_object(line) for line in lines]
        images[path.name] = {
            **picture(asarray(Image.open(path))),
            "objects": [{"class_name": it.type, "box": it[4:8]} for it in objects],
        }
    names = {it["class_name"] for image in images.values() for it in image["objects"]}
    return {"classes": sorted(names), "images": images}


def kitti_object(line: str) -> KittiObject:
    """
    >>> kitti_object("  7 0.00 0 0    0.00    1.50   20.25  448.00 0 0 0 0 0 0 0").bottom
    448.0
    """
    kind, truncated, occluded, *numbers = line.split()
    return KittiObject(kind, float(truncated), int(occluded), *map(float, numbers))


def picture(pixels: Any) -> Item:
    """Size of an image (row, column, band), and the mean of each block of it."""
    rows, columns, bands = pixels.shape
    blocks = pixels.reshape(BLOCKS, rows // BLOCKS, BLOCKS, columns // BLOCKS, bands)
    return {"size": [columns, rows], "means": blocks.mean(axis=(1, 3)).tolist()}


def runs(mask: Any) -> list[int]:
    """Lengths of 0, 1, 0, … in a mask, row by row."""
    from numpy import diff, flatnonzero

    flat = mask.astype("int8").ravel()
    edges = flatnonzero(diff(flat, prepend=0)).tolist()
    bounds = [0, *edges, len(flat)]
    return [end - begin for begin, end in zip(bounds, bounds[1:])]


READERS: dict[str, Callable[[Path], Item]] = {
    "pycocotools": with_pycocotools,
    "supervision coco": coco_with_supervision,
    "supervision voc": voc_with_supervision,
    "supervision yolo": yolo_with_supervision,
    "supervision obb": obb_with_supervision,
    "supervision folders": folders_with_supervision,
    "devkit columns": kitti_like_the_devkit,
}


def load(reader: str, folder: str) -> Item:
    try:
        return READERS[reader](Path(folder))
    except Exception:
        return {"failure": traceback.format_exc()}


def main(arguments: list[str]) -> None:
    warnings.simplefilter("ignore")  # supervision would like to have OpenCV
    with redirect_stdout(sys.stderr):  # pycocotools tells how it gets on
        loaded = [load(*pair) for pair in zip(arguments[::2], arguments[1::2])]
    json.dump(loaded, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
