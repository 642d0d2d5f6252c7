"""Names of classes that no path, XML, JSON, YAML or list could hold as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import bidirectional, category

import numpy as np
import pytest
from lxml import etree
from osgeo import gdal

from chipwright.core.classes import safe_name
from chipwright.core.export import export
from chipwright.core.formats import FORMATS
from chipwright.core.request import Size

from .dataset_reading import chips, definition
from .exporting import Listener, chip_request, classes, features, given_for
from .made_sources import box, features_file, noise_file, raster_file
from .making import add_table

NAMES = (
    "../../outside",
    "..",
    ".",
    "/etc/passwd",
    "C:\\Windows",
    "roof.flat",
    "road, minor",
    "  big tree ",
    "big_tree",
    "two\nlines\tand\rmore",
    "say \"x\" & <y> 'z'",
    "]]> --> %s {0} \\n #: yes",
    "Straße 木 😀",
    "e\u0301te\u0301",
    "n" * 300,
    "木" * 100,
    "Roof",
    "roof",
    "a/b",
    "a.b",
    "a_b",
    "CON",
    "null",
    "1",
    "roof\u202efdp",
    "line\u2028and\u2029page\x85",
    "\x01\x1b[31m\x9b",
    "\ufeff\ufffe\uffff",
    "COM¹",
    "aux.tif",
    "%2e%2e%2f",
    "&#0;<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>&b;",
    "- {a: !!python/object:os}",
    "=cmd|'/c calc'!A0",
    "\u05d2\u05d2",
    "long " * 200_000,
)
UNSAFE = [name for name in NAMES if safe_name(name) != name]
LABELLED = [name for name, it in FORMATS.items() if it.needs_labels]
WITH_LABELS = pytest.mark.parametrize("metadata_format", LABELLED)
WITH_FOLDERS = [name for name, it in FORMATS.items() if it.has_class_folders]
SERVICE = [name for name in LABELLED if FORMATS[name].is_service_format]
TILE = 8


class Written(NamedTuple):
    """A dataset with a chip for each name, and what was said while it was written."""

    folder: Path
    warnings: list[str]

    @property
    def names(self) -> list[str]:
        """Names of the classes, in the order of their values."""
        if (self.folder / "data.yaml").exists():
            return yaml_names(self.folder / "data.yaml")
        if (self.folder / "annotations").exists():
            content = json.loads((self.folder / "annotations/instances_train.json").read_bytes())
            return [it["name"] for it in content["categories"]]
        return [it["Name"] for it in definition(self.folder)["Classes"]]


def yaml_names(path: Path) -> list[str]:
    yaml = pytest.importorskip("yaml")
    content = yaml.safe_load(path.read_text("utf-8"))
    assert content["nc"] == len(content["names"])
    return [content["names"][number] for number in range(content["nc"])]


@pytest.fixture(scope="module")
def labels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An image, and features of classes with these names, one in the middle of each chip."""
    folder = tmp_path_factory.mktemp("sources")
    noise_file(folder / "image.tif", TILE * len(NAMES), TILE, bands=1)
    corners = (n * TILE + 2 for n in range(len(NAMES)))
    rows = [
        (box(x, 2, x + 4, 6), {"value": value, "classname": name})
        for value, (x, name) in enumerate(zip(corners, NAMES), start=1)
    ]
    features_file(folder / "labels.gpkg", rows)
    return folder


@pytest.fixture(scope="module", params=LABELLED)
def written(
    request: pytest.FixtureRequest, labels: Path, tmp_path_factory: pytest.TempPathFactory
) -> Written:
    layer = features(labels / "labels.gpkg")
    return export_to(tmp_path_factory.mktemp("written"), labels, request.param, layer)


def export_to(parent: Path, sources: Path, metadata_format: str, labels: Any) -> Written:
    listener, image = Listener(), sources / "image.tif"
    given = {**given_for(metadata_format, labels, image), "tile_size": Size(TILE, TILE)}
    export(chip_request(image, parent / "chips", **given), listener)
    return Written(parent / "chips", listener.warnings)


def test_every_class_has_a_chip(written: Written) -> None:
    assert len(chips(written.folder)) == len(NAMES)


def test_nothing_lies_outside_of_the_folder(written: Written) -> None:
    assert [path.name for path in written.folder.parent.iterdir()] == ["chips"]


def test_names_end_no_line_and_turn_no_text(written: Written) -> None:
    for name in written.names:
        assert name.splitlines() == [name]
        assert {category(each) for each in name} & {"Cc", "Cs", "Zl", "Zp"} == set()
        assert {bidirectional(each) for each in name} & {"RLO", "LRO", "RLE", "LRE", "PDF"} == set()


def test_names_are_safe(written: Written) -> None:
    assert [name for name in written.names if safe_name(name) != name] == []


def test_names_differ_by_more_than_case(written: Written) -> None:
    assert len({name.casefold() for name in written.names}) == len(NAMES)


def test_safe_names_that_nobody_else_has_stay(written: Written) -> None:
    assert {"Straße 木 😀", "Straße_木_😀"} & set(written.names)
    assert {"Roof", "null", "1"} <= set(written.names)


def test_every_changed_name_is_told_with_its_new_one(written: Written) -> None:
    changed = [(old, new) for old, new in zip(NAMES, written.names) if old.strip() != new]
    told = [it for it in written.warnings if it.startswith("inputClassData: the class ")]
    assert len(told) == len(changed) >= len(UNSAFE)
    for text, (old, new) in zip(told, changed):
        assert f"'{old.strip()[:60]}'" in text and f"'{new[:60]}'" in text


def test_folders_of_classes_are_called_as_the_classes(written: Written) -> None:
    found = {path.name for path in class_folders(written.folder)}
    assert found in (set(), set(written.names))


def class_folders(folder: Path) -> Iterator[Path]:
    for inside in ("images", "labels", "labels2"):
        found = (path for path in (folder / inside).glob("*") if path.is_dir())
        yield from (path for path in found if path.name != "train")


def test_every_xml_can_be_read(written: Written) -> None:
    for path in written.folder.rglob("*.xml"):
        etree.parse(str(path))


def test_names_in_xml_are_those_of_the_classes(written: Written) -> None:
    """Joined by commas where a chip has several; elsewhere they are class values."""
    found = [
        etree.parse(str(path)).findtext("object/name") or ""
        for path in sorted(written.folder.rglob("*.xml"))
    ]
    numbers = [str(value) for value in range(1, len(NAMES) + 1)]
    assert found in ([], [""] * len(NAMES), numbers, written.names)


def test_every_json_can_be_read(written: Written) -> None:
    paths = [path for path in written.folder.rglob("*") if path.suffix in (".json", ".emd")]
    assert all(json.loads(path.read_bytes()) for path in paths)


def test_the_map_has_a_line_for_each_label_and_its_paths_are_files(written: Written) -> None:
    if (written.folder / "map.txt").exists():
        text = (written.folder / "map.txt").read_bytes().decode("utf-8")
        lines = text.replace("\\", "/").split("\r\n")
        assert lines.pop() == "" and len(lines) % len(NAMES) == 0
        paths = [path for line in lines for path in re.split(" +", line.strip())]
        assert [path for path in paths if not (written.folder / path).is_file()] == []


def test_both_statistics_name_the_classes_alike(written: Written) -> None:
    if (written.folder / "stats.txt").exists():
        state = json.loads((written.folder / "esri_accumulated_stats.json").read_bytes())
        assert [it["ClassName"] for it in state["Classes"]] == written.names
        text = (written.folder / "stats.txt").read_bytes().decode("utf-8").split("\r\n")
        rows = text[-1 - len(NAMES) : -1]
        assert [row[: len(name)] for row, name in zip(rows, written.names)] == written.names


# other sources of names


@pytest.mark.parametrize("metadata_format", WITH_FOLDERS)
def test_names_of_a_classified_raster_are_made_safe_too(
    labels: Path, tmp_path: Path, metadata_format: str
) -> None:
    values = np.zeros((1, TILE, TILE * len(NAMES)), np.uint8)
    for number in range(len(NAMES)):
        values[0, 2:6, number * TILE + 1 : number * TILE + 7] = number + 1
    path = raster_file(tmp_path / "classes.tif", values)
    columns = [
        ("value", gdal.GFT_Integer, gdal.GFU_MinMax, range(1, len(NAMES) + 1)),
        ("classname", gdal.GFT_String, gdal.GFU_Name, NAMES),
    ]
    add_table(str(path), columns)
    (tmp_path / "out").mkdir()
    dataset = export_to(tmp_path / "out", labels, metadata_format, classes(path))
    assert [name for name in dataset.names if safe_name(name) != name] == []
    assert {path.name for path in class_folders(dataset.folder)} <= set(dataset.names)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["chips"]
    assert [it for it in dataset.warnings if "outside" in it] != []


def test_names_of_single_objects_are_made_safe_too(labels: Path, tmp_path: Path) -> None:
    image, listener = labels / "image.tif", Listener()
    plain = features_file(tmp_path / "plain.gpkg", [(box(0, 0, 9, 9), {"value": 1})])
    request = chip_request(
        image,
        tmp_path / "out" / "chips",
        metadata_format="Panoptic_Segmentation",
        input_class_data=features(plain),
        input_instance_data=features(labels / "labels.gpkg"),
        tile_size=Size(TILE, TILE),
    )
    export(request, listener)
    found = definition(tmp_path / "out/chips")["Panoptic_Segmentation_Instance_Classes"]
    names = [it["Name"] for it in found]
    assert {path.name for path in class_folders(tmp_path / "out/chips")} == set(names)
    assert [name for name in names if safe_name(name) != name] == [] and len(names) == len(NAMES)
    assert len([it for it in listener.warnings if it.startswith("inputInstanceData: the class")])


@pytest.mark.parametrize("metadata_format", ["Export_Tiles", "CycleGAN"])
def test_formats_without_classes_say_nothing_of_names(
    labels: Path, tmp_path: Path, metadata_format: str
) -> None:
    given = given_for(metadata_format, features(labels / "labels.gpkg"), labels / "image.tif")
    listener = Listener()
    request = chip_request(
        labels / "image.tif", tmp_path / "chips", tile_size=Size(TILE, TILE), **given
    )
    export(request, listener)
    assert listener.warnings == []
