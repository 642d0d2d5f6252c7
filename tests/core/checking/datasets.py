"""Datasets to be checked: written by hand, and damaged on purpose."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from chipwright.core.checking import Report, check_dataset
from chipwright.core.checking.root_files import WELL_KNOWN
from chipwright.tests.core.exporting import Listener
from chipwright.tests.core.making import random_pixels, write_raster

DEFINITION, STATE = "esri_model_definition.emd", "esri_accumulated_stats.json"
SIDE = 16
Dataset = Callable[[str], Path]
"""Gives a copy of a good dataset of a format."""


def checked(folder: Path) -> Report:
    return check_dataset(str(folder), Listener())


def codes(folder: Path) -> list[str]:
    """The kinds of findings, each once."""
    return [each.code for each in checked(folder).counts]


def findings(folder: Path) -> list[tuple[str, str]]:
    return [(finding.code, finding.path) for finding in checked(folder).findings]


def replace(path: Path, old: str, new: str) -> None:
    """Change a text once."""
    content = path.read_bytes().decode("utf-8")
    assert old in content, content
    path.write_bytes(content.replace(old, new, 1).encode("utf-8"))


def change(path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    """Change a JSON object."""
    content = json.loads(path.read_bytes())
    edit(content)
    path.write_text(json.dumps(content), "ascii")


def write_pixels(path: Path, pixels: NDArray[Any]) -> None:
    """Put another image (band, row, column) in the place of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    write_raster(path, pixels)


def write_chip(path: Path, side: int = SIDE, bands: int = 3, dtype: str = "uint8") -> None:
    write_pixels(path, random_pixels((bands, side, side), dtype))


def write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))


def write_root_files(
    folder: Path,
    metadata_format: str,
    lines: Sequence[str],
    chips: int,
    images_per_class: Optional[Mapping[tuple[int, str], int]] = None,
    **definition: Any,
) -> None:
    """The four files of a dataset, as short as readers allow; lines are those of the map."""
    classes = [] if images_per_class is None else list(images_per_class)
    band = {"Min": 0, "Max": 255, "Mean": 127.5, "StdDev": 70.1}
    emd: dict[str, Any] = {
        "MetaDataMode": metadata_format,
        "ImageHeight": SIDE,
        "ImageWidth": SIDE,
        "CropTileMode": "Fixed_Size",
        "ImageSpaceUsed": "MAP_SPACE",
        "MinCellSize": {"x": 1, "y": 1},
        "Classes": [{"Value": value, "Name": name} for value, name in classes],
        "InputRastersProps": {"RasterCount": 1, "SensorName": "", "BandNames": ["", "", ""]},
        "AllTilesStats": [{"BandName": "", **band}] * 3,
        WELL_KNOWN: ["Red"],
        **definition,
    }
    state: dict[str, Any] = {
        "NumBands": 3,
        "TileSizeX": SIDE,
        "TileSizeY": SIDE,
        "NumTiles": chips,
        "MetaDataMode": metadata_format,
        "Classes": [{"ClassValue": value, "ClassName": name} for value, name in classes],
    }
    if images_per_class is not None:
        state["FeatureStats"] = {"NumImagesPerClass": list(images_per_class.values())}
    write_text(folder / DEFINITION, json.dumps(emd))
    write_text(folder / STATE, json.dumps(state))
    write_text(folder / "stats.txt", f"images = {chips} *3*{SIDE}*{SIDE}\r\n\r\n")
    write_text(folder / "map.txt", "".join(f"{line}\r\n" for line in lines))


def voc(file_name: str, *names: str, side: int = SIDE) -> str:
    """An annotation whose objects all have the same box."""
    box = "<bndbox><xmin>0</xmin><ymin>0</ymin><xmax>16.00</xmax><ymax>16.00</ymax></bndbox>"
    objects = "".join(f"<object><name>{name}</name>{box}</object>" for name in names)
    size = f"<size><width>{side}</width><height>{side}</height><depth>3</depth></size>"
    return f"<annotation><filename>{file_name}</filename>{size}{objects}</annotation>"


def labeled_tiles(folder: Path) -> None:
    """Two chips, one of each class."""
    for stem, value in (("000000000", "1"), ("000000001", "2")):
        write_chip(folder / f"images/{stem}.tif")
        write_text(folder / f"labels/{stem}.xml", voc(f"{stem}.tif", value))
    write_root_files(folder, "Labeled_Tiles", PAIRED, 2, {(1, "pool"): 1, (2, "roof"): 1})


def multilabeled_tiles(folder: Path) -> None:
    """Two chips, the second with both classes; names of files as newer programs write them."""
    for stem, names in (("000000000000", "pool"), ("000000000001", "pool,roof")):
        write_chip(folder / f"images/{stem}.tif")
        write_text(folder / f"labels/{stem}.xml", voc(f"{stem}.tif", names))
    lines = [line.replace("000000", "000000000") for line in PAIRED]
    write_root_files(folder, "MultiLabeled_Tiles", lines, 2, {(1, "pool"): 2, (2, "roof"): 1})


PAIRED = [rf"images\{stem}.tif  labels\{stem}.xml" for stem in ("000000000", "000000001")]


def imagenet(folder: Path) -> None:
    """Two chips of one class and one of another; the map with slashes."""
    images = ["images/pool/000000000.tif", "images/pool/000000001.tif", "images/roof/000000002.tif"]
    for image in images:
        write_chip(folder / image)
    write_root_files(folder, "Imagenet", images, 3, {(1, "pool"): 2, (2, "roof"): 1})


def panoptic(folder: Path) -> None:
    """A chip with a class map and two single trees in it."""
    write_chip(folder / "images/000000000.tif")
    class_map = np.zeros((1, SIDE, SIDE), np.uint8)
    class_map[0, :4], class_map[0, 8:12, :8] = 1, 2
    trees = np.zeros((1, SIDE, SIDE), np.uint8)
    trees[0, 8:12, :4], trees[0, 8:12, 4:8] = 1, 2
    write_pixels(folder / "labels/000000000.tif", class_map)
    write_pixels(folder / "labels2/tree/000000000.tif", trees)
    instances = {"Panoptic_Segmentation_Instance_Classes": [{"Value": 2, "Name": "tree"}]}
    lines = [r"images\000000000.tif  labels\000000000.tif"]
    names = {(1, "road"): 1, (2, "tree"): 1}
    write_root_files(folder, "Panoptic_Segmentation", lines, 1, names, **instances)


def layout(folder: Path) -> None:
    """A chip with one part, as the service's page prints it."""
    write_chip(folder / "images/000000000.tif")
    box = "<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9.5</xmax><ymax>9</ymax></bndbox>"
    part = f"<part><class>1</class>{box}</part>"
    text = f"<layout><image>000000000</image><object>1</object>{part}</layout>"
    write_text(folder / "labels/000000000.xml", text)
    write_root_files(folder, "PASCAL_VOC_layout", PAIRED[:1], 1, {(1, "pool"): 1})


def change_detection(folder: Path) -> None:
    """Two pairs of chips with class maps, with world files beside them."""
    lines = []
    for stem in ("000000000", "000000001"):
        write_chip(folder / f"images/{stem}.tif")
        write_chip(folder / f"images2/{stem}.tif")
        write_pixels(folder / f"labels/{stem}.tif", np.eye(SIDE, dtype=np.uint8)[None])
        write_text(folder / f"images/{stem}.tfw", "1\n0\n0\n-1\n0\n0\n")
        write_text(folder / f"labels/{stem}.tif.aux.xml", "<PAMDataset />")
        lines.append(rf"images\{stem}.tif images2\{stem}.tif labels\{stem}.tif")
    write_root_files(folder, "Classified_Tiles", lines, 2, {(1, "changed"): 2})


def cyclegan(folder: Path) -> None:
    """Two chips to be made like one other."""
    for domain, count in (("A", 2), ("B", 1)):
        images = [f"images\\{number:09}.tif " for number in range(count)]
        for number in range(count):
            write_chip(folder / domain / f"images/{number:09}.tif")
        write_root_files(folder / domain, "CycleGAN", images, count)


def coco(folder: Path) -> None:
    """A chip to train on with a polygon, and one to judge by with nothing but a box."""
    for number, split in enumerate(("train", "val")):
        write_chip(folder / f"images/{split}/{number}.tif")
        chip = {"id": 1, "file_name": f"{number}.tif", "width": SIDE, "height": SIDE}
        found = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 15, 8.5], "area": 60.5}
        shape = {"segmentation": [[1, 2, 16, 2, 16, 10.5]]} if split == "train" else {}
        content = {
            "images": [chip],
            "annotations": [{**found, **shape, "iscrowd": 0}],
            "categories": [{"id": 1, "name": "pool"}],
        }
        write_text(folder / f"annotations/instances_{split}.json", json.dumps(content))


def yolo(folder: Path, row: str = "1 0.5 0.5 1 0.25") -> None:
    """A chip to train on and one to judge by; the second has no object."""
    for number, split, text in ((0, "train", row + "\n"), (1, "val", "")):
        write_chip(folder / f"images/{split}/{number}.tif")
        write_text(folder / f"labels/{split}/{number}.txt", text)
    text = "path: .\ntrain: images/train\nval: images/val\nnc: 2\nnames:\n  0: pool\n  1: roof\n"
    write_text(folder / "data.yaml", text)


def yolo_corners(folder: Path) -> None:
    yolo(folder, "1 0 0 1 0 1 1 0 1")


def yolo_outlines(folder: Path) -> None:
    yolo(folder, "1 0 0 1 0 1 1")


WRITTEN_BY_HAND: Mapping[str, Callable[[Path], None]] = {
    "Labeled_Tiles": labeled_tiles,
    "MultiLabeled_Tiles": multilabeled_tiles,
    "Imagenet": imagenet,
    "Panoptic_Segmentation": panoptic,
    "PASCAL_VOC_layout": layout,
    "change detection": change_detection,
    "CycleGAN": cyclegan,
    "COCO": coco,
    "YOLO": yolo,
    "YOLO_OBB": yolo_corners,
    "YOLO_Segmentation": yolo_outlines,
}
