from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal

from chipwright.tests.demo.contact_sheet import GAP, SIDE, draw_contact_sheet
from chipwright.tests.demo.dataset import Box, Dataset, Mask, read_dataset

VOC = (
    "<annotation><object><name>2</name><bndbox><xmin>8.00</xmin><ymin>16.00</ymin>"
    "<xmax>24.50</xmax><ymax>32.00</ymax></bndbox></object></annotation>"
)
KITTI = "  2 0.00 0 0    8.00   16.00   24.50   32.00 0 0 0 0 0 0 0\r\n"
BOX = Box(2, 8.0, 16.0, 24.5, 32.0)


@pytest.mark.parametrize(("ending", "text"), [("xml", VOC), ("txt", KITTI)])
def test_boxes_are_read_from_text(tmp_path: Path, ending: str, text: str) -> None:
    dataset = _dataset(tmp_path, f"images\\0.tif  labels\\0.{ending}\r\n")
    (tmp_path / f"labels/0.{ending}").write_bytes(text.encode())
    assert dataset.labels(dataset.chips[0]) == [BOX]


def test_class_maps_are_read_as_values(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path, "images\\0.tif  labels\\0.tif\r\n")
    _write_tiff(tmp_path / "labels/0.tif", np.array([[[0, 2], [2, 0]]]))
    assert _mask(dataset).values.tolist() == [[0, 2], [2, 0]]


def test_instance_masks_take_their_class_from_the_folder(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path, "images\\0.tif  labels\\big house\\0.tif\r\n")
    _write_tiff(tmp_path / "labels/big house/0.tif", np.array([[[0, 1], [7, 1]]]))
    mask = _mask(dataset)
    assert mask.values.tolist() == [[0, 2], [2, 2]]
    assert mask.numbers.tolist() == [[0, 1], [7, 1]]


def test_lines_of_one_chip_are_one_chip(tmp_path: Path) -> None:
    labeled = "images\\0.tif  labels\\a\\0.tif\r\nimages\\0.tif  labels\\b\\0.tif\r\n"
    lines = labeled + "images\\1.tif\r\n"
    assert [len(it.label_files) for it in _dataset(tmp_path, lines).chips] == [2, 0]


def test_a_box_is_drawn_where_it_lies_in_the_color_of_its_class(tmp_path: Path) -> None:
    _dataset(tmp_path, "images\\0.tif  labels\\0.xml\r\n")
    (tmp_path / "labels/0.xml").write_text(VOC)
    draw_contact_sheet(tmp_path, tmp_path / "sheet.png", 1)
    sheet = gdal.Open(str(tmp_path / "sheet.png")).ReadAsArray()
    rows, columns = np.nonzero((sheet[:, :SIDE] == [[[10]], [[200]], [[30]]]).all(axis=0))
    drawn = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert drawn == tuple(GAP + side * SIDE / 64 for side in (8, 16, 24.5, 32))


def test_pixels_of_any_type_and_number_of_bands_are_drawn(tmp_path: Path) -> None:
    for number, pixels in enumerate([np.eye(64)[None] * 5e4, np.ones((5, 64, 64), np.int16)]):
        folder = tmp_path / str(number)
        _dataset(folder, "images\\0.tif\r\n", classes=[])
        _write_tiff(folder / "images/0.tif", pixels)
        draw_contact_sheet(folder, folder / "sheet.png")
        assert (folder / "sheet.png").is_file()


def _dataset(folder: Path, lines: str, classes: list[dict[str, object]] | None = None) -> Dataset:
    """A dataset of one empty chip of 64 x 64 pixels and one class."""
    given = [{"Value": 2, "Name": "big house", "Color": [10, 200, 30]}]
    definition = {"Classes": given if classes is None else classes}
    (folder / "labels").mkdir(parents=True)
    (folder / "map.txt").write_bytes(lines.encode())
    (folder / "esri_model_definition.emd").write_text(json.dumps(definition))
    _write_tiff(folder / "images/0.tif", np.zeros((3, 64, 64)))
    return read_dataset(folder)


def _mask(dataset: Dataset) -> Mask:
    (mask,) = dataset.labels(dataset.chips[0])
    assert isinstance(mask, Mask)
    return mask


def _write_tiff(path: Path, pixels: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    bands, rows, columns = pixels.shape
    kind = gdal.GDT_Byte if pixels.max() < 256 else gdal.GDT_Float32
    image = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, bands, kind)
    image.WriteArray(pixels)
