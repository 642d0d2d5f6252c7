"""Damage to the files about the dataset."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .datasets import (
    DEFINITION,
    STATE,
    Dataset,
    change,
    checked,
    codes,
    findings,
    replace,
    write_chip,
    write_text,
)

VOC = "PASCAL_VOC_rectangles"


@pytest.mark.parametrize("name", [DEFINITION, STATE, "map.txt"])
def test_a_missing_file_is_named(dataset: Dataset, name: str) -> None:
    folder = dataset(VOC)
    (folder / name).unlink()
    assert findings(folder) == [("file-missing", name)]
    assert not checked(folder).ok


def test_a_missing_summary_is_but_a_warning(dataset: Dataset) -> None:
    folder = dataset(VOC)
    (folder / "stats.txt").unlink()
    assert codes(folder) == ["summary-missing"]
    assert checked(folder).ok


@pytest.mark.parametrize("name", [DEFINITION, STATE])
@pytest.mark.parametrize("content", [b'{"half": ', b"[1, 2]", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_object_is_found(dataset: Dataset, name: str, content: bytes) -> None:
    folder = dataset(VOC)
    (folder / name).write_bytes(content)
    assert findings(folder) == [("not-json", name)]


@pytest.mark.parametrize("name", [DEFINITION, STATE, "map.txt"])
def test_a_byte_order_mark_is_found(dataset: Dataset, name: str) -> None:
    folder = dataset(VOC)
    (folder / name).write_bytes(b"\xef\xbb\xbf" + (folder / name).read_bytes())
    assert findings(folder) == [("byte-order-mark", name)]


def test_letters_beyond_ascii_are_found(dataset: Dataset) -> None:
    folder = dataset(VOC)
    replace(folder / DEFINITION, "e.g. what", "e.g. Bäume")
    assert codes(folder) == ["definition-not-ascii"]


def test_the_state_must_name_the_format(dataset: Dataset) -> None:
    folder = dataset(VOC)
    change(folder / STATE, lambda state: state.pop("MetaDataMode"))
    assert codes(folder) == ["metadata-mode-missing"]
    assert checked(folder).metadata_format == VOC


def test_two_names_of_the_format_are_found(dataset: Dataset) -> None:
    folder = dataset(VOC)
    change(folder / DEFINITION, lambda emd: emd.update(MetaDataMode="KITTI_rectangles"))
    assert codes(folder) == ["metadata-modes-differ"]


def test_a_format_that_nobody_knows_is_found(dataset: Dataset) -> None:
    folder = dataset("Export_Tiles")
    for name in (DEFINITION, STATE):
        change(folder / name, lambda content: content.update(MetaDataMode="Tiles"))
    assert "metadata-mode-unknown" in codes(folder)


@pytest.mark.parametrize("key", ["ImageHeight", "ImageWidth"])
def test_keys_that_readers_need_are_missed(dataset: Dataset, key: str) -> None:
    folder = dataset(VOC)
    change(folder / DEFINITION, lambda emd: emd.pop(key))
    assert codes(folder) == ["definition-key-missing"]


@pytest.mark.parametrize("key", ["MetaDataMode", "MinCellSize", "InputRastersProps"])
def test_keys_that_some_readers_need_are_missed(dataset: Dataset, key: str) -> None:
    folder = dataset(VOC)
    change(folder / DEFINITION, lambda emd: emd.pop(key))
    assert codes(folder) == ["definition-key-absent"]


def with_class(**entry: Any) -> dict[str, Any]:
    return {"Value": 3, "Name": "tree", "Color": [0, 0, 0], **entry}


@pytest.mark.parametrize(
    ("first", "added", "code"),
    [
        (False, with_class(Value=1), "class-values-not-ascending"),
        (False, with_class(Value=None), "class-without-value"),
        (False, with_class(Name=None), "class-without-name"),
        (False, with_class(Name="pool"), "class-name-twice"),
        (True, with_class(Value=0), "class-value-not-positive"),
        (False, with_class(), ""),
    ],
)
def test_odd_classes_are_found_and_differ_from_those_of_the_state(
    dataset: Dataset, first: bool, added: dict[str, Any], code: str
) -> None:
    folder = dataset(VOC)
    change(folder / DEFINITION, lambda emd: emd["Classes"].insert(0 if first else 9, added))
    assert codes(folder) == [code, "classes-differ"][not code :]


def test_no_classes_at_all_are_found(dataset: Dataset) -> None:
    folder = dataset(VOC)
    change(folder / DEFINITION, lambda emd: emd.update(Classes=[]))
    assert codes(folder) == ["no-classes"]


def test_statistics_that_are_no_numbers_are_found(dataset: Dataset) -> None:
    folder = dataset(VOC)
    change(folder / DEFINITION, lambda emd: emd["AllTilesStats"][1].update(Mean=float("nan")))
    assert codes(folder) == ["tile-statistics-not-finite"]


def test_statistics_of_too_few_bands_are_found(dataset: Dataset) -> None:
    folder = dataset(VOC)
    change(folder / DEFINITION, lambda emd: emd["AllTilesStats"].pop())
    assert codes(folder) == ["tile-statistics-count"]


@pytest.mark.parametrize(
    ("name", "prefix", "is_fine"), [(VOC, "", True), ("CycleGAN", "A/", False)]
)
def test_missing_statistics_are_an_error_where_readers_need_them(
    dataset: Dataset, name: str, prefix: str, is_fine: bool
) -> None:
    folder = dataset(name)
    change(folder / f"{prefix}{DEFINITION}", lambda emd: emd.pop("AllTilesStats"))
    assert findings(folder) == [("tile-statistics-missing", f"{prefix}{DEFINITION}")]
    assert checked(folder).ok is is_fine


def test_missing_statistics_are_an_error_for_more_than_a_picture(dataset: Dataset) -> None:
    folder = dataset("Imagenet")
    for chip in folder.glob("images/*/*.tif"):
        write_chip(chip, bands=4)
    change(folder / DEFINITION, lambda emd: emd["InputRastersProps"]["BandNames"].append(""))
    change(folder / DEFINITION, lambda emd: emd.pop("AllTilesStats"))
    change(folder / STATE, lambda state: state.update(NumBands=4))
    assert codes(folder) == ["tile-statistics-missing"]
    assert not checked(folder).ok


def test_a_definition_of_years_ago_is_but_a_warning(dataset: Dataset) -> None:
    folder = dataset(VOC)
    classes = [{"Value": 1, "Name": "pool"}, {"Value": 2, "Name": "roof"}]
    old = {"ImageHeight": "e.g. 256", "ImageWidth": "e.g. 256", "Classes": classes}
    write_text(folder / DEFINITION, json.dumps(old))
    assert codes(folder) == ["definition-key-absent", "tile-statistics-missing"]
    assert checked(folder).ok


def test_what_is_left_of_a_replaced_dataset_is_no_unfinished_export(dataset: Dataset) -> None:
    folder = dataset("PASCAL_VOC_rectangles")
    (folder / ".chipwright" / "rubbish").mkdir(parents=True)
    assert codes(folder) == ["left-over"]


def test_an_unfinished_export_is_found(dataset: Dataset) -> None:
    folder = dataset(VOC)
    (folder / ".chipwright").mkdir()
    assert codes(folder) == ["export-unfinished"]


@pytest.mark.parametrize(
    ("name", "key"), [(DEFINITION, "ImageWidth"), (DEFINITION, "ImageHeight"), (STATE, "TileSizeX")]
)
def test_another_size_than_that_of_the_chips_is_found(
    dataset: Dataset, name: str, key: str
) -> None:
    folder = dataset(VOC)
    change(folder / name, lambda content: content.update({key: 64}))
    assert findings(folder) == [("stated-size-differs", name)]


def test_another_number_of_bands_than_that_of_the_chips_is_found(dataset: Dataset) -> None:
    folder = dataset(VOC)
    change(folder / STATE, lambda state: state.update(NumBands=4))
    assert codes(folder) == ["tile-statistics-count", "stated-bands-differ"]


def test_colours_as_names_of_the_bands_of_a_picture_are_found(dataset: Dataset) -> None:
    folder = dataset(VOC)
    names = {"RasterCount": 1, "SensorName": "", "BandNames": ["Red", "Green", "Blue"]}
    change(folder / DEFINITION, lambda emd: emd.update(InputRastersProps=names))
    assert codes(folder) == ["band-names-of-picture"] and checked(folder).ok


def test_too_few_names_of_bands_are_found(dataset: Dataset) -> None:
    folder = dataset(VOC)
    change(folder / DEFINITION, lambda emd: emd["InputRastersProps"]["BandNames"].pop())
    assert codes(folder) == ["band-names-count"]
