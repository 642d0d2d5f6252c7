"""Damage to YOLO, and the reader of data.yaml."""

from __future__ import annotations

import shutil

import pytest

from chipwright.core.checking import yolo_rows
from chipwright.core.checking.yaml_text import Value, yaml_values

from .datasets import Dataset, checked, codes, findings, replace, write_chip, write_text

TRAIN = "labels/train/0.txt"


@pytest.mark.parametrize(
    ("name", "row", "code"),
    [
        ("YOLO", "2 0.5 0.5 1 0.25", "unknown-class"),
        ("YOLO", "-1 0.5 0.5 1 0.25", "unknown-class"),
        ("YOLO", "1 0.5 0.5 1.1 0.25", "not-normalised"),
        ("YOLO", "1 0.9 0.5 0.5 0.25", "not-normalised"),
        ("YOLO", "1 0.5 0.5 0 0.25", "box-empty"),
        ("YOLO", "1 0.5 0.5 nan 0.25", "box-not-numbers"),
        ("YOLO_OBB", "1 0 0 1 0 1 1 0 -1", "not-normalised"),
        ("YOLO_Segmentation", "1 0 0 1 0 1 x", "box-not-numbers"),
    ],
)
def test_an_odd_line_is_found(dataset: Dataset, name: str, row: str, code: str) -> None:
    folder = dataset(name)
    write_text(folder / TRAIN, f"{row}\n")
    assert findings(folder) == [(code, TRAIN)]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("YOLO", "1 0 0 1 0 1 1 0 1"),
        ("YOLO", "1 0.5 0.5 1"),
        ("YOLO_OBB", "1 0 0 1 0 1 1 0"),
        ("YOLO_Segmentation", "1 0 0 1 0 1 1 1"),
    ],
)
def test_a_line_of_another_kind_is_found(dataset: Dataset, name: str, row: str) -> None:
    folder = dataset(name)
    good = (folder / TRAIN).read_text()
    write_text(folder / TRAIN, f"{good}{good}{row}\n")
    assert findings(folder) == [("yolo-columns", TRAIN)]
    assert checked(folder).metadata_format == name


@pytest.mark.parametrize("name", ["YOLO", "YOLO_OBB", "YOLO_Segmentation"])
def test_the_kind_is_known_however_many_chips_come_before_the_first_with_labels(
    dataset: Dataset, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yolo_rows, "LOOKED_AT", 2)
    folder = dataset(name)
    for stem in ("-1", "-2", "-3"):  # come first
        write_text(folder / f"labels/train/{stem}.txt", "")
        write_chip(folder / f"images/train/{stem}.tif")
    assert checked(folder).metadata_format == name
    assert findings(folder) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("nc: 2", "nc: 3", ["class-count-differs"]),
        ("nc: 2\n", "", []),
        ("  1: roof\n", "", ["class-count-differs"]),
        ("  1: roof\n", "  2: roof\n", ["class-values-not-ascending"]),
        ("roof", "pool", ["class-name-twice"]),
        ("names:\n  0: pool\n  1: roof\n", "", ["no-classes"]),
        ("names:\n  0: pool\n  1: roof\n", "names: [pool, 'big roof']\n", []),
        ("names:\n  0: pool\n  1: roof\n", "names:\n- pool\n- roof\n", []),
        ("val: images/val\n", "", ["split-missing"]),
        ("images/val", "images/test", ["split-folder-missing"]),
        ("path: .", "path: /data/pools", ["path-absolute"]),
        ("path: .", "path of nothing", ["yaml-unreadable"]),
    ],
)
def test_odd_yaml_is_found(dataset: Dataset, old: str, new: str, found: list[str]) -> None:
    folder = dataset("YOLO")
    replace(folder / "data.yaml", old, new)
    assert codes(folder) == found


def test_a_label_without_a_chip_is_found(dataset: Dataset) -> None:
    folder = dataset("YOLO")
    shutil.copy(folder / TRAIN, folder / "labels/train/9.txt")
    assert findings(folder) == [("label-without-chip", "labels/train/9.txt")]


def test_a_chip_without_a_label_is_found_where_empty_labels_are_in_use(dataset: Dataset) -> None:
    folder = dataset("YOLO")
    write_chip(folder / "images/train/9.tif")
    assert findings(folder) == [("image-without-label", "images/train/9.tif")]
    (folder / "labels/val/1.txt").unlink()
    assert codes(folder) == []


def test_labels_without_an_object_are_found(dataset: Dataset) -> None:
    folder = dataset("YOLO")
    write_text(folder / TRAIN, "")
    assert codes(folder) == ["nothing-labelled"]


def test_a_chip_that_is_no_image_is_found(dataset: Dataset) -> None:
    folder = dataset("YOLO")
    write_text(folder / "images/val/1.tif", "no image")
    assert codes(folder) == ["image-unreadable"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a: 1 # one\n# two\n\nb:   x y\n", {"a": "1", "b": "x y"}),
        ('a: "x: #y"\n', {"a": "x: #y"}),
        ("a: 'it''s'\n", {"a": "it's"}),
        ("a: [1, 'b, c', \"d\"]\n", {"a": ["1", "b, c", "d"]}),
        ("a: {0: x, 1: y}\n", {"a": {"0": "x", "1": "y"}}),
        ("---\na:\n  - x\n  - y\n", {"a": ["x", "y"]}),
        ("a:\r\n  0: B\u00e4ume\r\n", {"a": {"0": "B\u00e4ume"}}),
        ("", {}),
    ],
)
def test_plain_yaml_is_read(text: str, values: dict[str, Value]) -> None:
    assert yaml_values(text) == values


@pytest.mark.parametrize("text", ["a\n", "a: x\n  - y\n", "a: [x\n  y]\n", 'a: "x\n', "a: [,,]\n"])
def test_other_yaml_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(ValueError, match="line \\d"):
        yaml_values(text)
