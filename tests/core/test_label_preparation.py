"""What is made of label data, and what the user is told of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest

from chipwright.core.errors import InvalidRequest
from chipwright.core.feature_labels import FeatureLabels
from chipwright.core.formats import FORMATS
from chipwright.core.image import image_of
from chipwright.core.instance_raster_labels import InstanceRasterLabels
from chipwright.core.label_preparation import LabeledPlaces, LabelPreparation
from chipwright.core.labels import LabelKind, LabelSource
from chipwright.core.main_object_labels import MajorityLabels, OwnFeatureLabels
from chipwright.core.panoptic_labels import PanopticLabels
from chipwright.core.progress import StopSignal
from chipwright.core.raster_labels import RasterLabels
from chipwright.core.region_labels import RegionLabels
from chipwright.core.request import FeatureSource

from .exporting import Listener, chip_request, classes, features
from .made_sources import LEFT, PIXEL, TOP, Row, box, features_file, noise_file, raster_file
from .making import editable_band, quiet, write_layer

COLUMNS, ROWS = 192, 128
ROOF: Row = (box(30, 30, 50, 50), {"value": 2})
TREE: Row = (box(100, 70, 110, 90), {"value": 5})


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Three chips of 64 × 64 pixels, two below."""
    return noise_file(tmp_path / "image.tif", COLUMNS, ROWS)


def preparation(
    image: Path, metadata_format: str, progress: Optional[Listener] = None, **settings: Any
) -> LabelPreparation:
    request = chip_request(
        image, image.parent / "chips", metadata_format=metadata_format, **settings
    )
    chip_format = FORMATS[metadata_format]
    return LabelPreparation(
        request, chip_format, image_of(request), progress or Listener(), StopSignal()
    )


def layer(image: Path, *rows: Row, name: str = "labels", epsg: int = 32633) -> FeatureSource:
    return features(features_file(image.parent / f"{name}.gpkg", rows, epsg))


def class_raster(image: Path, name: str = "classes", **names: str) -> Path:
    """Class 1 everywhere; named where a name is given."""
    path = raster_file(image.parent / f"{name}.tif", np.ones((1, ROWS, COLUMNS), np.uint8))
    if names:
        editable_band(str(path)).SetCategoryNames(["", *names.values()])
    return path


def labels(image: Path, metadata_format: str, **settings: Any) -> Optional[LabelSource]:
    return preparation(image, metadata_format, **settings).labels()


def places(image: Path, *rows: Row, **settings: Any) -> LabeledPlaces:
    given = {"input_class_data": layer(image, *rows), **settings}
    return preparation(image, "Labeled_Tiles", **given).places()


def warnings(image: Path, metadata_format: str, *rows: Row, **settings: Any) -> list[str]:
    """What is said when the labels are these features."""
    progress = Listener()
    given = {"input_class_data": layer(image, *rows), **settings}
    prepared = preparation(image, metadata_format, progress, **given)
    if prepared.request.is_per_feature:
        prepared.places()
    else:
        prepared.labels()
    return progress.warnings


def box_warnings(image: Path, *rows: Row, **settings: Any) -> list[str]:
    return warnings(image, "KITTI_rectangles", *rows, **settings)


def tile_warnings(image: Path, *rows: Row, **settings: Any) -> list[str]:
    return warnings(image, "Labeled_Tiles", *rows, **settings)


def panoptic_warnings(image: Path, *single: Row, **settings: Any) -> list[str]:
    """What is said when single objects are these features, beside a roof and a tree."""
    given = {"input_instance_data": layer(image, *single, name="single"), **settings}
    return warnings(image, "Panoptic_Segmentation", ROOF, TREE, **given)


# what labels are made of


def test_without_label_data_there_are_no_labels(image: Path) -> None:
    assert labels(image, "Export_Tiles") is None


def test_label_data_that_nobody_asks_for_are_not_looked_at(image: Path) -> None:
    gone = features(image.parent / "gone.gpkg")
    assert labels(image, "Export_Tiles", input_class_data=gone) is None


GRID_FORMATS = [
    name
    for name, it in FORMATS.items()
    if it.needs_labels and not it.needs_instances and it.needs is not LabelKind.MAIN_OBJECT
]


@pytest.mark.parametrize("name", GRID_FORMATS)
def test_features_are_labels_of_the_kind_that_the_format_needs(image: Path, name: str) -> None:
    found = labels(image, name, input_class_data=layer(image, ROOF))
    assert isinstance(found, FeatureLabels) and found.kind is FORMATS[name].needs


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Classified_Tiles", RasterLabels),
        ("MultiLabeled_Tiles", RasterLabels),
        ("Labeled_Tiles", MajorityLabels),
        ("Imagenet", MajorityLabels),
        ("KITTI_rectangles", RegionLabels),
        ("RCNN_Masks", RegionLabels),
        ("YOLO_Segmentation", RegionLabels),
    ],
)
def test_a_classified_raster_makes_what_the_format_needs(
    image: Path, name: str, kind: type
) -> None:
    assert type(labels(image, name, input_class_data=classes(class_raster(image)))) is kind


@pytest.mark.parametrize("semantic", ["features", "raster"])
@pytest.mark.parametrize("single", ["features", "raster"])
def test_panoptic_labels_are_made_of_any_two_sources(
    image: Path, semantic: str, single: str
) -> None:
    given = {
        "features": (layer(image, ROOF), FeatureLabels),
        "raster": (classes(class_raster(image)), RasterLabels),
    }
    numbered = InstanceRasterLabels if single == "raster" else FeatureLabels
    found = labels(
        image,
        "Panoptic_Segmentation",
        input_class_data=given[semantic][0],
        input_instance_data=given[single][0],
    )
    assert isinstance(found, PanopticLabels)
    assert (type(found.semantic), type(found.single)) == (given[semantic][1], numbered)


def test_each_feature_has_a_place_and_a_label(image: Path) -> None:
    found = places(image, ROOF, TREE)
    assert isinstance(found.labels, OwnFeatureLabels)
    assert found.plan.place_count == 2 and found.labels.places is found.plan


def test_places_run_from_left_to_right_in_bands_as_high_as_a_tile(image: Path) -> None:
    rows = [(box(x, y, x + 4, y + 4), {"value": 1}) for x, y in ((90, 32), (40, 60), (40, 94))]
    assert places(image, *rows).plan.feature.tolist() == [1, 0, 2]


def test_places_of_nothing_are_asked_for_by_mistake(image: Path) -> None:
    given = {"input_class_data": classes(class_raster(image))}
    with pytest.raises(ValueError, match="features"):
        preparation(image, "Labeled_Tiles", **given).places()


# features that are odd


@pytest.mark.parametrize("name", ["KITTI_rectangles", "Labeled_Tiles"])
def test_nothing_is_said_of_flawless_labels(image: Path, name: str) -> None:
    assert warnings(image, name, ROOF, TREE) == []


@pytest.mark.parametrize("name", ["KITTI_rectangles", "Labeled_Tiles"])
def test_features_without_a_class_are_counted(image: Path, name: str) -> None:
    rows = (ROOF, (box(1, 1, 5, 5), {}), (box(40, 40, 50, 50), {}))
    (warning,) = warnings(image, name, *rows)
    assert warning.startswith("inputClassData: ") and "2" in warning


def test_single_objects_without_a_class_are_counted(image: Path) -> None:
    (warning,) = panoptic_warnings(image, ROOF, (box(40, 40, 50, 50), {}))
    assert warning.startswith("inputInstanceData: ") and "1" in warning


def test_features_too_large_for_the_ratio_are_counted(image: Path) -> None:
    large = (box(0, 0, 128, 64), {"value": 1})
    (warning,) = box_warnings(image, ROOF, large, min_polygon_overlap_ratio=0.6)
    assert warning.startswith("minPolygonOverlapRatio: ") and "1" in warning


def test_features_that_just_fit_the_ratio_are_not_counted(image: Path) -> None:
    large = (box(0, 0, 128, 64), {"value": 1})
    assert box_warnings(image, ROOF, large, min_polygon_overlap_ratio=0.5) == []


@pytest.mark.parametrize("name", ["KITTI_rectangles", "Labeled_Tiles"])
def test_a_layer_without_a_system_is_taken_to_be_in_that_of_the_image(
    image: Path, name: str
) -> None:
    corners = (LEFT + 15, TOP - 25, LEFT + 25, TOP - 15)
    with quiet():
        path = write_layer(image.parent / "plain.gpkg", [box(*corners)], {"value": [2]}, epsg=None)
    (warning,) = warnings(image, name, ROOF, input_class_data=FeatureSource(path))
    assert warning.startswith("inputClassData: has no coordinate system")


# features without a place


NEAR_THE_EDGE: Row = (box(10, 40, 20, 50), {"value": 2})


def test_features_whose_chip_would_leave_the_image_are_counted(image: Path) -> None:
    (warning,) = tile_warnings(image, ROOF, NEAR_THE_EDGE)
    assert warning.startswith("inputClassData: 1 ") and "fixChipSize=false" in warning


def test_features_whose_chip_lies_beside_the_image_are_not_counted(tmp_path: Path) -> None:
    """They are no more missed than those at the other end of the country."""
    wide = noise_file(tmp_path / "wide.tif", 1000, 64)
    beside = (box(1070, 20, 1080, 30), {"value": 2})
    assert tile_warnings(wide, (box(60, 28, 68, 36), {"value": 2}), beside) == []


def test_features_whose_chip_would_leave_the_image_have_no_place(image: Path) -> None:
    assert places(image, NEAR_THE_EDGE, ROOF).plan.feature.tolist() == [1]


def test_cropped_chips_never_leave_the_image(image: Path) -> None:
    rows = (NEAR_THE_EDGE, (box(-50, -50, 500, 500), {"value": 1}))
    assert tile_warnings(image, *rows, fix_chip_size=False) == []


BESIDE: Row = (box(-12, 40, -2, 50), {"value": 2})


@pytest.mark.parametrize("fix_chip_size", [True, False])
def test_features_beside_the_image_have_no_place(image: Path, fix_chip_size: bool) -> None:
    found = places(image, BESIDE, ROOF, fix_chip_size=fix_chip_size)
    assert found.plan.feature.tolist() == [1]


def test_no_cropped_chip_is_missed_beside_the_image(image: Path) -> None:
    assert tile_warnings(image, ROOF, BESIDE, fix_chip_size=False) == []


@pytest.mark.parametrize(("ratio", "count"), [(0.0, 2), (0.64, 2), (0.65, 1)])
def test_features_of_which_the_chip_holds_too_little_have_no_place(
    image: Path, ratio: float, count: int
) -> None:
    """The tile around it holds 64 of 100 columns."""
    wide = (box(46, 60, 146, 80), {"value": 5})
    found = places(image, ROOF, wide, min_polygon_overlap_ratio=ratio)
    assert found.plan.place_count == count


def test_features_of_which_the_chip_holds_too_little_are_counted(image: Path) -> None:
    wide = (box(46, 60, 146, 80), {"value": 5})
    (warning,) = tile_warnings(image, ROOF, wide, min_polygon_overlap_ratio=0.65)
    assert warning.startswith("minPolygonOverlapRatio: 1 ")


def test_a_cropped_chip_holds_all_of_its_feature(image: Path) -> None:
    wide = (box(46, 60, 146, 80), {"value": 5})
    given = {"min_polygon_overlap_ratio": 1.0, "fix_chip_size": False}
    assert tile_warnings(image, ROOF, wide, **given) == []


def test_a_cropped_chip_holds_too_little_of_what_leaves_the_image(image: Path) -> None:
    across = (box(-30, 40, 20, 60), {"value": 5})
    given = {"min_polygon_overlap_ratio": 0.5, "fix_chip_size": False}
    (warning,) = tile_warnings(image, ROOF, across, **given)
    assert warning.startswith("minPolygonOverlapRatio: 1 ")


# classified rasters that are odd


@pytest.mark.parametrize("name", ["Classified_Tiles", "Labeled_Tiles", "RCNN_Masks"])
def test_a_raster_elsewhere_is_refused(image: Path, name: str) -> None:
    far = (LEFT + 90_000, PIXEL, 0.0, TOP, 0.0, -PIXEL)
    path = raster_file(image.parent / "far.tif", np.ones((1, 9, 9), np.uint8), far)
    with pytest.raises(InvalidRequest, match="^inputClassData: .* does not lie on"):
        labels(image, name, input_class_data=classes(path))


def test_a_raster_of_single_objects_elsewhere_is_refused(image: Path) -> None:
    far = (LEFT + 90_000, PIXEL, 0.0, TOP, 0.0, -PIXEL)
    path = raster_file(image.parent / "far.tif", np.ones((1, 9, 9), np.uint8), far)
    given = {"input_class_data": layer(image, ROOF), "input_instance_data": classes(path)}
    with pytest.raises(InvalidRequest, match="^inputInstanceData: .* does not lie on"):
        labels(image, "Panoptic_Segmentation", **given)


@pytest.mark.parametrize(
    "name", ["Classified_Tiles", "Labeled_Tiles", "RCNN_Masks", "MultiLabeled_Tiles"]
)
def test_a_share_of_a_raster_is_refused(image: Path, name: str) -> None:
    given = {"input_class_data": classes(class_raster(image)), "min_polygon_overlap_ratio": 0.5}
    with pytest.raises(InvalidRequest, match="^minPolygonOverlapRatio: "):
        labels(image, name, **given)


def test_a_share_of_single_objects_is_not_refused(image: Path) -> None:
    given = {
        "input_class_data": classes(class_raster(image)),
        "input_instance_data": layer(image, (ROOF[0], {"value": 1})),
        "min_polygon_overlap_ratio": 0.5,
    }
    found = labels(image, "Panoptic_Segmentation", **given)
    assert isinstance(found, PanopticLabels)
    assert isinstance(found.single, FeatureLabels) and found.single.min_overlap_ratio == 0.5


# names


def test_a_changed_class_name_is_told(image: Path) -> None:
    row = (ROOF[0], {"value": 2, "classname": "roof/flat"})
    (warning,) = box_warnings(image, row)
    assert "roof/flat" in warning and "roof_flat" in warning


@pytest.mark.parametrize("name", [name for name, it in FORMATS.items() if it.has_class_folders])
def test_a_blank_in_a_name_that_becomes_a_folder_is_told(image: Path, name: str) -> None:
    row = (ROOF[0], {"value": 2, "classname": "flat roof"})
    given = {}
    if FORMATS[name].needs_instances:
        given["input_instance_data"] = layer(image, ROOF, name="single")
    (warning, *others) = warnings(image, name, row, **given)
    assert warning.startswith("inputClassData: ")
    assert "'flat roof'" in warning and "'flat_roof'" in warning
    assert [it for it in others if not it.startswith("inputInstanceData: ")] == []


@pytest.mark.parametrize("name", ["KITTI_rectangles", "MultiLabeled_Tiles", "Labeled_Tiles"])
def test_a_blank_in_a_name_that_becomes_no_folder_stays(image: Path, name: str) -> None:
    row = (ROOF[0], {"value": 2, "classname": "flat roof"})
    assert warnings(image, name, row) == []


def test_a_long_name_is_told_shortened(image: Path) -> None:
    row = (ROOF[0], {"value": 2, "classname": "r" * 300})
    (warning,) = box_warnings(image, row)
    assert len(warning) < 300


def test_names_of_a_classified_raster_are_told_too(image: Path) -> None:
    progress = Listener()
    given = {"input_class_data": classes(class_raster(image, one="roof/flat"))}
    preparation(image, "Classified_Tiles", progress, **given).labels()
    (warning,) = progress.warnings
    assert "roof/flat" in warning


# single objects and their classes


def single_classes(image: Path, *single: Row, semantic: Any = None) -> dict[int, str]:
    """Names of the classes of single objects."""
    named = (ROOF[0], {"value": 2, "classname": "flat roof"})
    given = {
        "input_class_data": semantic or layer(image, named, TREE),
        "input_instance_data": layer(image, *single, name="single"),
    }
    found = labels(image, "Panoptic_Segmentation", **given)
    assert isinstance(found, PanopticLabels)
    return {entry.value: entry.name for entry in found.instance_classes.classes}


def test_single_objects_are_named_as_the_class_of_the_same_value(image: Path) -> None:
    assert single_classes(image, ROOF, TREE) == {2: "flat_roof", 5: "5"}


def test_single_objects_with_names_of_their_own_keep_them(image: Path) -> None:
    assert single_classes(image, (ROOF[0], {"value": 2, "classname": "house"})) == {2: "house"}


def test_masks_are_named_as_the_classes_of_single_objects(image: Path) -> None:
    given = {
        "input_class_data": layer(image, (ROOF[0], {"value": 2, "classname": "flat roof"})),
        "input_instance_data": layer(image, ROOF, name="single"),
    }
    found = labels(image, "Panoptic_Segmentation", **given)
    assert isinstance(found, PanopticLabels) and isinstance(found.single, FeatureLabels)
    assert found.single.classes == found.instance_classes


def test_single_objects_of_classes_that_pixels_do_not_have_are_told(image: Path) -> None:
    rows = (ROOF, (TREE[0], {"value": 7}), (box(60, 60, 70, 70), {"value": 8}))
    (warning,) = panoptic_warnings(image, *rows)
    assert warning.startswith("inputInstanceData: ") and "7, 8" in warning


def test_single_objects_of_classes_that_pixels_have_are_not_told(image: Path) -> None:
    assert panoptic_warnings(image, ROOF, TREE) == []


def test_a_raster_without_names_does_not_say_which_classes_it_has(image: Path) -> None:
    semantic = classes(class_raster(image))
    assert panoptic_warnings(image, (ROOF[0], {"value": 7}), input_class_data=semantic) == []


def test_the_class_field_of_single_objects_is_one_of_its_own(image: Path) -> None:
    rows = [(ROOF[0], {"value": 9, "kind": 2}), (TREE[0], {"value": 9, "kind": 5})]
    given = {
        "input_class_data": layer(image, ROOF, TREE),
        "input_instance_data": layer(image, *rows, name="single"),
        "instance_class_value_field": "kind",
    }
    found = labels(image, "Panoptic_Segmentation", **given)
    assert isinstance(found, PanopticLabels)
    assert [entry.value for entry in found.instance_classes.classes] == [2, 5]


def test_a_class_field_that_single_objects_do_not_have_is_refused(image: Path) -> None:
    given = {
        "input_class_data": layer(image, ROOF),
        "input_instance_data": layer(image, ROOF, name="single"),
        "instance_class_value_field": "kind",
    }
    with pytest.raises(InvalidRequest, match="^instanceClassValueField: "):
        labels(image, "Panoptic_Segmentation", **given)


def test_single_objects_far_away_are_refused(image: Path) -> None:
    far = layer(image, (box(90_000, 0, 90_010, 10), {"value": 2}), name="single")
    given = {"input_class_data": layer(image, ROOF), "input_instance_data": far}
    with pytest.raises(InvalidRequest, match="^inputInstanceData: "):
        labels(image, "Panoptic_Segmentation", **given)


def test_single_objects_that_are_points_are_buffered_like_labels(image: Path) -> None:
    points = layer(image, ("POINT (40 40)", {"value": 2}), name="single")
    given = {"input_class_data": layer(image, ROOF), "input_instance_data": points}
    with pytest.raises(InvalidRequest, match="^bufferRadius: inputInstanceData"):
        labels(image, "Panoptic_Segmentation", **given)
    found = labels(image, "Panoptic_Segmentation", **given, buffer_radius=2.0)
    assert isinstance(found, PanopticLabels) and isinstance(found.single, FeatureLabels)
    assert found.single.shapes.areas() == pytest.approx(np.pi * 4, rel=0.01)


@pytest.mark.parametrize(
    "names",
    [
        {1: "a/b", 2: "a.b"},
        {1: "Roof", 2: "roof"},
        {1: "big tree", 2: "big_tree"},
    ],
    ids=str,
)
def test_a_name_that_had_to_be_changed_is_the_same_for_single_objects(
    image: Path, names: dict[int, str]
) -> None:
    """Else the masks of the second class would be called as the pixels of the first."""
    rows = [(ROOF[0], {"value": value, "classname": name}) for value, name in names.items()]
    given = {
        "input_class_data": layer(image, *rows),
        "input_instance_data": layer(image, (ROOF[0], {"value": 2}), name="single"),
    }
    found = labels(image, "Panoptic_Segmentation", **given)
    assert isinstance(found, PanopticLabels)
    assert found.instance_classes.name_of(2) == found.classes.name_of(2)
