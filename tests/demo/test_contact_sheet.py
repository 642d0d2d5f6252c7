from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

from chipwright.tests.demo.contact_sheet import GAP, SIDE, draw_contact_sheet
from chipwright.tests.demo.dataset import Outline
from chipwright.tests.demo.label_drawing import draw_outline

VOC = (
    "<annotation><object><name>2</name><bndbox><xmin>8.00</xmin><ymin>16.00</ymin>"
    "<xmax>24.50</xmax><ymax>32.00</ymax></bndbox></object></annotation>"
)
GREEN = (10, 200, 30)


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


def test_an_outline_is_drawn_from_corner_to_corner_and_tinted_within() -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    draw_outline(picture, Outline(2, ((8, 8), (40, 8), (40, 40))), 1, {2: GREEN})
    assert tuple(picture[8, 20]) == GREEN
    assert tuple(picture[15, 30]) == (4, 80, 12)
    assert tuple(picture[8, 8]) == (255, 255, 255)
    assert not picture[30, 15].any()


def test_an_outline_along_the_edges_of_a_chip_is_drawn_inside_it() -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    draw_outline(picture, Outline(2, ((0, 0), (64, 0), (64, 64), (0, 64))), 1, {2: GREEN})
    assert tuple(picture[63, 30]) == tuple(picture[30, 63]) == GREEN


def test_a_second_image_is_drawn_below_the_first(tmp_path: Path) -> None:
    _dataset(tmp_path, "images\\0.tif images2\\0.tif \r\n", classes=[])
    _write_tiff(tmp_path / "images2/0.tif", np.full((3, 64, 64), 77))
    draw_contact_sheet(tmp_path, tmp_path / "sheet.png", 1)
    sheet = gdal.Open(str(tmp_path / "sheet.png")).ReadAsArray()
    assert (sheet[:, GAP + SIDE // 2, GAP + SIDE // 2] == 0).all()
    assert (sheet[:, GAP + 2 * SIDE, GAP + SIDE // 2] == 77).all()


def _dataset(folder: Path, lines: str, classes: list[dict[str, object]] | None = None) -> None:
    """A dataset of one empty chip of 64 x 64 pixels and one class."""
    given = [{"Value": 2, "Name": "big house", "Color": GREEN}]
    definition = {"Classes": given if classes is None else classes}
    (folder / "labels").mkdir(parents=True)
    (folder / "map.txt").write_bytes(lines.encode())
    (folder / "esri_model_definition.emd").write_text(json.dumps(definition))
    _write_tiff(folder / "images/0.tif", np.zeros((3, 64, 64)))


def _write_tiff(path: Path, pixels: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    bands, rows, columns = pixels.shape
    kind = gdal.GDT_Byte if pixels.max() < 256 else gdal.GDT_Float32
    image = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, bands, kind)
    image.WriteArray(pixels)
