from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest
from osgeo import gdal

from chipwright.core.chip_format import Placement, SecondImage
from chipwright.core.errors import ChipExportError, InvalidRequest
from chipwright.core.formats import FORMATS
from chipwright.core.request import ExportRequest, Extent, FeatureSource, RasterSource, Size
from chipwright.core.request_choices import METADATA_FORMATS, parameter_name

IMAGE, LABELS = RasterSource("image.tif"), FeatureSource("labels.gpkg")
DEFAULT = ExportRequest(IMAGE, "chips", input_class_data=LABELS)
WITH_A_SECOND_IMAGE = ["Classified_Tiles", "CycleGAN", "Export_Tiles"]
WITH_SINGLE_OBJECTS = ["Panoptic_Segmentation"]
OPTIONS = "DMD_CREATIONOPTIONLIST"
AROUND_FEATURES = ["Imagenet", "Labeled_Tiles"]


def needed(name: str) -> dict[str, Any]:
    """What a format needs beside the labels."""
    needs = {"CycleGAN": {"additional_input_raster": IMAGE}}
    needs["Panoptic_Segmentation"] = {"input_instance_data": LABELS}  # type: ignore[dict-item]
    return {"metadata_format": name, **needs.get(name, {})}


def refused(**values: Any) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        replace(DEFAULT, **values)
    return caught.value


@pytest.fixture
def gdal_without_zstd() -> Iterator[None]:
    """GDAL's drivers do not offer ZSTD."""
    drivers = [gdal.GetDriverByName(name) for name in ("GTiff", "MRF")]
    options = [driver.GetMetadataItem(OPTIONS) for driver in drivers]
    for driver, before in zip(drivers, options):
        driver.SetMetadataItem(OPTIONS, before.replace("ZSTD</Value>", "GONE</Value>"))
    yield
    for driver, before in zip(drivers, options):
        driver.SetMetadataItem(OPTIONS, before)


def test_it_says_which_rasters_it_names_and_in_which_fields() -> None:
    second, item = RasterSource("b.tif"), RasterSource("c.tif")
    request = replace(
        DEFAULT,
        metadata_format="Classified_Tiles",
        input_class_data=second,
        additional_input_raster=item,
    )
    assert sorted(request.rasters(), key=str) == [
        ("additional_input_raster", item),
        ("input_class_data", second),
        ("input_raster", IMAGE),
    ]
    several = replace(DEFAULT, raster_items=(item, second))
    assert list(several.rasters()).count(("raster_items", item)) == 1
    assert ("raster_items", second) in several.rasters()


def test_the_defaults_are_those_of_the_specification() -> None:
    expected = {
        "chip_format": "TIFF",
        "tile_size": Size(256, 256),
        "stride_size": Size(128, 128),
        "metadata_format": "PASCAL_VOC_rectangles",
        "class_value_field": "",
        "buffer_radius": 0,
        "rotation_angle": 0,
        "reference_system": "MAP_SPACE",
        "process_all_raster_items": False,
        "blacken_around_feature": False,
        "fix_chip_size": True,
        "min_polygon_overlap_ratio": 0,
        "cell_size": None,
        "extent": None,
        "parallel_processing_factor": "100%",
        "export_all_tiles": True,
        "start_index": 0,
        "response_format": "",
        "existing_output": "refuse",
        "edge_policy": "drop",
        "compression": "NONE",
        "jpeg_quality": 90,
        "png_level": 1,
        "pixel_scaling": "none",
    }
    assert {name: getattr(DEFAULT, name) for name in expected} == expected


def test_a_request_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        DEFAULT.jpeg_quality = 5  # type: ignore[misc]


def test_a_refusal_is_an_error_of_the_export() -> None:
    assert isinstance(refused(jpeg_quality=0), ChipExportError)


def test_a_refusal_names_the_parameter_and_the_value() -> None:
    assert str(refused(jpeg_quality=101)).startswith("jpegQuality: is 101")


@pytest.mark.parametrize(
    ("values", "parameter"),
    [
        ({"buffer_radius": float("nan")}, "bufferRadius"),
        ({"buffer_radius": float("inf")}, "bufferRadius"),
        ({"min_polygon_overlap_ratio": float("nan")}, "minPolygonOverlapRatio"),
        ({"rotation_angle": float("nan")}, "rotationAngle"),
        ({"cell_size": float("nan")}, "cellSize"),
        ({"cell_size": float("inf")}, "cellSize"),
        ({"negative_ratio": float("inf")}, "negativeRatio"),
        ({"scaling_percentiles": (float("nan"), 98.0)}, "scalingPercentiles"),
    ],
    ids=str,
)
def test_what_is_no_number_is_refused(values: dict[str, Any], parameter: str) -> None:
    assert refused(**values).parameter == parameter


@pytest.mark.parametrize(
    "values",
    [
        {"tile_size": Size(1, 1)},
        {"stride_size": Size(0, 0)},
        {"stride_size": Size(5000, 1)},
        {"start_index": 10**12},
        {"min_polygon_overlap_ratio": 1.0},
        {"cell_size": 1e-7},
        {"jpeg_quality": 10},
        {"jpeg_quality": 100},
        {"png_level": 0},
        {"png_level": 9},
        {"bands": (3, 2, 1)},
        {"extent": Extent(0, 0, 1, 1)},
        {"parallel_processing_factor": "1"},
    ],
    ids=str,
)
def test_numbers_at_the_ends_of_their_range_are_taken(values: dict[str, Any]) -> None:
    replace(DEFAULT, **values)


@pytest.mark.parametrize(
    "factor", ["", "0", "-1", "0%", "-50%", "two", "1.5", "%", "nan%", "inf%", "1e9", "5 %%"]
)
def test_a_factor_that_is_no_number_of_workers_is_refused(factor: str) -> None:
    assert refused(parallel_processing_factor=factor).parameter == "parallelProcessingFactor"


@pytest.mark.parametrize("compression", ["NONE", "LZW", "DEFLATE"])
@pytest.mark.parametrize("chip_format", ["TIFF", "PNG", "JPEG"])
def test_a_compression_is_taken_whatever_it_is_for(chip_format: str, compression: str) -> None:
    replace(DEFAULT, chip_format=chip_format, compression=compression)


def test_mrf_chips_are_not_compressed_by_lzw() -> None:
    error = refused(chip_format="MRF", compression="LZW")
    assert error.parameter == "compression"
    assert "LZW is not available for MRF" in error.problem and "NONE" in error.problem
    assert "LZW" not in error.problem.partition(";")[2]


@pytest.mark.parametrize("chip_format", ["TIFF", "MRF"])
def test_zstd_is_refused_where_gdal_was_built_without(
    chip_format: str, gdal_without_zstd: None
) -> None:
    error = refused(chip_format=chip_format, compression="ZSTD")
    assert (error.parameter, "or DEFLATE" in error.problem) == ("compression", True)


@pytest.mark.parametrize("chip_format", ["PNG", "JPEG"])
def test_zstd_is_for_labels_of_other_chips_whatever_gdal_was_built_with(
    chip_format: str, gdal_without_zstd: None
) -> None:
    replace(DEFAULT, chip_format=chip_format, compression="ZSTD")


def test_all_formats_of_the_specification_are_available() -> None:
    assert sorted(FORMATS) == sorted(METADATA_FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_taken_with_what_it_needs(name: str) -> None:
    replace(DEFAULT, **needed(name))


@pytest.mark.parametrize("name", FORMATS)
def test_labels_are_required_by_the_formats_that_need_them(name: str) -> None:
    if FORMATS[name].needs_labels:
        error = refused(**needed(name), input_class_data=None)
        assert (error.parameter, name in error.problem) == ("inputClassData", True)
    else:
        replace(DEFAULT, **needed(name), input_class_data=None)


# a second image, and single objects


def test_the_formats_with_a_second_image_are_those_of_the_specification() -> None:
    takers = [name for name, it in FORMATS.items() if it.second_image is not SecondImage.NONE]
    assert sorted(takers) == WITH_A_SECOND_IMAGE


@pytest.mark.parametrize("name", WITH_A_SECOND_IMAGE)
def test_a_second_image_is_taken_by_formats_that_have_a_place_for_it(name: str) -> None:
    replace(DEFAULT, metadata_format=name, additional_input_raster=IMAGE)


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in WITH_A_SECOND_IMAGE])
def test_a_second_image_is_refused_by_formats_that_have_no_place_for_it(name: str) -> None:
    error = refused(**needed(name), additional_input_raster=IMAGE)
    assert error.parameter == "additionalInputRaster"
    assert name in error.problem and ", ".join(WITH_A_SECOND_IMAGE) in error.problem


def test_two_domains_need_two_images() -> None:
    error = refused(metadata_format="CycleGAN")
    assert (error.parameter, "CycleGAN" in error.problem) == ("additionalInputRaster", True)


@pytest.mark.parametrize("name", ["Classified_Tiles", "Export_Tiles"])
def test_pairs_of_images_are_not_required(name: str) -> None:
    replace(DEFAULT, metadata_format=name)


@pytest.mark.parametrize("source", [LABELS, IMAGE], ids=["features", "raster"])
def test_single_objects_are_taken_from_features_and_from_a_raster(source: Any) -> None:
    replace(DEFAULT, metadata_format="Panoptic_Segmentation", input_instance_data=source)


def test_panoptic_segmentation_needs_single_objects() -> None:
    error = refused(metadata_format="Panoptic_Segmentation")
    assert (error.parameter, "Panoptic" in error.problem) == ("inputInstanceData", True)


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in WITH_SINGLE_OBJECTS])
def test_single_objects_are_refused_by_formats_that_have_no_place_for_them(name: str) -> None:
    error = refused(**needed(name), input_instance_data=LABELS)
    assert error.parameter == "inputInstanceData"
    assert name in error.problem and "Panoptic_Segmentation" in error.problem


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in WITH_SINGLE_OBJECTS])
def test_a_class_field_of_single_objects_is_refused_without_them(name: str) -> None:
    error = refused(**needed(name), instance_class_value_field="kind")
    assert (error.parameter, name in error.problem) == ("instanceClassValueField", True)


def test_a_class_field_of_single_objects_is_taken_with_them() -> None:
    replace(DEFAULT, **needed("Panoptic_Segmentation"), instance_class_value_field="kind")


# chips around features


def test_the_formats_with_a_chip_per_feature_are_those_of_the_specification() -> None:
    found = [name for name, it in FORMATS.items() if it.placement is Placement.PER_FEATURE]
    assert sorted(found) == AROUND_FEATURES


@pytest.mark.parametrize("name", FORMATS)
def test_chips_are_around_features_where_the_format_says_so(name: str) -> None:
    assert replace(DEFAULT, **needed(name)).is_per_feature == (name in AROUND_FEATURES)


@pytest.mark.parametrize("name", AROUND_FEATURES)
def test_chips_are_on_a_grid_where_labels_are_pixels(name: str) -> None:
    request = replace(DEFAULT, metadata_format=name, input_class_data=IMAGE, fix_chip_size=False)
    assert (request.is_per_feature, request.has_variable_size) == (False, False)


@pytest.mark.parametrize("name", FORMATS)
def test_only_chips_around_features_can_be_of_variable_size(name: str) -> None:
    request = replace(DEFAULT, **needed(name), fix_chip_size=False)
    assert request.has_variable_size == (name in AROUND_FEATURES)


@pytest.mark.parametrize("name", FORMATS)
def test_how_chips_are_cut_around_features_is_refused_nowhere(name: str) -> None:
    """Elsewhere it is ignored with a warning."""
    replace(DEFAULT, **needed(name), fix_chip_size=False, blacken_around_feature=True)


@pytest.mark.parametrize("location", ["", " ", "\t\n"])
def test_a_folder_is_required(location: str) -> None:
    assert refused(output_location=location).parameter == "outputLocation"


def test_parameters_have_the_names_of_the_service() -> None:
    names = {parameter_name(field.name) for field in fields(ExportRequest)}
    assert names >= {
        "inputRaster",
        "outputLocation",
        "inputClassData",
        "chipFormat",
        "tileSize",
        "strideSize",
        "metadataFormat",
        "classValueField",
        "bufferRadius",
        "inputMaskPolygons",
        "rotationAngle",
        "referenceSystem",
        "processAllRasterItems",
        "blackenAroundFeature",
        "fixChipSize",
        "additionalInputRaster",
        "inputInstanceData",
        "instanceClassValueField",
        "minPolygonOverlapRatio",
        "cellSize",
        "extent",
        "parallelProcessingFactor",
        "exportAllTiles",
        "startIndex",
        "f",
    }


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (RasterSource("image.tif"), "image.tif"),
        (RasterSource("image.tif", name="Orthophoto"), "Orthophoto"),
        (FeatureSource("labels.gpkg"), "labels.gpkg"),
        (FeatureSource("copy.gpkg", name="Houses"), "Houses"),
    ],
)
def test_a_source_is_called_as_the_user_calls_it(source: object, expected: str) -> None:
    assert str(source) == expected


def test_a_request_goes_to_workers() -> None:
    request = replace(DEFAULT, extent=Extent(0, 0, 1, 1), bands=(3, 2, 1))
    assert pickle.loads(pickle.dumps(request)) == request


def test_chips_that_are_always_north_up_cannot_be_turned() -> None:
    error = refused(chip_format="MRF", rotation_angle=30)
    assert (error.parameter, error.problem[:9]) == ("chipFormat", "MRF chips")


@pytest.mark.parametrize("ratio", [0.0, 1.0])
def test_a_share_of_chips_without_labels_needs_labels(ratio: float) -> None:
    error = refused(negative_ratio=ratio, input_class_data=None, metadata_format="Export_Tiles")
    assert error.parameter == "negativeRatio"


def test_chips_cannot_be_appended_under_another_stretch() -> None:
    error = refused(pixel_scaling="minmax", existing_output="append")
    assert error.parameter == "pixelScaling"
