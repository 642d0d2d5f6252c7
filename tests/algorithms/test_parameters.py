"""The declared parameters: names, order, defaults, explanations."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from qgis.core import QgsProcessingAlgorithm, QgsProcessingParameterDefinition

from chipwright.core.request import ExportRequest, RasterSource

from .conftest import RequestOf

MAIN = (
    "inputRaster rasterItems outputLocation inputClassData chipFormat tileSizeX tileSizeY "
    "strideSizeX strideSizeY metadataFormat classValueField bufferRadius inputMaskPolygons "
    "rotationAngle referenceSystem processAllRasterItems blackenAroundFeature fixChipSize "
    "additionalInputRaster inputInstanceData instanceClassValueField minPolygonOverlapRatio"
).split()
CONTEXT = (
    "cellSize extent parallelProcessingFactor daskScheduler exportAllTiles startIndex f"
).split()
FURTHER = (
    "existingOutput edgePolicy compression jpegQuality pngLevel selectedFeaturesOnly bands "
    "pixelScaling scalingPercentiles maxNodataRatio negativeRatio minLabelRatio split seed classPriority"
).split()
FOOTPRINTS = "footprints"
"""Not of the request: a layer beside the dataset."""
ADVANCED = QgsProcessingParameterDefinition.Flag.FlagAdvanced
OPTIONAL = QgsProcessingParameterDefinition.Flag.FlagOptional


def test_every_parameter_of_the_request_is_declared_in_its_order(
    algorithm: QgsProcessingAlgorithm,
) -> None:
    names = [definition.name() for definition in algorithm.parameterDefinitions()]
    assert names == [*MAIN, *CONTEXT, *FURTHER, FOOTPRINTS]


def test_main_parameters_are_shown_and_the_others_are_folded_away(
    algorithm: QgsProcessingAlgorithm,
) -> None:
    definitions = algorithm.parameterDefinitions()
    assert [d.name() for d in definitions if not d.flags() & ADVANCED] == MAIN


def test_only_image_and_folder_must_be_given(algorithm: QgsProcessingAlgorithm) -> None:
    needed = [
        definition.name()
        for definition in algorithm.parameterDefinitions()
        if definition.defaultValue() is None and not definition.flags() & OPTIONAL
    ]
    assert needed == ["inputRaster", "outputLocation"]


@pytest.mark.parametrize("name", [*MAIN, *CONTEXT, *FURTHER, FOOTPRINTS])
def test_every_parameter_explains_itself(algorithm: QgsProcessingAlgorithm, name: str) -> None:
    definition = algorithm.parameterDefinition(name)
    assert definition.description() and definition.help().endswith(".")


def test_outputs_are_folder_counts_and_report(algorithm: QgsProcessingAlgorithm) -> None:
    outputs = [output.name() for output in algorithm.outputDefinitions()]
    counts = ["numberOfChips", "numberOfLabels"]
    assert outputs == ["outputLocation", FOOTPRINTS, *counts, "report", "reportPage"]


def test_what_is_not_given_has_the_default_of_the_request(
    request_of: RequestOf, raster_path: Path
) -> None:
    image = RasterSource(str(raster_path))
    plain = ExportRequest(image, "/data/chips", metadata_format="Export_Tiles")
    assert request_of({}).request == replace(plain, response_format="html")


def test_metadata_format_has_the_default_of_the_request(algorithm: QgsProcessingAlgorithm) -> None:
    definition = algorithm.parameterDefinition("metadataFormat")
    assert definition.defaultValue() == ExportRequest.metadata_format


@pytest.mark.parametrize("name", ["parallelProcessingFactor", "classPriority"])
def test_an_emptied_text_means_the_default(request_of: RequestOf, name: str) -> None:
    assert request_of({name: ""}).request == request_of({}).request
