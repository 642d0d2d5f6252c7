from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.formats import FORMATS
from chipwright.tests.docs.page import BLOCK, PAGE, PICTURES, rewritten
from chipwright.tests.docs.pictures import draw_formats
from chipwright.tests.docs.requests import export_all
from chipwright.tests.docs.sources import BUILDINGS, COLUMNS, ROWS, make_sources

TEXT = PAGE.read_text("utf-8")
SECTIONS = dict(
    re.findall(r"^### (\w+)$(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL),
)
LARGEST_PICTURE = 120_000


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("docs")
    return export_all(make_sources(folder / "scene"), folder)


def test_what_the_page_shows_is_what_is_written_today(datasets: dict[str, Path]) -> None:
    """If this fails, `make docs` and look at what changed."""
    folder = next(iter(datasets.values())).parent
    assert rewritten(TEXT, folder) == TEXT


def test_pictures_show_what_is_written_today(datasets: dict[str, Path], tmp_path: Path) -> None:
    draw_formats(datasets, tmp_path)
    for path in sorted(tmp_path.iterdir()):
        shown, drawn = _pixels(PICTURES / path.name), _pixels(path)
        assert shown.shape == drawn.shape, path.name
        assert (np.abs(shown - drawn) > 40).mean() < 0.01, path.name


def test_every_format_has_a_section_and_every_section_a_format() -> None:
    assert sorted(SECTIONS) == sorted(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_a_section_shows_the_tree_and_the_picture_of_its_format(name: str) -> None:
    assert f"<!-- made by make docs: tree {name} -->" in SECTIONS[name]
    assert f"](images/formats/{name}.jpg)" in SECTIONS[name]


@pytest.mark.parametrize("name", FORMATS)
def test_a_section_says_how_chips_and_labels_behave(name: str) -> None:
    assert {"Labels", "Chips"} <= set(
        re.findall(r"^- \*\*(.+?):\*\*", SECTIONS[name], re.MULTILINE)
    )


@pytest.mark.parametrize("name", FORMATS)
def test_the_table_of_trainers_links_to_every_format(name: str) -> None:
    table = TEXT[: TEXT.index("\n## ")]
    assert f"[`{name}`](#{name.lower()})" in table


@pytest.mark.parametrize("name", FORMATS)
def test_blocks_of_a_section_are_of_its_format(name: str) -> None:
    shown = {block[3].split("/")[0] for block in BLOCK.finditer(SECTIONS[name])}
    assert shown == {name}


def test_every_marker_has_a_block() -> None:
    assert TEXT.count("<!-- made by") == len(BLOCK.findall(TEXT))


def test_every_picture_is_shown_and_small() -> None:
    shown = set(re.findall(r"\]\(images/formats/(.+?)\)", TEXT))
    assert shown == {path.name for path in PICTURES.iterdir()}
    assert max(path.stat().st_size for path in PICTURES.iterdir()) < LARGEST_PICTURE


def test_the_scene_is_as_the_page_says() -> None:
    assert f"{COLUMNS} × {ROWS} pixels with {BUILDINGS} buildings" in TEXT


def _pixels(path: Path) -> Any:
    return gdal.Open(str(path)).ReadAsArray().astype(np.int16)
