from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingProvider,
    QgsProcessingUtils,
    QgsVectorLayer,
)

from chipwright.algorithms.footprint_layer import COLUMNS, footprint_style
from chipwright.algorithms.parameters import export_parameters
from chipwright.tests.core.made_sources import box, features_file, noise_file


@pytest.fixture
def given(tmp_path: Path) -> dict[str, Any]:
    """An image of six chips, and two features in the first."""
    rows = [(box(5, 5, 15, 15), {"kind": "roof"}), (box(25, 5, 35, 15), {"kind": "roof"})]
    return {
        "inputRaster": str(noise_file(tmp_path / "image.tif", 192, 128)),
        "inputClassData": str(features_file(tmp_path / "labels.gpkg", rows)),
        "classValueField": "kind",
        "tileSizeX": 64,
        "tileSizeY": 64,
        "strideSizeX": 64,
        "strideSizeY": 64,
        "exportAllTiles": False,
        "OUTPUT": "memory:",
    }


@pytest.fixture
def preview(provider: QgsProcessingProvider) -> QgsProcessingAlgorithm:
    return provider.algorithm("previewchips").create()


def run(
    preview: QgsProcessingAlgorithm, given: dict[str, Any], context: QgsProcessingContext
) -> tuple[dict[str, Any], QgsVectorLayer]:
    results, succeeded = preview.run(given, context, QgsProcessingFeedback())
    assert succeeded
    return results, QgsProcessingUtils.mapLayerFromString(results["OUTPUT"], context)


def test_it_has_the_parameters_of_the_export_but_those_of_what_is_written(
    preview: QgsProcessingAlgorithm,
) -> None:
    names = {definition.name() for definition in preview.parameterDefinitions()}
    of_export = {definition.name() for definition in export_parameters()}
    assert of_export - names == {"outputLocation", "existingOutput", "f", "footprints"}
    assert names - of_export == {"OUTPUT"}


def test_the_layer_has_a_polygon_for_every_place(
    preview: QgsProcessingAlgorithm, given: dict[str, Any], context: QgsProcessingContext
) -> None:
    results, layer = run(preview, given, context)
    rows = list(layer.getFeatures())
    assert (results["numberOfChips"], results["numberOfPlaces"]) == (1, 6)
    assert [row["kept"] for row in rows] == [1, 0, 0, 0, 0, 0]
    assert [row["reason"] for row in rows] == ["", *["no label"] * 5]
    assert [(row["row"], row["column"]) for row in rows] == [
        (r, c) for r in (0, 1) for c in (0, 1, 2)
    ]
    assert [name for name, _ in COLUMNS] == layer.fields().names()
    assert json.loads(rows[0]["labels"]) == {"roof": 2} and rows[0]["labelcount"] == 2
    assert {row.geometry().area() for row in rows} == {32.0 * 32.0}


def test_the_layer_is_in_the_system_of_the_image(
    preview: QgsProcessingAlgorithm, given: dict[str, Any], context: QgsProcessingContext
) -> None:
    _, layer = run(preview, given, context)
    assert layer.crs().authid() == "EPSG:32633"
    assert layer.extent().xMinimum() == 500_000 and layer.extent().yMaximum() == 5_400_000


def test_a_wrong_request_is_refused_by_name(
    preview: QgsProcessingAlgorithm, given: dict[str, Any], context: QgsProcessingContext
) -> None:
    wrong = {**given, "split": "80/90"}
    accepted, message = preview.checkParameterValues(wrong, context)
    assert not accepted and "split" in message


def test_chips_and_places_left_out_look_different(
    preview: QgsProcessingAlgorithm, given: dict[str, Any], context: QgsProcessingContext
) -> None:
    _, layer = run(preview, given, context)
    footprint_style((1, 0)).postProcessLayer(layer, context, QgsProcessingFeedback())
    colors = {it.value(): it.symbol().color().name() for it in layer.renderer().categories()}
    assert layer.renderer().classAttribute() == "kept"
    assert set(colors) == {0, 1} and colors[0] != colors[1]
