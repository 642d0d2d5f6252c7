"""The algorithm that checks a dataset, from parameters to outputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingProvider,
    QgsProcessingUtils,
    QgsVectorLayer,
)

from .test_export_training_data import Listening

EXPORT = {
    "metadataFormat": "Export_Tiles",
    "tileSizeX": 20,
    "tileSizeY": 20,
    "strideSizeX": 0,
    "strideSizeY": 0,
}


@pytest.fixture
def checker(provider: QgsProcessingProvider) -> QgsProcessingAlgorithm:
    return provider.algorithm("checkdataset").create()


@pytest.fixture
def good(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    raster_path: Path,
    tmp_path: Path,
) -> Path:
    """Six chips without labels."""
    folder = tmp_path / "chips"
    settings = {**EXPORT, "inputRaster": str(raster_path), "outputLocation": str(folder)}
    assert algorithm.run(settings, context, Listening())[1]
    return folder


@pytest.fixture
def damaged(good: Path) -> Path:
    """With one error and one warning."""
    (good / "images/000000005.tif").write_bytes(b"II*")
    (good / "stats.txt").unlink()
    return good


def run(
    checker: QgsProcessingAlgorithm, context: QgsProcessingContext, **parameters: Any
) -> tuple[dict[str, Any], bool, Listening]:
    feedback = Listening()
    given = {name: str(value) for name, value in parameters.items()}
    results, ok = checker.run(given, context, feedback)
    return results, ok, feedback


def test_a_good_dataset_has_no_errors_and_no_warnings(
    checker: QgsProcessingAlgorithm, context: QgsProcessingContext, good: Path
) -> None:
    results, ok, feedback = run(checker, context, inputFolder=good)
    assert ok and results == {
        "numberOfErrors": 0,
        "numberOfWarnings": 0,
        "metadataFormat": "Export_Tiles",
    }
    assert feedback.infos[-1] == "Errors: 0, warnings: 0 (Export_Tiles)."
    assert feedback.progress() == 100


def test_errors_of_a_dataset_are_said_and_are_no_failure(
    checker: QgsProcessingAlgorithm, context: QgsProcessingContext, damaged: Path
) -> None:
    results, ok, feedback = run(checker, context, inputFolder=damaged)
    assert ok and (results["numberOfErrors"], results["numberOfWarnings"]) == (1, 1)
    assert [text.split(": ")[0] for text in feedback.errors] == ["images/000000005.tif"]
    assert [text.split(": ")[0] for text in feedback.warnings] == ["stats.txt"]


def test_the_report_is_a_json_file(
    checker: QgsProcessingAlgorithm, context: QgsProcessingContext, damaged: Path, tmp_path: Path
) -> None:
    path = tmp_path / "report.json"
    results, _, _ = run(checker, context, inputFolder=damaged, report=path)
    report = json.loads(path.read_text("utf-8"))
    assert results["report"] == str(path)
    assert [each["code"] for each in report["findings"]] == ["summary-missing", "image-unreadable"]


def test_the_table_has_a_row_for_each_finding(
    checker: QgsProcessingAlgorithm, context: QgsProcessingContext, damaged: Path, tmp_path: Path
) -> None:
    path = tmp_path / "findings.csv"
    run(checker, context, inputFolder=damaged, OUTPUT=path)
    table = QgsVectorLayer(str(path), "findings", "ogr")
    rows = [row.attributes()[:3] for row in table.getFeatures()]
    assert rows == [
        ["warning", "summary-missing", "stats.txt"],
        ["error", "image-unreadable", "images/000000005.tif"],
    ]


def test_a_table_in_memory_has_no_geometry(
    checker: QgsProcessingAlgorithm, context: QgsProcessingContext, damaged: Path
) -> None:
    output = QgsProcessing.TEMPORARY_OUTPUT
    results, _, _ = run(checker, context, inputFolder=damaged, OUTPUT=output)
    table = QgsProcessingUtils.mapLayerFromString(results["OUTPUT"], context)
    assert not table.isSpatial() and table.featureCount() == 2


def test_a_report_that_cannot_be_written_is_a_message(
    checker: QgsProcessingAlgorithm, context: QgsProcessingContext, good: Path, tmp_path: Path
) -> None:
    _, ok, feedback = run(checker, context, inputFolder=good, report=tmp_path)
    assert not ok and feedback.errors[0].startswith("report: ")


def test_a_cancelled_check_has_no_results(
    checker: QgsProcessingAlgorithm, context: QgsProcessingContext, good: Path
) -> None:
    feedback: QgsProcessingFeedback = Listening()
    feedback.cancel()
    results, _ = checker.run({"inputFolder": str(good)}, context, feedback)
    assert "numberOfErrors" not in results
    assert any("cancelled" in info for info in feedback.infos)
