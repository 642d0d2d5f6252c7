from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chipwright.core.formats import FORMATS
from chipwright.core.labels import LabelKind
from chipwright.core.preparation import Prepared, prepare, stride
from chipwright.core.progress import StopSignal
from chipwright.core.request import Size

from .exporting import Listener, chip_request, classes, features
from .made_sources import Row, box, features_file, noise_file, raster_file

ROOF: Row = (box(10, 10, 30, 30), {"value": 2})


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Three chips of 64 × 64 pixels, two below."""
    return noise_file(tmp_path / "image.tif", 192, 128)


def prepared(image: Path, progress: Listener | None = None, **settings: Any) -> Prepared:
    request = chip_request(image, image.parent / "chips", **settings)
    return prepare(request, progress or Listener(), StopSignal())


def warnings(image: Path, *rows: Row, **settings: Any) -> list[str]:
    """What is said when the labels are these features."""
    progress = Listener()
    layer = features(features_file(image.parent / "labels.gpkg", rows))
    settings = {"metadata_format": "KITTI_rectangles", "input_class_data": layer, **settings}
    prepared(image, progress, **settings)
    return progress.warnings


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Size(0, 0), Size(64, 32)),
        (Size(0, 5), Size(64, 5)),
        (Size(5, 0), Size(5, 32)),
        (Size(100, 200), Size(100, 200)),
    ],
)
def test_a_stride_of_0_is_that_of_the_tile(given: Size, expected: Size) -> None:
    request = chip_request(Path("a.tif"), Path("b"), tile_size=Size(64, 32), stride_size=given)
    assert stride(request) == expected


def test_places_are_counted_before_anything_is_read(image: Path) -> None:
    assert prepared(image).plan.place_count == 6


def test_nothing_is_written(image: Path) -> None:
    layer = features(features_file(image.parent / "labels.gpkg", [ROOF]))
    before = sorted(image.parent.iterdir())
    prepared(image, metadata_format="RCNN_Masks", input_class_data=layer)
    assert sorted(image.parent.iterdir()) == before


def test_without_a_mask_there_is_none(image: Path) -> None:
    assert prepared(image).mask is None


def test_a_format_without_labels_has_no_label_source(image: Path) -> None:
    assert prepared(image).labels is None


@pytest.mark.parametrize("name", [name for name in FORMATS if FORMATS[name].needs_labels])
def test_features_are_labels_of_every_format_with_labels(image: Path, name: str) -> None:
    layer = features(features_file(image.parent / "labels.gpkg", [ROOF]))
    labels = prepared(image, metadata_format=name, input_class_data=layer).labels
    assert labels is not None and labels.from_features


def test_a_classified_raster_is_no_features(image: Path) -> None:
    raster = raster_file(image.parent / "classes.tif", np.ones((1, 128, 192), np.uint8))
    settings = {"metadata_format": "Classified_Tiles", "input_class_data": classes(raster)}
    dataset = prepared(image, **settings).dataset
    assert dataset.has_labels and not dataset.from_features


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, kind in FORMATS.items()
        if kind.needs in (LabelKind.OBJECTS, LabelKind.INSTANCE_MASKS)
    ],
)
def test_objects_of_a_classified_raster_are_counted(image: Path, name: str) -> None:
    raster = raster_file(image.parent / "classes.tif", np.ones((1, 128, 192), np.uint8))
    assert prepared(
        image, metadata_format=name, input_class_data=classes(raster)
    ).dataset.from_features


def test_8_bit_pictures_have_bands_without_names(image: Path) -> None:
    assert prepared(image).dataset.band_names == ("", "", "")


def test_nothing_is_said_of_flawless_labels(image: Path) -> None:
    assert warnings(image, ROOF) == []


def test_features_without_a_class_are_counted(image: Path) -> None:
    (warning,) = warnings(image, ROOF, (box(1, 1, 5, 5), {}), (box(40, 40, 50, 50), {}))
    assert warning.startswith("inputClassData: ") and "2" in warning


def test_features_too_large_for_the_ratio_are_counted(image: Path) -> None:
    large = (box(0, 0, 128, 64), {"value": 1})
    (warning,) = warnings(image, ROOF, large, min_polygon_overlap_ratio=0.6)
    assert warning.startswith("minPolygonOverlapRatio: ") and "1" in warning


def test_features_that_just_fit_the_ratio_are_not_counted(image: Path) -> None:
    large = (box(0, 0, 128, 64), {"value": 1})
    assert warnings(image, ROOF, large, min_polygon_overlap_ratio=0.5) == []


def test_a_changed_class_name_is_told(image: Path) -> None:
    row = (box(10, 10, 30, 30), {"value": 2, "classname": "roof/flat"})
    (warning,) = warnings(image, row)
    assert "roof/flat" in warning and "roof_flat" in warning
