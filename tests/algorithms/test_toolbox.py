"""The algorithms as the toolbox shows and finds them, and the help beside their dialogs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Optional
from xml.etree import ElementTree

import pytest
from qgis.core import QgsApplication, QgsProcessingAlgorithm, QgsProcessingProvider
from qgis.gui import QgsProcessingToolboxProxyModel
from qgis.PyQt.QtCore import QModelIndex, Qt, QUrl
from qgis.PyQt.QtWidgets import QTextBrowser

from chipwright.algorithms import help_panel
from chipwright.algorithms.format_texts import PICTURES, format_texts, picture_of
from chipwright.core.request_choices import METADATA_FORMATS

EXPORT, CHECK = "Export training data for deep learning", "Check training data"
PICTURE = re.compile(r'<img src="([^"]+)"')
MOST_BYTES = 2000


@pytest.fixture
def toolbox(provider: QgsProcessingProvider) -> QgsProcessingToolboxProxyModel:
    return QgsProcessingToolboxProxyModel(None, QgsApplication.processingRegistry())


def names(
    model: QgsProcessingToolboxProxyModel, parent: Optional[QModelIndex] = None
) -> Iterator[str]:
    """Texts of all entries that have none below them."""
    parent = parent or QModelIndex()
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        if model.rowCount(index):
            yield from names(model, index)
        else:
            yield str(model.data(index, Qt.ItemDataRole.DisplayRole))


@pytest.mark.parametrize(
    "words",
    [
        *"chips training KITTI YOLO COCO VOC pascal segmentation imagenet masks dataset".split(),
        *["deep learning", "training data", "object detection", "machine learning", "export chips"],
        *["image chips", "mask rcnn", "change detection", "CycleGAN", "panoptic", "labels"],
        "exporttrainingdata",
    ],
)
def test_the_export_is_found(toolbox: QgsProcessingToolboxProxyModel, words: str) -> None:
    toolbox.setFilterString(words)
    assert EXPORT in set(names(toolbox))


@pytest.mark.parametrize("words", ["validate", "check", "verify labels", "YOLO", "KITTI", "chips"])
def test_the_check_is_found(toolbox: QgsProcessingToolboxProxyModel, words: str) -> None:
    toolbox.setFilterString(words)
    assert CHECK in set(names(toolbox))


def test_other_words_find_nothing_of_ours(toolbox: QgsProcessingToolboxProxyModel) -> None:
    toolbox.setFilterString("hillshade")
    assert {EXPORT, CHECK} & set(names(toolbox)) == set()


def test_every_algorithm_has_an_icon_of_its_own(provider: QgsProcessingProvider) -> None:
    paths = [it.svgIconPath() for it in provider.algorithms()]
    assert len(set(paths)) == len(paths) > 1
    for algorithm in provider.algorithms():
        assert Path(algorithm.svgIconPath()).is_file()
        assert not algorithm.icon().pixmap(48, 48).isNull()


@pytest.mark.parametrize("name", METADATA_FORMATS)
def test_every_format_is_told_in_a_sentence_and_a_small_picture(name: str) -> None:
    assert format_texts()[name].endswith(".")
    picture = Path(picture_of(name))
    assert picture.stat().st_size < MOST_BYTES
    assert ElementTree.parse(picture).getroot().get("viewBox") == "0 0 144 72"


def test_formats_are_told_in_the_order_of_the_dialog() -> None:
    assert tuple(format_texts()) == METADATA_FORMATS
    assert {it.stem for it in PICTURES.iterdir()} == set(METADATA_FORMATS)


def test_the_help_shows_the_picture_of_every_format(algorithm: QgsProcessingAlgorithm) -> None:
    html = algorithm.shortHelpString()
    shown = [Path(QUrl(it).toLocalFile()).stem for it in PICTURE.findall(html)]
    assert shown == list(METADATA_FORMATS)


def test_the_panel_can_draw_the_pictures_of_the_help(algorithm: QgsProcessingAlgorithm) -> None:
    panel = QTextBrowser()
    for url in PICTURE.findall(algorithm.shortHelpString()):
        assert panel.loadResource(2, QUrl(url)), "QTextDocument.ImageResource"


def test_the_command_line_has_the_help_without_html(
    algorithm: QgsProcessingAlgorithm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(help_panel, "COMMAND_LINE", QgsApplication.platform())
    text = algorithm.shortHelpString()
    assert "<" not in text
    assert [it for it in METADATA_FORMATS if f"\n- {it}: " not in text] == []
