from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

from chipwright.tests.docs.excerpts import described_rasters, text_of
from chipwright.tests.docs.page import rewritten
from chipwright.tests.docs.trees import tree

XML = "<layout>\n{}</layout>\n"
PART = "    <part>\n        <class>{}</class>\n    </part>\n"
MARKER = "<!-- made by make docs: {} -->\n"


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "Some_Format"
    (folder / "labels").mkdir(parents=True)
    (folder / "map.txt").write_bytes(b"a \r\nb\r\nc\r\n")
    return folder


def test_a_text_is_shown_whole_but_for_blanks_at_the_ends_of_lines(dataset: Path) -> None:
    assert text_of(dataset / "map.txt") == "a\nb\nc\n"


def test_of_entries_as_many_are_shown_as_asked_for(dataset: Path) -> None:
    assert text_of(dataset / "map.txt", most=1) == "a\n… and 2 more\n"


def test_as_many_entries_as_asked_for_are_not_shortened(dataset: Path) -> None:
    assert text_of(dataset / "map.txt", most=3) == "a\nb\nc\n"


def test_entries_of_xml_are_elements(dataset: Path) -> None:
    (dataset / "0.xml").write_text(XML.format("".join(map(PART.format, (1, 2, 3)))))
    assert text_of(dataset / "0.xml", most=1) == XML.format(PART.format(1) + "    … and 2 more\n")


def test_a_tree_has_its_folders_first(dataset: Path) -> None:
    (dataset / "labels/000.txt").touch()
    assert tree(dataset) == "├── labels/\n│   └── 000.txt\n└── map.txt\n"


def test_of_many_chips_a_tree_shows_one(dataset: Path) -> None:
    for number in range(6):
        (dataset / f"labels/00{number}.txt").touch()
    assert "│   ├── 000.txt\n│   └── … and 5 more\n" in tree(dataset)


def test_label_rasters_are_described_by_size_bands_and_values(dataset: Path) -> None:
    path = dataset / "labels/000.tif"
    raster = gdal.GetDriverByName("GTiff").Create(str(path), 3, 2, 2, gdal.GDT_Byte)
    raster.WriteArray(np.array([[[0, 1, 0]] * 2, [[0, 0, 2]] * 2]))
    del raster
    described = "labels/000.tif  3 x 2, 2 bands, uint8  0 1 2\n"
    assert described_rasters(dataset / "labels", dataset) == described


def test_only_blocks_after_markers_are_made_anew(dataset: Path) -> None:
    marker = MARKER.format("text Some_Format/map.txt, first 2")
    page = f"Prose.\n\n{marker}```\nold\n```\n\n```\nkept\n```\n"
    made = "`map.txt`:\n\n```\na\nb\n… and 1 more\n```"
    assert rewritten(page, dataset.parent) == f"Prose.\n\n{marker}{made}\n\n```\nkept\n```\n"
