"""Damage to image chips and label rasters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

from chipwright.tests.core.dataset_reading import pixels
from chipwright.tests.core.making import gdal_raising

from .datasets import STATE, Dataset, change, codes, findings, replace, write_chip, write_pixels

CHIP, LABEL = "images/000000001.tif", "labels/000000001.tif"


def test_a_jpeg_that_was_cut_off_is_found(dataset: Dataset) -> None:
    folder = dataset("YOLO")
    driver = gdal.GetDriverByName("JPEG")
    driver.CreateCopy(str(folder / "images/val/1.jpg"), gdal.Open(str(folder / "images/val/1.tif")))
    (folder / "images/val/1.tif").unlink()
    assert codes(folder) == []
    chip = folder / "images/val/1.jpg"
    chip.write_bytes(chip.read_bytes()[:-20])
    assert findings(folder) == [("image-unreadable", "images/val/1.jpg")]


@pytest.mark.parametrize("raising", [False, True])
@pytest.mark.parametrize("kept", [0, 100, 2000])
def test_a_chip_that_was_cut_off_is_found(dataset: Dataset, kept: int, raising: bool) -> None:
    folder = dataset("Export_Tiles")
    (folder / CHIP).write_bytes((folder / CHIP).read_bytes()[:kept])
    with gdal_raising(raising):
        assert findings(folder) == [("image-unreadable", CHIP)]


def test_a_picture_that_points_elsewhere_is_not_followed(dataset: Dataset) -> None:
    folder = dataset("Export_Tiles")
    elsewhere = folder.parent / "elsewhere.tif"
    (folder / CHIP).rename(elsewhere)
    gdal.GetDriverByName("VRT").CreateCopy(str(folder / CHIP), gdal.Open(str(elsewhere)))
    assert findings(folder) == [("image-unreadable", CHIP)]


@pytest.mark.parametrize(
    ("side", "bands", "dtype", "code"),
    [
        (33, 3, "uint8", "chip-size-differs"),
        (32, 4, "uint8", "chip-bands-differ"),
        (32, 3, "uint16", "chip-type-differs"),
    ],
)
def test_a_chip_that_is_unlike_the_first_is_found(
    dataset: Dataset, side: int, bands: int, dtype: str, code: str
) -> None:
    folder = dataset("Export_Tiles")
    write_chip(folder / CHIP, side, bands, dtype)
    assert findings(folder) == [(code, CHIP)]


def test_chips_of_features_may_have_any_size(dataset: Dataset) -> None:
    folder = dataset("Imagenet")
    write_chip(folder / "images/pool/000000001.tif", side=5)
    assert codes(folder) == ["chip-size-differs"]
    change(
        folder / "esri_model_definition.emd", lambda emd: emd.update(CropTileMode="Variable_Size")
    )
    assert codes(folder) == []


def test_a_dataset_without_chips_is_found(dataset: Dataset) -> None:
    folder = dataset("Export_Tiles")
    for path in folder.glob("images/*"):
        path.unlink()
    (folder / "map.txt").write_bytes(b"")
    assert codes(folder) == ["no-images", "count-differs"]


def test_checking_leaves_no_files_behind(dataset: Dataset) -> None:
    folder = dataset("Classified_Tiles")
    before = sorted(folder.rglob("*"))
    assert codes(folder) == [] and sorted(folder.rglob("*")) == before


def test_a_class_that_the_definition_does_not_know_is_found(dataset: Dataset) -> None:
    folder = dataset("Classified_Tiles")
    write_pixels(folder / LABEL, np.full((1, 32, 32), 7, np.uint8))
    assert findings(folder) == [("unknown-class-value", LABEL)]


def test_a_label_of_another_size_is_found(dataset: Dataset) -> None:
    folder = dataset("Classified_Tiles")
    write_pixels(folder / LABEL, np.ones((1, 32, 16), np.uint8))
    assert findings(folder) == [("label-size-differs", LABEL)]


def test_a_label_in_colours_is_found(dataset: Dataset) -> None:
    folder = dataset("Classified_Tiles")
    write_pixels(folder / LABEL, np.ones((3, 32, 32), np.uint8))
    assert findings(folder) == [("label-bands", LABEL)]


@pytest.mark.parametrize("name", ["Classified_Tiles", "RCNN_Masks"])
def test_a_label_of_real_numbers_is_found(dataset: Dataset, name: str) -> None:
    folder = dataset(name)
    path = sorted(folder.glob("labels/**/000000001.tif"))[0]
    write_pixels(path, np.ones((1, 32, 32), np.float32))
    assert codes(folder) == ["label-not-integer"]


@pytest.mark.parametrize("name", ["Classified_Tiles", "RCNN_Masks"])
def test_a_label_that_was_cut_off_is_found(dataset: Dataset, name: str) -> None:
    folder = dataset(name)
    path = sorted(folder.glob("labels/**/000000001.tif"))[0]
    path.write_bytes(path.read_bytes()[:500])
    assert findings(folder) == [("image-unreadable", path.relative_to(folder).as_posix())]


def blacken(paths: list[Path]) -> None:
    for path in paths:
        write_pixels(path, np.zeros((1, 32, 32), np.uint8))


def test_class_maps_that_are_all_background_are_found(dataset: Dataset) -> None:
    folder = dataset("Classified_Tiles")
    blacken(sorted(folder.glob("labels/*.tif")))
    assert codes(folder) == ["nothing-labelled"]


def test_a_class_map_that_is_background_is_fine_among_others(dataset: Dataset) -> None:
    folder = dataset("Classified_Tiles")
    blacken([folder / LABEL])
    assert codes(folder) == []


def test_pixels_of_classes_are_counted(dataset: Dataset) -> None:
    folder = dataset("classified raster")
    changed = pixels(folder / LABEL)
    changed[0, 0, 0] = 1 if changed[0, 0, 0] == 2 else 2
    write_pixels(folder / LABEL, changed)
    assert findings(folder) == [("count-differs", STATE)] * 2


def test_numbers_of_objects_with_a_gap_are_found(dataset: Dataset) -> None:
    folder = dataset("RCNN_Masks")
    mask = folder / "labels/pool/000000000.tif"
    numbers = pixels(mask)
    assert sorted(np.unique(numbers)) == [0, 1, 2]
    numbers[numbers == 2] = 3
    write_pixels(mask, numbers)
    assert findings(folder) == [("object-numbers-with-gaps", "labels/pool/000000000.tif")]


def test_objects_that_overlap_may_lie_in_a_band_each(dataset: Dataset) -> None:
    folder = dataset("RCNN_Masks")
    numbers = np.zeros((2, 32, 32), np.uint8)
    numbers[0, :9], numbers[1, 5:] = 2, 1
    write_pixels(folder / "labels/pool/000000000.tif", numbers)
    assert codes(folder) == []


def test_a_mask_without_an_object_is_found(dataset: Dataset) -> None:
    folder = dataset("RCNN_Masks")
    blacken([folder / "labels/pool/000000001.tif"])
    assert set(codes(folder)) == {"mask-without-object", "count-differs"}


def test_a_folder_that_is_no_class_is_found(dataset: Dataset) -> None:
    folder = dataset("RCNN_Masks")
    (folder / "labels/pool").rename(folder / "labels/pond")
    text = (folder / "map.txt").read_text().replace("pool", "pond")
    (folder / "map.txt").write_text(text)
    found = findings(folder)
    assert found[0] == ("unknown-class-folder", "labels/pond")
    assert {code for code, _ in found[1:]} == {"count-differs"}


def test_masks_without_a_folder_of_their_class_are_found(dataset: Dataset) -> None:
    folder = dataset("RCNN_Masks")
    (folder / "labels/pool/000000001.tif").rename(folder / LABEL)
    replace(folder / "map.txt", "labels\\pool\\000000001", "labels\\000000001")
    assert set(codes(folder)) == {"label-without-class-folder", "count-differs"}


def test_a_class_of_images_that_is_not_known_is_found(dataset: Dataset) -> None:
    folder = dataset("Imagenet")
    (folder / "images/roof").rename(folder / "images/ruin")
    replace(folder / "map.txt", "roof", "ruin")
    assert set(codes(folder)) == {"unknown-class-folder", "count-differs"}


def test_single_objects_of_panoptic_masks_are_checked(dataset: Dataset) -> None:
    folder = dataset("Panoptic_Segmentation")
    mask = folder / "labels2/tree/000000000.tif"
    write_pixels(mask, pixels(mask) * 2)
    assert findings(folder) == [("object-numbers-with-gaps", "labels2/tree/000000000.tif")]


def test_a_class_that_has_no_single_objects_is_found(dataset: Dataset) -> None:
    folder = dataset("Panoptic_Segmentation")
    (folder / "labels2/tree").rename(folder / "labels2/road")
    assert findings(folder) == [("unknown-class-folder", "labels2/road")]
