"""From given parameters to the request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProperty,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVectorLayer,
)

from chipwright.core import request_values
from chipwright.core.errors import InvalidRequest
from chipwright.core.request import FeatureSource, RasterSource, Size

from .conftest import RequestOf

PLAIN_VALUES = [
    ("chipFormat", "PNG", "chip_format", "PNG"),
    ("tileSizeX", 64, "tile_size", Size(64, 256)),
    ("tileSizeY", "64", "tile_size", Size(256, 64)),
    ("strideSizeX", 0, "stride_size", Size(0, 128)),
    ("strideSizeY", 300, "stride_size", Size(128, 300)),
    ("metadataFormat", "Export_Tiles", "metadata_format", "Export_Tiles"),
    ("classValueField", "species", "class_value_field", "species"),
    ("bufferRadius", 2.5, "buffer_radius", 2.5),
    ("rotationAngle", 60, "rotation_angle", 60.0),
    ("referenceSystem", "PIXEL_SPACE", "reference_system", "PIXEL_SPACE"),
    ("processAllRasterItems", True, "process_all_raster_items", True),
    ("blackenAroundFeature", True, "blacken_around_feature", True),
    ("fixChipSize", False, "fix_chip_size", False),
    ("instanceClassValueField", "kind", "instance_class_value_field", "kind"),
    ("minPolygonOverlapRatio", 0.2, "min_polygon_overlap_ratio", 0.2),
    ("cellSize", 0.000001, "cell_size", 0.000001),
    ("parallelProcessingFactor", "50%", "parallel_processing_factor", "50%"),
    ("daskScheduler", "tcp://host:8786", "dask_scheduler", "tcp://host:8786"),
    ("startIndex", 7, "start_index", 7),
    ("f", "pjson", "response_format", "pjson"),
    ("existingOutput", "resume", "existing_output", "resume"),
    ("edgePolicy", "shift", "edge_policy", "shift"),
    ("compression", "LZW", "compression", "LZW"),
    ("jpegQuality", 75, "jpeg_quality", 75),
    ("pngLevel", 9, "png_level", 9),
    ("bands", [3, 1], "bands", (3, 1)),
    ("bands", "3,1", "bands", (3, 1)),
    ("bands", "3;1", "bands", (3, 1)),
    ("bands", ["3", "1"], "bands", (3, 1)),
    ("bands", 2, "bands", (2,)),
    ("pixelScaling", "minmax", "pixel_scaling", "minmax"),
    ("scalingPercentiles", "1-99", "scaling_percentiles", (1.0, 99.0)),
    ("scalingPercentiles", "0.5 , 99.5", "scaling_percentiles", (0.5, 99.5)),
    ("maxNodataRatio", 0.5, "max_nodata_ratio", 0.5),
    ("negativeRatio", 1, "negative_ratio", 1.0),
    ("minLabelRatio", 0.1, "min_label_ratio", 0.1),
    ("split", "80/10/10", "split", "80/10/10"),
    ("seed", 42, "seed", 42),
    ("classPriority", "rank", "class_priority", "rank"),
]
IDS = [f"{name}={value}" for name, value, _, _ in PLAIN_VALUES]


@pytest.fixture
def everything_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether core carries a value out, or takes it together with others, is no concern here."""
    for check in ("_not_available_yet", "wrong_combinations"):
        monkeypatch.setattr(request_values, check, lambda *request: ())


@pytest.mark.usefixtures("everything_accepted")
@pytest.mark.parametrize(("name", "value", "field", "expected"), PLAIN_VALUES, ids=IDS)
def test_value_reaches_its_field(
    request_of: RequestOf, name: str, value: Any, field: str, expected: Any
) -> None:
    assert getattr(request_of({name: value}).request, field) == expected


@pytest.mark.parametrize(("name", "value", "field", "expected"), PLAIN_VALUES, ids=IDS)
def test_what_is_refused_as_not_available_yet_says_so_in_its_explanation(
    request_of: RequestOf,
    algorithm: QgsProcessingAlgorithm,
    name: str,
    value: Any,
    field: str,
    expected: Any,
) -> None:
    explanation = algorithm.parameterDefinition(name).help()
    try:
        request_of({name: value})
        refused = False
    except InvalidRequest as error:
        refused = "not available yet" in error.problem
    assert refused == ("Not available yet." in explanation)


@pytest.mark.usefixtures("everything_accepted")
@pytest.mark.parametrize(
    ("name", "field"),
    [("inputRaster", "input_raster"), ("additionalInputRaster", "additional_input_raster")],
)
def test_raster_reaches_its_field(
    request_of: RequestOf, raster_path: Path, name: str, field: str
) -> None:
    request = request_of({name: str(raster_path)}).request
    assert getattr(request, field) == RasterSource(str(raster_path))


@pytest.mark.usefixtures("everything_accepted")
@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("inputClassData", "input_class_data"),
        ("inputMaskPolygons", "input_mask_polygons"),
        ("inputInstanceData", "input_instance_data"),
    ],
)
def test_saved_features_reach_their_field(
    request_of: RequestOf, labels_path: Path, name: str, field: str
) -> None:
    request = request_of({name: f"{labels_path}|layername=squares"}).request
    assert getattr(request, field) == FeatureSource(str(labels_path), "squares")


@pytest.mark.usefixtures("everything_accepted")
@pytest.mark.parametrize(
    ("name", "field"),
    [("inputClassData", "input_class_data"), ("inputInstanceData", "input_instance_data")],
)
def test_labels_may_be_a_raster(
    request_of: RequestOf, raster_path: Path, name: str, field: str
) -> None:
    given = {name: str(raster_path), "classValueField": "unheard of"}
    assert getattr(request_of(given).request, field) == RasterSource(str(raster_path))


def test_chips_without_labels_can_be_left_out(request_of: RequestOf, raster_path: Path) -> None:
    values = {"exportAllTiles": False, "inputClassData": str(raster_path)}
    assert request_of(values).request.export_all_tiles is False


@pytest.mark.usefixtures("everything_accepted")
def test_raster_items_keep_their_order(request_of: RequestOf, raster_path: Path) -> None:
    other = raster_path.with_name("other.tif")
    other.write_bytes(raster_path.read_bytes())
    items = request_of({"rasterItems": [str(other), str(raster_path)]}).request.raster_items
    assert [item.path for item in items] == [str(other), str(raster_path)]


def test_extent_keeps_its_own_coordinate_system(request_of: RequestOf) -> None:
    box = QgsReferencedRectangle(
        QgsRectangle(1, 2, 3, 4), QgsCoordinateReferenceSystem("EPSG:4326")
    )
    extent = request_of({"extent": box}).request.extent
    assert extent is not None
    assert (extent.left, extent.bottom, extent.right, extent.top) == (1, 2, 3, 4)
    assert "WGS 84" in extent.crs_wkt


def test_extent_as_text_is_west_east_south_north(request_of: RequestOf) -> None:
    extent = request_of({"extent": "1,3,2,4 [EPSG:3857]"}).request.extent
    assert extent is not None
    assert (extent.left, extent.bottom, extent.right, extent.top) == (1, 2, 3, 4)
    assert "Pseudo-Mercator" in extent.crs_wkt


def test_extent_without_coordinate_system_is_in_that_of_the_image(request_of: RequestOf) -> None:
    extent = request_of({"extent": "1,3,2,4"}).request.extent
    assert extent is not None and extent.crs_wkt == ""


def test_values_may_be_expressions(request_of: RequestOf) -> None:
    assert (
        request_of({"startIndex": QgsProperty.fromExpression("20 + 2")}).request.start_index == 22
    )


def test_unknown_class_field_is_refused_with_the_fields_there_are(
    request_of: RequestOf, labels_path: Path
) -> None:
    given = {"inputClassData": f"{labels_path}|layername=squares", "classValueField": "age"}
    with pytest.raises(InvalidRequest, match="classValueField: .*'age'.* Value, species, m"):
        request_of(given)


def test_a_mask_of_points_is_refused(request_of: RequestOf, context: QgsProcessingContext) -> None:
    points = QgsVectorLayer("Point?crs=EPSG:32636", "trees", "memory")
    context.project().addMapLayer(points)
    with pytest.raises(InvalidRequest, match="inputMaskPolygons: 'trees'.* Point.*polygons"):
        request_of({"inputMaskPolygons": points.id()})


def test_only_the_selection_of_a_layer_with_one_can_be_used(
    request_of: RequestOf, labels_path: Path
) -> None:
    given = {"inputClassData": f"{labels_path}|layername=squares", "selectedFeaturesOnly": True}
    with pytest.raises(InvalidRequest, match="selectedFeaturesOnly: nothing is selected"):
        request_of(given)
