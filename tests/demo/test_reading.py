from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal

from chipwright.tests.demo.dataset import Box, Dataset, Label, Mask, Outline, WholeChip
from chipwright.tests.demo.reading import read_dataset

BNDBOX = "<bndbox><xmin>8.00</xmin><ymin>16.00</ymin><xmax>24.50</xmax><ymax>32.00</ymax></bndbox>"
VOC = f"<annotation><object><name>2</name>{BNDBOX}</object></annotation>"
KITTI = "  2 0.00 0 0    8.00   16.00   24.50   32.00 0 0 0 0 0 0 0\r\n"
BOX = Box(2, 8.0, 16.0, 24.5, 32.0)
TRIANGLE = ((0.0, 0.0), (32.0, 0.0), (32.0, 64.0))


@pytest.mark.parametrize(("ending", "text"), [("xml", VOC), ("txt", KITTI)])
def test_boxes_are_read_from_text(tmp_path: Path, ending: str, text: str) -> None:
    dataset = _dataset(tmp_path, f"images\\0.tif  labels\\0.{ending}\r\n")
    (tmp_path / f"labels/0.{ending}").write_bytes(text.encode())
    assert _labels(dataset) == [BOX]


def test_parts_of_a_layout_are_boxes(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path, "images\\0.tif  labels\\0.xml\r\n", mode="PASCAL_VOC_layout")
    layout = f"<layout><part><class>2</class>{BNDBOX}</part></layout>"
    (tmp_path / "labels/0.xml").write_text(layout)
    assert _labels(dataset) == [BOX]


def test_names_joined_by_commas_are_classes_of_the_whole_chip(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path, "images\\0.tif  labels\\0.xml\r\n", mode="MultiLabeled_Tiles")
    names = "<annotation><object><name>big house,tree</name></object></annotation>"
    (tmp_path / "labels/0.xml").write_text(names)
    assert _labels(dataset) == [WholeChip((2, 3))]


def test_class_maps_are_read_as_values(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path, "images\\0.tif  labels\\0.tif\r\n")
    _write_tiff(tmp_path / "labels/0.tif", np.array([[[0, 2], [2, 0]]]))
    assert _mask(dataset).values.tolist() == [[0, 2], [2, 0]]


@pytest.mark.parametrize("folder", ["labels", "labels2"])
def test_instance_masks_take_their_class_from_the_folder(tmp_path: Path, folder: str) -> None:
    dataset = _dataset(tmp_path, f"images\\0.tif  {folder}\\big house\\0.tif\r\n")
    _write_tiff(tmp_path / folder / "big house/0.tif", np.array([[[0, 1], [7, 1]]]))
    mask = _mask(dataset)
    assert mask.values.tolist() == [[0, 2], [2, 2]]
    assert mask.numbers.tolist() == [[0, 1], [7, 1]]


def test_lines_of_one_chip_are_one_chip(tmp_path: Path) -> None:
    labeled = "images\\0.tif  labels\\a\\0.tif\r\nimages\\0.tif  labels\\b\\0.tif\r\n"
    lines = labeled + "images\\1.tif \r\n"
    assert [len(it.label_files) for it in _dataset(tmp_path, lines).chips] == [2, 0]


def test_a_second_image_is_a_partner(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path, "images\\0.tif images2\\0.tif  labels\\0.tif\r\n")
    (chip,) = dataset.chips
    assert chip.partner == tmp_path / "images2/0.tif"
    assert chip.label_files == (tmp_path / "labels/0.tif",)


def test_both_domains_of_an_unpaired_dataset_are_read(tmp_path: Path) -> None:
    for domain in ("A", "B"):
        _dataset(tmp_path / domain, "images\\0.tif \r\n", mode="CycleGAN")
    dataset = read_dataset(tmp_path)
    assert [dataset.caption(chip) for chip in dataset.chips] == ["A/0", "B/0"]


def test_a_chip_is_captioned_with_its_class_folder(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path, "images\\tree\\0.tif \r\n", mode="Imagenet")
    assert dataset.caption(dataset.chips[0]) == "tree/0"


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("1 0.25 0.5 0.125 0.25", Box(1, 12.0, 24.0, 20.0, 40.0)),
        ("1 0 0 0.5 0 0.5 1", Outline(1, TRIANGLE)),
    ],
)
def test_yolo_lines_are_boxes_or_polygons(tmp_path: Path, line: str, label: Label) -> None:
    names = 'train: images/train\nnc: 2\nnames:\n  0: "tree"\n  1: "big house"\n'
    (tmp_path / "data.yaml").write_text(names)
    _write_tiff(tmp_path / "images/train/0.tif", np.zeros((3, 64, 64)))
    (tmp_path / "labels/train").mkdir(parents=True)
    (tmp_path / "labels/train/0.txt").write_text(f"{line}\n")
    dataset = read_dataset(tmp_path)
    assert [it.name for it in dataset.classes.values()] == ["tree", "big house"]
    assert _labels(dataset) == [label]


def test_coco_annotations_are_boxes_and_polygons_of_their_image(tmp_path: Path) -> None:
    polygon = [number for corner in TRIANGLE for number in corner]
    here = {"image_id": 7, "category_id": 2, "bbox": [8, 16, 16.5, 16], "segmentation": [polygon]}
    content = {
        "images": [{"id": 7, "file_name": "7.tif"}],
        "annotations": [here, {**here, "image_id": 8}],
        "categories": [{"id": 2, "name": "big house"}],
    }
    (tmp_path / "annotations").mkdir()
    (tmp_path / "annotations/instances_train.json").write_text(json.dumps(content))
    dataset = read_dataset(tmp_path)
    assert dataset.chips[0].image == tmp_path / "images/train/7.tif"
    assert _labels(dataset) == [BOX, Outline(2, TRIANGLE)]


def _dataset(folder: Path, lines: str, mode: str = "") -> Dataset:
    """A dataset of two classes."""
    classes = [
        {"Value": 2, "Name": "big house", "Color": [10, 200, 30]},
        {"Value": 3, "Name": "tree", "Color": [-1, -1, -1]},
    ]
    (folder / "labels").mkdir(parents=True)
    (folder / "map.txt").write_bytes(lines.encode())
    definition = json.dumps({"Classes": classes, "MetaDataMode": mode})
    (folder / "esri_model_definition.emd").write_text(definition)
    return read_dataset(folder)


def _labels(dataset: Dataset) -> list[Label]:
    return dataset.labels(dataset.chips[0])


def _mask(dataset: Dataset) -> Mask:
    (mask,) = _labels(dataset)
    assert isinstance(mask, Mask)
    return mask


def _write_tiff(path: Path, pixels: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    bands, rows, columns = pixels.shape
    image = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, bands, gdal.GDT_Byte)
    image.WriteArray(pixels)
