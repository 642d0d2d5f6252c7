"""The loaders on the page load datasets of today. Where there is no PyTorch, a class stands for its."""

from __future__ import annotations

import importlib.util
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.formats import FORMATS
from chipwright.tests.docs.page import ROOT
from chipwright.tests.docs.requests import export_all
from chipwright.tests.docs.sources import make_sources

pytest.importorskip("PIL")
TEXT = (ROOT / "docs" / "trainers.md").read_text("utf-8")
CODE = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
LOADERS = dict(re.findall(r"^### (\w+)$.*?^class (\w+)\(", TEXT, re.MULTILINE | re.DOTALL))
LIKE = {"YOLO_OBB": "YOLO", "YOLO_Segmentation": "YOLO"}
"""Formats that the loader of another loads."""
NOT_TRAINED_ON = {"PASCAL_VOC_layout"}
BOXES = ("PASCAL_VOC_rectangles", "KITTI_rectangles", "COCO")


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("trainers")
    return export_all(make_sources(folder / "scene"), folder)


@pytest.fixture(scope="module")
def page() -> Iterator[dict[str, Any]]:
    """What the page defines."""
    stand_ins = {} if importlib.util.find_spec("torch") else _stand_ins()
    sys.modules.update(stand_ins)
    names: dict[str, Any] = {"__name__": "trainers"}
    for code in CODE:
        exec(compile(code, "trainers.md", "exec"), names)
    yield names
    for name in stand_ins:
        del sys.modules[name]


def _stand_ins() -> dict[str, types.ModuleType]:
    modules = {
        name: types.ModuleType(name) for name in ("torch", "torch.utils", "torch.utils.data")
    }
    modules["torch.utils.data"].Dataset = type("Dataset", (), {})  # type: ignore[attr-defined]
    return modules


def load(page: dict[str, Any], datasets: dict[str, Path], name: str) -> list[Any]:
    """All chips with their labels."""
    dataset = page[LOADERS[LIKE.get(name, name)]](datasets[name])
    return [dataset[index] for index in range(len(dataset))]


def chips(folder: Path) -> list[Path]:
    first = "A/images" if (folder / "A").exists() else "images"
    return sorted((folder / first).rglob("*.tif"))


def test_every_format_has_a_loader() -> None:
    assert LOADERS.keys() | LIKE.keys() | NOT_TRAINED_ON == FORMATS.keys()


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in NOT_TRAINED_ON])
def test_chips_are_those_of_the_dataset(
    page: dict[str, Any], datasets: dict[str, Path], name: str
) -> None:
    loaded = load(page, datasets, name)
    written = chips(datasets[name])
    assert len(loaded) == len(written) > 0
    for (chip, _), path in zip(loaded, written):
        pixels = gdal.Open(str(path)).ReadAsArray()
        assert chip.dtype == np.float32
        np.testing.assert_array_equal(np.rint(chip * 255), pixels)


def test_boxes_of_all_formats_are_the_same(page: dict[str, Any], datasets: dict[str, Path]) -> None:
    pascal, kitti, coco = (load(page, datasets, name) for name in BOXES)
    assert sum(len(label["labels"]) for _, label in pascal) == 28  # as docs/formats.md shows
    for (_, one), (_, other), (_, third) in zip(pascal, kitti, coco):
        np.testing.assert_array_equal(one["labels"], other["labels"])
        np.testing.assert_array_equal(one["labels"], third["labels"])
        np.testing.assert_allclose(one["boxes"], other["boxes"], atol=0.011)
        np.testing.assert_allclose(one["boxes"], third["boxes"], atol=0.021)
        assert len(third["polygons"]) == len(third["labels"])


def test_boxes_of_yolo_are_those_of_pascal(page: dict[str, Any], datasets: dict[str, Path]) -> None:
    pairs = zip(load(page, datasets, "YOLO"), load(page, datasets, BOXES[0]))
    for (_, rows), (_, label) in pairs:
        assert [value + 1 for value, _ in rows] == list(label["labels"])
        for (_, (x, y, width, height)), box in zip(rows, label["boxes"]):
            sides = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            np.testing.assert_allclose(256 * np.array(sides), box, atol=0.02)


def test_masks_are_as_many_as_boxes_and_within_them(
    page: dict[str, Any], datasets: dict[str, Path]
) -> None:
    pairs = zip(load(page, datasets, "RCNN_Masks"), load(page, datasets, BOXES[0]))
    for (_, found), (_, label) in pairs:
        assert sorted(found["labels"]) == sorted(label["labels"])
        assert all(mask.any() for mask in found["masks"])


def test_class_maps_hold_what_masks_hold(page: dict[str, Any], datasets: dict[str, Path]) -> None:
    pairs = zip(load(page, datasets, "Classified_Tiles"), load(page, datasets, "RCNN_Masks"))
    for (_, classes), (_, found) in pairs:
        assert classes.shape == (256, 256)
        masks = found["masks"].reshape(-1, 256, 256)
        np.testing.assert_array_equal(classes > 0, masks.any(axis=0))


def test_panoptic_labels_are_classes_and_objects(
    page: dict[str, Any], datasets: dict[str, Path]
) -> None:
    labels = [label for _, label in load(page, datasets, "Panoptic_Segmentation")]
    assert {value for classes, _ in labels for value in np.unique(classes)} >= {1, 6, 7, 8}
    assert {name for _, objects in labels for name in objects} >= {"house", "tank"}


def test_classes_of_whole_chips(page: dict[str, Any], datasets: dict[str, Path]) -> None:
    values = [value for _, value in load(page, datasets, "Labeled_Tiles")]
    folders = [number for _, number in load(page, datasets, "Imagenet")]
    assert sorted(map(values.count, set(values))) == sorted(map(folders.count, set(folders)))
    names = [label for _, label in load(page, datasets, "MultiLabeled_Tiles")]
    assert {"house", "tank"} <= set().union(*names)


@pytest.mark.parametrize("name", ["Export_Tiles", "CycleGAN"])
def test_second_images_are_given_with_the_first(
    page: dict[str, Any], datasets: dict[str, Path], name: str
) -> None:
    for chip, other in load(page, datasets, name):
        assert chip.shape == other.shape
        assert (chip != other).any()
