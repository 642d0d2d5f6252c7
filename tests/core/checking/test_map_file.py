"""Damage to the map and to the pairs of files."""

from __future__ import annotations

import shutil

import pytest

from .datasets import Dataset, codes, findings, replace, write_chip, write_text

VOC = "PASCAL_VOC_rectangles"
FIRST_LINE = "images\\000000000.tif  labels\\000000000.xml\r\n"


def test_a_chip_that_is_not_in_the_map_is_found_with_its_label(dataset: Dataset) -> None:
    folder = dataset(VOC)
    replace(folder / "map.txt", FIRST_LINE, "")
    assert findings(folder) == [
        ("image-not-in-map", "images/000000000.tif"),
        ("label-not-in-map", "labels/000000000.xml"),
    ]


def test_a_label_that_is_not_in_the_map_is_found(dataset: Dataset) -> None:
    folder = dataset(VOC)
    replace(folder / "map.txt", "  labels\\000000000.xml", " ")
    assert findings(folder) == [("label-not-in-map", "labels/000000000.xml")]


def test_a_chip_that_is_gone_is_found(dataset: Dataset) -> None:
    folder = dataset(VOC)
    (folder / "images/000000003.tif").unlink()
    assert codes(folder) == ["map-path-missing", "label-without-chip", "count-differs"]


def test_a_label_that_is_gone_is_found(dataset: Dataset) -> None:
    folder = dataset(VOC)
    (folder / "labels/000000003.xml").unlink()
    assert codes(folder) == ["map-path-missing", "count-differs"]


def test_a_line_that_pairs_two_chips_is_found(dataset: Dataset) -> None:
    folder = dataset(VOC)
    replace(folder / "map.txt", "labels\\000000000", "labels\\000000001")
    replace(
        folder / "map.txt", "000000001.tif  labels\\000000001", "000000001.tif  labels\\000000000"
    )
    assert codes(folder) == ["map-stems-differ"]


def test_a_path_out_of_the_dataset_is_a_missing_one(dataset: Dataset) -> None:
    folder = dataset(VOC)
    shutil.copy(folder / "images/000000000.tif", folder.parent / "000000000.tif")
    replace(folder / "map.txt", "images\\000000000", "..\\000000000")
    assert codes(folder) == ["map-path-missing", "image-not-in-map"]


def test_a_map_without_any_label_is_found(dataset: Dataset) -> None:
    folder = dataset(VOC)
    for path in folder.glob("labels/*"):
        path.unlink()
    write_text(folder / "map.txt", "".join(f"images\\{n:09}.tif \r\n" for n in range(4)))
    assert codes(folder) == ["map-without-labels", "nothing-labelled", "count-differs"]


def test_a_map_whose_every_line_splits_into_three_is_found(dataset: Dataset) -> None:
    folder = dataset("RCNN_Masks")
    for name in ("pool", "roof"):
        (folder / "labels" / name).rename(folder / "labels" / f"big {name}")
    for path in folder.glob("*.*"):
        write_text(path, path.read_text().replace("pool", "big pool").replace("roof", "big roof"))
    assert codes(folder) == ["map-without-plain-line"]


@pytest.mark.parametrize("name", ["Classified_Tiles", "Panoptic_Segmentation", "Labeled_Tiles"])
def test_a_chip_without_a_label_is_found_where_files_are_paired(
    dataset: Dataset, name: str
) -> None:
    folder = dataset(name)
    label = next(iter(sorted(folder.glob("labels/000000000.*"))))
    label.unlink()
    replace(folder / "map.txt", f"labels\\{label.name}", "")
    found = codes(folder)
    assert "label-missing" in found
    assert set(found) <= {"label-missing", "map-without-labels"}


def test_a_label_without_a_chip_is_found(dataset: Dataset) -> None:
    folder = dataset("Classified_Tiles")
    shutil.copy(folder / "labels/000000000.tif", folder / "labels/000000009.tif")
    assert findings(folder) == [("label-without-chip", "labels/000000009.tif")]


def test_a_lost_partner_is_found(dataset: Dataset) -> None:
    folder = dataset("change detection")
    (folder / "images2/000000000.tif").unlink()
    replace(folder / "map.txt", " images2\\000000000.tif", " ")
    assert findings(folder) == [("partner-missing", "images/000000000.tif")]


def test_a_partner_of_nothing_is_found(dataset: Dataset) -> None:
    folder = dataset("change detection")
    write_chip(folder / "images2/000000009.tif")
    assert findings(folder) == [("partner-missing", "images2/000000009.tif")]


def test_partners_of_different_size_are_found_where_they_are_compared(dataset: Dataset) -> None:
    folder = dataset("change detection")
    write_chip(folder / "images2/000000000.tif", side=8)
    assert findings(folder) == [("partner-size-differs", "images2/000000000.tif")]


def test_a_domain_that_is_missing_is_found(dataset: Dataset) -> None:
    folder = dataset("CycleGAN")
    shutil.rmtree(folder / "B")
    assert findings(folder) == [("domain-missing", "B")]


def test_findings_of_a_domain_name_its_folder(dataset: Dataset) -> None:
    folder = dataset("CycleGAN")
    (folder / "B/images/000000000.tif").write_bytes(b"II*")
    assert findings(folder) == [("image-unreadable", "B/images/000000000.tif")]
