"""existingOutput=append: a dataset goes on where it ended, or can be as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pytest

from chipwright.core.chip_format import Placement, SecondImage
from chipwright.core.dataset_parts import ROOT_FILES
from chipwright.core.errors import ChipExportError, ExportCancelled, InvalidRequest
from chipwright.core.export import export
from chipwright.core.folder_lock import FolderLock
from chipwright.core.formats import FORMATS
from chipwright.core.request import FeatureSource, RasterSource, Size

from .dataset_reading import accumulated, chips, contents, definition, pixels
from .exporting import Listener, chip_request, classes, export_chips, features, given_for, picture
from .made_sources import (
    GEOTRANSFORM,
    LEFT,
    PIXEL,
    Row,
    box,
    features_file,
    random_pixels,
    raster_file,
)

SERVICE = [name for name, it in FORMATS.items() if it.is_service_format]
BEYOND = [name for name, it in FORMATS.items() if not it.is_service_format]
OF_ONE = [name for name in SERVICE if FORMATS[name].second_image is not SecondImage.DOMAIN]
PAIRED = [name for name, it in FORMATS.items() if it.second_image is SecondImage.PARTNER]
LABELED = [name for name in OF_ONE if FORMATS[name].needs_labels]
EVERY_FORMAT = pytest.mark.parametrize("metadata_format", OF_ONE)
ROWS: list[Row] = [
    (box(4, 3, 14, 14), {"species": "oak"}),
    (box(20, 4, 45, 30), {"species": "ash"}),
    (box(6, 32, 12, 44), {"species": "oak"}),
    (box(82, 3, 95, 20), {"species": "fir"}),
    (box(100, 30, 111, 60), {"species": "ash"}),
    ("POLYGON ((84 40, 94 42, 90 58, 84 40))", {"species": "oak"}),
]
"""Three features on the first area, with no fir; three on the second."""
SECOND_LEFT, SECOND_SIZE = 80, (32, 64)
DEFINITION, STATE = "esri_model_definition.emd", "esri_accumulated_stats.json"


class Areas(NamedTuple):
    """Two images side by side, labels and a further image over both of them."""

    first: Path
    second: Path
    labels: FeatureSource
    class_map: RasterSource
    partner: RasterSource


@pytest.fixture
def areas_of(tmp_path: Path) -> Callable[..., Areas]:
    def make(dtype: str = "uint8") -> Areas:
        at = (LEFT + SECOND_LEFT * PIXEL, *GEOTRANSFORM[1:])
        columns, rows = SECOND_SIZE
        first = raster_file(tmp_path / "first.tif", random_pixels((2, 48, 64), dtype))
        values = random_pixels((2, rows, columns), dtype, seed=1)
        second = raster_file(tmp_path / "second.tif", values, at)
        drawn = np.zeros((1, 64, 120), np.uint8)
        drawn[0, 3:30, 5:40], drawn[0, 20:40, 85:100], drawn[0, 45:60, 90:110] = 2, 2, 7
        class_map = raster_file(tmp_path / "classes.tif", drawn)
        partner = raster_file(tmp_path / "partner.tif", random_pixels((1, 64, 120), "int16"))
        labels = features(features_file(tmp_path / "labels.fgb", ROWS))
        return Areas(first, second, labels, classes(class_map), picture(partner))

    return make


@pytest.fixture
def areas(areas_of: Callable[..., Areas]) -> Areas:
    return areas_of()


def settings_of(areas: Areas, metadata_format: str, from_raster: bool = False) -> dict[str, Any]:
    """Chips of 16 × 16 pixels in a format, with what it needs to be given."""
    labels = areas.class_map if from_raster else areas.labels
    given = given_for(metadata_format, labels, areas.first)
    if "input_class_data" in given and not from_raster:
        given["class_value_field"] = "species"
    if "input_instance_data" in given and not from_raster:
        given["instance_class_value_field"] = "species"
    return {**given, "tile_size": Size(16, 16), "stride_size": Size(8, 16)}


def in_two_runs(areas: Areas, folder: Path, **given: Any) -> dict[str, bytes]:
    export_chips(areas.first, folder, **given)
    export_chips(areas.second, folder, existing_output="append", **given)
    return contents(folder)


def in_one_run(areas: Areas, folder: Path, **given: Any) -> dict[str, bytes]:
    items = {"raster_items": (picture(areas.second),), "process_all_raster_items": True}
    export_chips(areas.first, folder, **items, **given)
    return contents(folder)


def difference(first: dict[str, bytes], second: dict[str, bytes]) -> list[str]:
    """Files that are not the same in both."""
    paths = first.keys() | second.keys()
    return sorted(path for path in paths if first.get(path) != second.get(path))


def tree(folder: Path) -> list[str]:
    return sorted(it.relative_to(folder).as_posix() for it in folder.rglob("*"))


# two runs are as one


@pytest.mark.parametrize("from_raster", [False, True], ids=["features", "class raster"])
@EVERY_FORMAT
def test_an_area_that_is_appended_is_as_if_both_had_been_exported_at_once(
    areas: Areas, tmp_path: Path, metadata_format: str, from_raster: bool
) -> None:
    given = settings_of(areas, metadata_format, from_raster)
    runs = (
        in_two_runs(areas, tmp_path / "two", **given),
        in_one_run(areas, tmp_path / "one", **given),
    )
    assert len(runs[0]) >= 4 + 3
    assert difference(*runs) == []


@pytest.mark.parametrize("dtype", ["uint16", "int16", "float32", "float64", "int32"])
@pytest.mark.parametrize("metadata_format", ["Export_Tiles", "KITTI_rectangles"])
def test_so_it_is_for_pixels_of_any_type(
    areas_of: Callable[..., Areas], tmp_path: Path, metadata_format: str, dtype: str
) -> None:
    areas = areas_of(dtype)
    given = settings_of(areas, metadata_format)
    runs = (
        in_two_runs(areas, tmp_path / "two", **given),
        in_one_run(areas, tmp_path / "one", **given),
    )
    assert difference(*runs) == []


@pytest.mark.parametrize("metadata_format", PAIRED)
def test_so_it_is_for_chips_with_a_second_image(
    areas: Areas, tmp_path: Path, metadata_format: str
) -> None:
    given = {**settings_of(areas, metadata_format), "additional_input_raster": areas.partner}
    runs = (
        in_two_runs(areas, tmp_path / "two", **given),
        in_one_run(areas, tmp_path / "one", **given),
    )
    assert any(path.startswith("images2/") for path in runs[0])
    assert difference(*runs) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"rotation_angle": 45.0, "metadata_format": "KITTI_rectangles"},
        {"chip_format": "MRF"},
        {"compression": "DEFLATE", "metadata_format": "Classified_Tiles"},
        {"negative_ratio": 0.0, "metadata_format": "RCNN_Masks", "process_all_raster_items": True},
        {"fix_chip_size": False, "metadata_format": "Labeled_Tiles"},
        {"blacken_around_feature": True, "metadata_format": "Imagenet"},
        {"reference_system": "PIXEL_SPACE", "metadata_format": "Classified_Tiles"},
        {"pixel_scaling": "none", "bands": (2,)},
        {"start_index": 0, "export_all_tiles": False, "metadata_format": "MultiLabeled_Tiles"},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_so_it_is_with_other_settings(
    areas: Areas, tmp_path: Path, settings: dict[str, Any]
) -> None:
    given = {**settings_of(areas, settings.get("metadata_format", "Export_Tiles")), **settings}
    given.pop("process_all_raster_items", None)
    runs = (
        in_two_runs(areas, tmp_path / "two", **given),
        in_one_run(areas, tmp_path / "one", **given),
    )
    assert difference(*runs) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"compression": "LZW"}),
        ({"compression": "DEFLATE"}, {}),
        ({"chip_format": "PNG", "png_level": 0}, {"chip_format": "PNG", "png_level": 9}),
        ({"chip_format": "PNG"}, {"chip_format": "PNG", "compression": "DEFLATE"}),
    ],
    ids=str,
)
def test_what_is_appended_may_be_compressed_otherwise(
    areas: Areas, tmp_path: Path, first: dict[str, Any], second: dict[str, Any]
) -> None:
    """Every file says itself how it is to be read."""
    given = {**settings_of(areas, "Classified_Tiles"), "bands": (1,)}
    export_chips(areas.first, tmp_path / "two", **{**given, **first})
    export_chips(areas.second, tmp_path / "two", existing_output="append", **{**given, **second})
    whole = in_one_run(areas, tmp_path / "one", **{**given, **first})
    differing = difference(contents(tmp_path / "two"), whole)
    assert {path.rpartition(".")[2] for path in differing} <= {"tif", "png"}
    for folder in ("images", "labels"):
        pairs = [sorted((tmp_path / run / folder).glob("*.[tp][in][fg]")) for run in ("one", "two")]
        assert len(pairs[0]) == len(pairs[1]) > 0
        for once, twice in zip(*pairs):
            assert np.array_equal(pixels(once), pixels(twice))


def test_so_it_is_for_areas_in_different_systems(areas: Areas, tmp_path: Path) -> None:
    """Cell sizes are told with the system they are measured in."""
    at = (14.9995, 4e-6, 0.0, 48.7529, 0.0, -3e-6)
    degrees = raster_file(tmp_path / "degrees.tif", random_pixels((2, 32, 32)), at, 4326)
    given = settings_of(areas, "Export_Tiles")
    for first, second in ((areas.first, degrees), (degrees, areas.first)):
        name = first.stem
        both = areas._replace(first=first, second=second)
        two = in_two_runs(both, tmp_path / f"two {name}", **given)
        assert difference(two, in_one_run(both, tmp_path / f"one {name}", **given)) == []


def test_each_domain_goes_on_by_itself(areas: Areas, tmp_path: Path) -> None:
    """B gets the images of A the other way round, so it is A of an export that way round."""
    given = {"metadata_format": "CycleGAN", "tile_size": Size(16, 16)}
    folder = tmp_path / "two"
    for first, second in ((areas.first, areas.second), (areas.second, areas.first)):
        policy = "append" if folder.exists() else "refuse"
        second_image = {"additional_input_raster": picture(second), "existing_output": policy}
        export_chips(first, folder, **given, **second_image)
    for domain, both in (
        ("A", areas),
        ("B", areas._replace(first=areas.second, second=areas.first)),
    ):
        one = tmp_path / f"one {domain}"
        in_one_run(both, one, **given, additional_input_raster=picture(areas.first))
        assert difference(contents(folder / domain), contents(one / "A")) == []


def test_three_runs_are_as_one_too(areas: Areas, tmp_path: Path) -> None:
    given = settings_of(areas, "RCNN_Masks")
    in_two_runs(areas, tmp_path / "three", **given)
    export_chips(areas.first, tmp_path / "three", existing_output="append", **given)
    assert definition(tmp_path / "three")["InputRastersProps"]["RasterCount"] == 3
    assert accumulated(tmp_path / "three")["NumTiles"] == 2 * 21 + 12


def test_one_worker_writes_what_four_write(areas: Areas, tmp_path: Path) -> None:
    given = settings_of(areas, "RCNN_Masks")
    runs = [
        in_two_runs(areas, tmp_path / workers, parallel_processing_factor=workers, **given)
        for workers in ("1", "4")
    ]
    assert difference(*runs) == []


def test_append_to_nothing_is_a_plain_export(areas: Areas, tmp_path: Path) -> None:
    given = settings_of(areas, "KITTI_rectangles")
    (tmp_path / "empty").mkdir()
    export_chips(areas.first, tmp_path / "plain", start_index=5, **given)
    export_chips(areas.first, tmp_path / "empty", start_index=5, existing_output="append", **given)
    assert difference(contents(tmp_path / "plain"), contents(tmp_path / "empty")) == []


def test_a_dataset_without_chips_can_be_appended_to(areas: Areas, tmp_path: Path) -> None:
    given = settings_of(areas, "KITTI_rectangles")
    nowhere = features(features_file(tmp_path / "mask.fgb", [(box(63, 0, 64, 1), {})]))
    export_chips(areas.first, tmp_path / "chips", input_mask_polygons=nowhere, **given)
    export_chips(areas.second, tmp_path / "chips", existing_output="append", **given)
    export_chips(areas.second, tmp_path / "alone", **given)
    chips_alone = [path.name for path in chips(tmp_path / "alone")]
    assert [path.name for path in chips(tmp_path / "chips")] == chips_alone


def test_a_run_without_chips_leaves_all_chips_as_they_were(areas: Areas, tmp_path: Path) -> None:
    given = settings_of(areas, "KITTI_rectangles")
    export_chips(areas.first, tmp_path / "chips", **given)
    before = contents(tmp_path / "chips")
    nowhere = features(features_file(tmp_path / "mask.fgb", [(box(90, 0, 91, 1), {})]))
    given["input_mask_polygons"] = nowhere
    export_chips(areas.second, tmp_path / "chips", existing_output="append", **given)
    after = contents(tmp_path / "chips")
    assert difference(before, after) == sorted([DEFINITION, STATE])


def test_what_is_said_counts_the_new_chips_apart(areas: Areas, tmp_path: Path) -> None:
    given = settings_of(areas, "KITTI_rectangles")
    export_chips(areas.first, tmp_path / "chips", **given)
    listener = Listener()
    settings = {**given, "existing_output": "append"}
    manifest = export(chip_request(areas.second, tmp_path / "chips", **settings), listener)
    assert (manifest.chip_count, manifest.earlier_count) == (33, 21)
    assert listener.infos[0].startswith("21 chips were there")
    assert listener.infos[1].startswith("12 chips in ")


# numbers


def test_numbers_may_leave_a_gap(areas: Areas, tmp_path: Path) -> None:
    given = settings_of(areas, "Export_Tiles")
    export_chips(areas.first, tmp_path / "chips", **given)
    given["existing_output"] = "append"
    export_chips(areas.second, tmp_path / "chips", start_index=100, **given)
    assert [int(path.stem) for path in chips(tmp_path / "chips")] == [*range(21), *range(100, 112)]


def test_after_a_gap_it_goes_on_behind_the_last(areas: Areas, tmp_path: Path) -> None:
    given = settings_of(areas, "Export_Tiles")
    export_chips(areas.first, tmp_path / "chips", start_index=4, **given)
    given["existing_output"] = "append"
    export_chips(areas.second, tmp_path / "chips", start_index=100, **given)
    assert accumulated(tmp_path / "chips")["NextTileIndex"] == 112
    export_chips(areas.second, tmp_path / "chips", **given)
    numbers = [int(path.stem) for path in chips(tmp_path / "chips")]
    assert numbers == [*range(4, 25), *range(100, 124)]


def test_a_start_right_behind_the_last_is_that_of_none(areas: Areas, tmp_path: Path) -> None:
    given = settings_of(areas, "Export_Tiles")
    in_two_runs(areas, tmp_path / "none", **given)
    export_chips(areas.first, tmp_path / "given", **given)
    given["existing_output"] = "append"
    export_chips(areas.second, tmp_path / "given", start_index=21, **given)
    assert difference(contents(tmp_path / "none"), contents(tmp_path / "given")) == []


# what is refused


class Refused(NamedTuple):
    """A request that does not fit a dataset of KITTI_rectangles (unless told otherwise)."""

    parameter: str
    settings: dict[str, Any]
    before: Mapping[str, Any] = MappingProxyType({})


NO_LABELS = {"metadata_format": "Export_Tiles", "input_class_data": None}
MAPS, OBJECTS = {"metadata_format": "Classified_Tiles"}, {"metadata_format": "Labeled_Tiles"}
CONFLICTS = {
    "a start in the midst": Refused("startIndex", {"start_index": 20}),
    "another format": Refused("metadataFormat", {"metadata_format": "PASCAL_VOC_rectangles"}),
    "wider tiles": Refused("tileSizeX", {"tile_size": Size(17, 16)}),
    "higher tiles": Refused("tileSizeY", {"tile_size": Size(16, 17)}),
    "fewer bands": Refused("bands", {"bands": (1,)}),
    "a stretch of its own": Refused("pixelScaling", {"pixel_scaling": "minmax"}),
    "another chip format": Refused("chipFormat", {"chip_format": "MRF"}),
    "cropped chips": Refused("fixChipSize", {"fix_chip_size": False}, OBJECTS),
    "chips of one size": Refused("fixChipSize", OBJECTS, {**OBJECTS, "fix_chip_size": False}),
    "black chips": Refused("blackenAroundFeature", {"blacken_around_feature": True}, OBJECTS),
    "no black chips": Refused(
        "blackenAroundFeature", OBJECTS, {**OBJECTS, "blacken_around_feature": True}
    ),
    "pixel space": Refused("referenceSystem", {"reference_system": "PIXEL_SPACE"}),
    "map space": Refused("referenceSystem", {}, {"reference_system": "PIXEL_SPACE"}),
}


@pytest.mark.parametrize("case", CONFLICTS)
def test_what_does_not_fit_is_refused_by_name(
    areas_of: Callable[..., Areas], tmp_path: Path, case: str
) -> None:
    conflict, areas = CONFLICTS[case], areas_of("uint16")
    given = {**settings_of(areas, "KITTI_rectangles"), **conflict.before}
    export_chips(areas.first, tmp_path / "chips", **given)
    before = contents(tmp_path / "chips")
    given = {**settings_of(areas, "KITTI_rectangles"), **conflict.before, **conflict.settings}
    if conflict.settings is OBJECTS or not conflict.settings:
        given = {**settings_of(areas, "KITTI_rectangles"), **conflict.settings}
    refused(areas.second, tmp_path / "chips", conflict.parameter, before, **given)


def refused(
    image: Path, folder: Path, parameter: str, before: dict[str, bytes], **given: Any
) -> InvalidRequest:
    with pytest.raises(InvalidRequest, match=rf"^{parameter}\b") as told:
        export_chips(image, folder, existing_output="append", **given)
    assert difference(before, contents(folder)) == []
    assert not (folder / ".chipwright").exists()
    return told.value


@pytest.fixture
def dataset(areas: Areas, tmp_path: Path) -> Callable[..., dict[str, bytes]]:
    """Exports the first area to the folder chips."""

    def write(metadata_format: str = "KITTI_rectangles", **more: Any) -> dict[str, bytes]:
        given = {**settings_of(areas, metadata_format), **more}
        export_chips(areas.first, tmp_path / "chips", **given)
        return contents(tmp_path / "chips")

    return write


OF_PIXELS = "Classified_Tiles Labeled_Tiles MultiLabeled_Tiles Imagenet Panoptic_Segmentation"
"""Formats in which pixels are counted where labels are pixels, and features where they are not."""


@pytest.mark.parametrize("metadata_format", OF_PIXELS.split())
def test_pixels_of_classes_do_not_go_with_features(
    areas: Areas, tmp_path: Path, dataset: Any, metadata_format: str
) -> None:
    before = dataset(metadata_format)
    given = settings_of(areas, metadata_format, from_raster=True)
    refused(areas.second, tmp_path / "chips", "inputClassData", before, **given)


@pytest.mark.parametrize("metadata_format", sorted({*LABELED} - {*OF_PIXELS.split()}))
def test_regions_of_pixels_go_with_features(
    areas: Areas, tmp_path: Path, dataset: Any, metadata_format: str
) -> None:
    """Both are counted as features; classes are called the same in both."""
    rows = [(box(4, 4, 20, 20), {"value": 2})]
    twos = features(features_file(tmp_path / "twos.fgb", rows))
    dataset(metadata_format, input_class_data=twos, class_value_field="value")
    given = settings_of(areas, metadata_format, from_raster=True)
    export_chips(areas.second, tmp_path / "chips", existing_output="append", **given)
    counted = accumulated(tmp_path / "chips")["FeatureStats"]["NumFeaturesPerClass"]
    assert len(counted) == 2


def test_features_do_not_go_with_pixels_of_classes(
    areas: Areas, tmp_path: Path, dataset: Any
) -> None:
    before = dataset("Classified_Tiles", input_class_data=areas.class_map)
    given = settings_of(areas, "Classified_Tiles")
    refused(areas.second, tmp_path / "chips", "inputClassData", before, **given)


def test_a_class_of_another_name_is_refused(areas: Areas, tmp_path: Path, dataset: Any) -> None:
    before = dataset()
    rows = [(box(90, 10, 100, 20), {"species": "beech"})]
    other = features(features_file(tmp_path / "other.fgb", rows))
    given = settings_of(areas._replace(labels=other), "KITTI_rectangles")
    error = refused(areas.second, tmp_path / "chips", "inputClassData", before, **given)
    assert "'beech'" in str(error) and "'ash'" in str(error)


@pytest.mark.parametrize("metadata_format", ["RCNN_Masks", "Imagenet", "MultiLabeled_Tiles"])
def test_a_name_of_another_class_is_refused(
    areas: Areas, tmp_path: Path, dataset: Any, metadata_format: str
) -> None:
    """Else two classes would be called the same."""
    before = dataset(metadata_format)
    rows = [(box(90, 10, 100, 20), {"species": 5, "classname": "Oak"})]
    other = features(features_file(tmp_path / "other.fgb", rows))
    given = settings_of(areas._replace(labels=other), metadata_format)
    error = refused(areas.second, tmp_path / "chips", "inputClassData", before, **given)
    assert "'Oak'" in str(error)


def test_a_single_object_of_another_name_is_refused(
    areas: Areas, tmp_path: Path, dataset: Any
) -> None:
    before = dataset("Panoptic_Segmentation")
    rows = [(box(90, 10, 100, 20), {"species": "beech"})]
    other = features(features_file(tmp_path / "other.fgb", rows))
    given = settings_of(areas, "Panoptic_Segmentation")
    given["input_instance_data"] = other
    error = refused(areas.second, tmp_path / "chips", "inputInstanceData", before, **given)
    assert "'beech'" in str(error)


def test_new_classes_are_welcome(areas: Areas, tmp_path: Path, dataset: Any) -> None:
    dataset()
    rows = [(box(90, 10, 100, 20), {"species": 9})]
    other = features(features_file(tmp_path / "other.fgb", rows))
    given = settings_of(areas._replace(labels=other), "KITTI_rectangles")
    given["existing_output"] = "append"
    export_chips(areas.second, tmp_path / "chips", **given)
    found = {it["Value"]: it["Name"] for it in definition(tmp_path / "chips")["Classes"]}
    assert found == {1: "ash", 3: "oak", 9: "9"}


def test_a_second_image_where_there_was_none_is_refused(
    areas: Areas, tmp_path: Path, dataset: Any
) -> None:
    before = dataset("Export_Tiles")
    given = {**settings_of(areas, "Export_Tiles"), "additional_input_raster": areas.partner}
    refused(areas.second, tmp_path / "chips", "additionalInputRaster", before, **given)


def test_no_second_image_where_there_was_one_is_refused(
    areas: Areas, tmp_path: Path, dataset: Any
) -> None:
    before = dataset("Export_Tiles", additional_input_raster=areas.partner)
    given = settings_of(areas, "Export_Tiles")
    refused(areas.second, tmp_path / "chips", "additionalInputRaster", before, **given)


@pytest.mark.parametrize(("bands", "dtype"), [(2, "int16"), (1, "uint16"), (1, "float32")])
def test_a_second_image_of_another_kind_is_refused(
    areas: Areas, tmp_path: Path, dataset: Any, bands: int, dtype: str
) -> None:
    before = dataset("Export_Tiles", additional_input_raster=areas.partner)
    other = raster_file(tmp_path / "other.tif", random_pixels((bands, 64, 120), dtype))
    given = {**settings_of(areas, "Export_Tiles"), "additional_input_raster": picture(other)}
    refused(areas.second, tmp_path / "chips", "additionalInputRaster", before, **given)


def test_a_second_domain_that_does_not_fit_is_refused(areas: Areas, tmp_path: Path) -> None:
    given = {"metadata_format": "CycleGAN", "tile_size": Size(16, 16)}
    folder = tmp_path / "chips"
    export_chips(areas.first, folder, additional_input_raster=areas.partner, **given)
    before = contents(folder)
    given["additional_input_raster"] = picture(areas.second)
    with pytest.raises(InvalidRequest, match="bands|additionalInputRaster"):
        export_chips(areas.second, folder, existing_output="append", **given)
    assert difference(before, contents(folder)) == []


@pytest.mark.parametrize("metadata_format", BEYOND)
def test_formats_without_the_files_of_the_service_cannot_be_appended_to(
    areas: Areas, tmp_path: Path, dataset: Any, metadata_format: str
) -> None:
    before = dataset(metadata_format)
    given = settings_of(areas, metadata_format)
    error = refused(areas.second, tmp_path / "chips", "existingOutput", before, **given)
    assert metadata_format in str(error)


def test_splits_cannot_be_appended(areas: Areas, tmp_path: Path, dataset: Any) -> None:
    before = dataset()
    given = {**settings_of(areas, "KITTI_rectangles"), "split": "80/20"}
    refused(areas.second, tmp_path / "chips", "split", before, **given)


# datasets that are damaged


@pytest.mark.parametrize("name", ["map.txt", DEFINITION, STATE])
@pytest.mark.parametrize("metadata_format", ["Export_Tiles", "RCNN_Masks"])
def test_a_dataset_without_its_files_is_refused(
    areas: Areas, tmp_path: Path, dataset: Any, metadata_format: str, name: str
) -> None:
    dataset(metadata_format)
    (tmp_path / "chips" / name).unlink()
    before = contents(tmp_path / "chips")
    given = settings_of(areas, metadata_format)
    error = refused(areas.second, tmp_path / "chips", "existingOutput", before, **given)
    assert name in str(error)


def test_a_first_chip_that_is_gone_is_told(areas: Areas, tmp_path: Path, dataset: Any) -> None:
    dataset()
    chips(tmp_path / "chips")[0].unlink()
    before = contents(tmp_path / "chips")
    given = settings_of(areas, "KITTI_rectangles")
    error = refused(areas.second, tmp_path / "chips", "existingOutput", before, **given)
    assert "000000000.tif" in str(error)


@pytest.mark.parametrize("policy", ["append", "replace"])
def test_a_dataset_that_is_being_written_is_not_touched(
    areas: Areas, tmp_path: Path, dataset: Any, policy: str
) -> None:
    dataset()
    lock = FolderLock(tmp_path / "chips" / ".chipwright", "chips")
    lock.take()
    before = tree(tmp_path / "chips")
    given = {**settings_of(areas, "KITTI_rectangles"), "existing_output": policy}
    with pytest.raises(InvalidRequest, match="outputLocation.*is writing a dataset"):
        export_chips(areas.second, tmp_path / "chips", **given)
    assert tree(tmp_path / "chips") == before


# what goes wrong on the way


class Impatient(Listener):
    """Wants to stop when some share of the work is done."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def cancelled(self) -> bool:
        return bool(self.fractions) and self.fractions[-1] >= self.share


def long_area(folder: Path, rows: int = 400) -> Path:
    """An image of many strips of chips."""
    values = random_pixels((2, rows, 32), seed=2)
    return raster_file(folder / "long.tif", values, (LEFT + 40, *GEOTRANSFORM[1:]))


def check_broken_off(image: Path, folder: Path, given: dict[str, Any], share: float) -> None:
    """Cancelled, it still has its files, is gone on with, or rid of what was added."""
    before = contents(folder), tree(folder)
    copies = [folder.with_name(name) for name in ("undisturbed", "rid of")]
    shutil.copytree(folder, copies[0])
    export_chips(image, copies[0], existing_output="append", **given)
    request = chip_request(image, folder, existing_output="append", **given)
    with pytest.raises(ExportCancelled, match="=resume to go on, or with append to have them rem"):
        export(request, Impatient(share))
    left = contents(folder)
    assert {path: left[path] for path in before[0]} == before[0]
    assert not (left.keys() - before[0].keys()) & set(ROOT_FILES)
    assert set(tree(folder)) > set(before[1])
    shutil.copytree(folder, copies[1])
    export_chips(image, folder, existing_output="resume", **given)
    assert (contents(folder), tree(folder)) == (contents(copies[0]), tree(copies[0]))
    with pytest.raises(InvalidRequest, match="bands"):
        export_chips(image, copies[1], existing_output="append", **{**given, "bands": (9,)})
    assert (contents(copies[1]), tree(copies[1])) == before


@pytest.mark.parametrize("metadata_format", SERVICE)
def test_a_cancelled_run_can_be_gone_on_with_or_be_undone(
    areas: Areas, tmp_path: Path, metadata_format: str
) -> None:
    folder = tmp_path / "chips"
    given = settings_of(areas, metadata_format)
    export_chips(areas.first, folder, **given, response_format="html")
    given["stride_size"] = Size(8, 8)
    image = long_area(tmp_path)
    if FORMATS[metadata_format].placement is Placement.PER_FEATURE:
        rows: list[Row] = [
            (box(85, top, 100, top + 12), {"species": "oak"}) for top in range(4, 380, 4)
        ]
        given["input_class_data"] = features(features_file(tmp_path / "long.fgb", ROWS + rows))
    check_broken_off(image, folder, given, 0.3)


def test_so_can_one_that_is_cancelled_in_the_second_domain(areas: Areas, tmp_path: Path) -> None:
    folder = tmp_path / "chips"
    given = {**settings_of(areas, "CycleGAN"), "stride_size": Size(4, 4)}
    export_chips(areas.first, folder, **given)
    given["additional_input_raster"] = picture(long_area(tmp_path))
    check_broken_off(areas.second, folder, given, 0.6)


def test_a_report_on_a_run_that_was_gone_on_with_tells_to_append(
    areas: Areas, tmp_path: Path
) -> None:
    folder = tmp_path / "chips"
    given = {**settings_of(areas, "KITTI_rectangles"), "response_format": "json"}
    export_chips(areas.first, folder, **given)
    image = long_area(tmp_path)
    request = chip_request(image, folder, existing_output="append", **given)
    with pytest.raises(ExportCancelled):
        export(request, Impatient(0.3))
    export_chips(image, folder, existing_output="resume", **given)
    assert "existingOutput=append" in (folder / "report.json").read_text("utf-8")


def test_a_run_that_is_cancelled_before_its_first_chip_leaves_all_as_it_was(
    areas: Areas, tmp_path: Path, dataset: Any
) -> None:
    dataset()
    folder = tmp_path / "chips"
    before = contents(folder), tree(folder)
    given = {**settings_of(areas, "KITTI_rectangles"), "existing_output": "append"}

    class Hasty(Listener):
        """Wants to stop as soon as the folder is claimed."""

        def cancelled(self) -> bool:
            return (folder / ".chipwright" / "journal").exists()

    with pytest.raises(ExportCancelled, match="The dataset that was there is as it was"):
        export(chip_request(long_area(tmp_path), folder, **given), Hasty())
    assert (contents(folder), tree(folder)) == before


def test_a_file_that_cannot_be_replaced_leaves_the_others_as_they_were(
    areas: Areas, tmp_path: Path, dataset: Any
) -> None:
    dataset()
    folder = tmp_path / "chips"
    (folder / "stats.txt").unlink()
    (folder / "stats.txt" / "mine").mkdir(parents=True)
    before = contents(folder), tree(folder)
    given = settings_of(areas, "KITTI_rectangles")
    with pytest.raises(ChipExportError, match="12 chips are kept"):
        export_chips(areas.second, folder, existing_output="append", **given)
    left = contents(folder)
    assert {path: left[path] for path in before[0]} == before[0]
    with pytest.raises(InvalidRequest, match="bands"):
        export_chips(areas.second, folder, existing_output="append", **{**given, "bands": (9,)})
    assert (contents(folder), tree(folder)) == before


def test_a_source_that_breaks_leaves_its_files_as_they_were(
    areas: Areas, tmp_path: Path, dataset: Any
) -> None:
    dataset("RCNN_Masks")
    folder = tmp_path / "chips"
    before = contents(folder), tree(folder)
    broken = long_area(tmp_path)
    with broken.open("r+b") as file:
        file.truncate(broken.stat().st_size - 3000)
    given = {**settings_of(areas, "RCNN_Masks"), "existing_output": "append"}
    with pytest.raises(ChipExportError, match="chips are kept"):
        export_chips(broken, folder, **given)
    left = contents(folder)
    assert {path: left[path] for path in before[0]} == before[0]
    with pytest.raises(InvalidRequest, match="bands"):
        export_chips(broken, folder, **{**given, "bands": (9,)})
    assert (contents(folder), tree(folder)) == before


def test_a_dataset_can_be_appended_to_after_a_cancelled_run(areas: Areas, tmp_path: Path) -> None:
    given = settings_of(areas, "RCNN_Masks")
    export_chips(areas.first, tmp_path / "chips", **given)
    request = chip_request(
        long_area(tmp_path), tmp_path / "chips", existing_output="append", **given
    )
    with pytest.raises(ExportCancelled):
        export(request, Impatient(0.3))
    export_chips(areas.second, tmp_path / "chips", existing_output="append", **given)
    expected = in_two_runs(areas, tmp_path / "two", **given)
    assert difference(contents(tmp_path / "chips"), expected) == []


def test_the_dataset_may_have_been_moved(areas: Areas, tmp_path: Path) -> None:
    given = settings_of(areas, "Classified_Tiles")
    export_chips(areas.first, tmp_path / "here", **given)
    shutil.move(str(tmp_path / "here"), str(tmp_path / "zwölf there"))
    export_chips(areas.second, tmp_path / "zwölf there", existing_output="append", **given)
    assert pixels(chips(tmp_path / "zwölf there")[-1]).shape == (2, 16, 16)
