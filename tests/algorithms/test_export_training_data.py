"""The algorithm from parameters to outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal
from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)

from chipwright.core import export as export_module
from chipwright.core.errors import UnwritableOutput
from chipwright.core.manifest import Manifest
from chipwright.core.progress import Progress
from chipwright.core.request import ExportRequest
from chipwright.tests.core.dataset_reading import contents

SMALL_TILES = {"tileSizeX": 20, "tileSizeY": 20, "strideSizeX": 0, "strideSizeY": 0}
SIX_CHIPS = 6


class Listening(QgsProcessingFeedback):
    """Feedback that remembers what it was told."""

    def __init__(self) -> None:
        super().__init__(logFeedback=False)
        self.infos: list[str] = []
        self.warnings: list[str] = []
        self.errors: list[str] = []

    def pushInfo(self, info: str) -> None:
        self.infos.append(info)

    def pushWarning(self, warning: str) -> None:
        self.warnings.append(warning)

    def reportError(self, error: str, _fatal: bool = False) -> None:
        self.errors.append(error)


@pytest.fixture
def images(raster_path: Path, tmp_path: Path) -> dict[str, Any]:
    """Six chips without labels."""
    return {
        "inputRaster": str(raster_path),
        "outputLocation": str(tmp_path / "chips"),
        "metadataFormat": "Export_Tiles",
        **SMALL_TILES,
    }


@pytest.fixture
def boxes(images: dict[str, Any], labels_path: Path) -> dict[str, Any]:
    """Six chips with the boxes of three squares, which lie in the lower row."""
    labels = f"{labels_path}|layername=squares"
    return {**images, "inputClassData": labels, "metadataFormat": "KITTI_rectangles"}


def files(parameters: dict[str, Any], pattern: str) -> list[str]:
    return sorted(path.name for path in Path(parameters["outputLocation"]).glob(pattern))


def memory_files() -> list[str]:
    return [name for name in gdal.ReadDir("/vsimem/") or [] if name.startswith("chipwright")]


def test_chips_are_written_and_counted(
    algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext, images: dict[str, Any]
) -> None:
    results, ok = algorithm.run(images, context, Listening())
    assert ok and results == {
        "outputLocation": images["outputLocation"],
        "numberOfChips": SIX_CHIPS,
        "numberOfLabels": 0,
        "report": f"{images['outputLocation']}/report.html",
        "reportPage": f"{images['outputLocation']}/report.html",
    }
    assert len(files(images, "images/*.tif")) == SIX_CHIPS


def test_labels_of_a_saved_layer_are_counted(
    algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext, boxes: dict[str, Any]
) -> None:
    results, ok = algorithm.run(boxes, context, Listening())
    assert ok and results["numberOfLabels"] == 3


def test_a_memory_layer_gives_the_dataset_of_the_file_it_was_made_of(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    boxes: dict[str, Any],
    memory_squares: QgsVectorLayer,
    tmp_path: Path,
) -> None:
    QgsProject.instance().addMapLayer(memory_squares)
    other = {
        **boxes,
        "inputClassData": memory_squares.id(),
        "outputLocation": str(tmp_path / "other"),
    }
    assert algorithm.run(boxes, context, Listening())[1]
    assert algorithm.create().run(other, context, Listening())[1]
    assert contents(tmp_path / "other") == contents(tmp_path / "chips")
    assert memory_files() == []


def test_only_selected_features_are_labels_when_it_is_asked_for(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    boxes: dict[str, Any],
    squares: QgsVectorLayer,
) -> None:
    QgsProject.instance().addMapLayer(squares)
    squares.selectByIds([2])
    selected = {**boxes, "inputClassData": squares.id(), "selectedFeaturesOnly": True}
    assert algorithm.run(selected, context, Listening())[0]["numberOfLabels"] == 1


def test_a_temporary_folder_is_the_one_that_is_written(
    algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext, images: dict[str, Any]
) -> None:
    temporary = {**images, "outputLocation": QgsProcessing.TEMPORARY_OUTPUT}
    results, ok = algorithm.run(temporary, context, Listening())
    assert ok and len(files(results, "images/*.tif")) == SIX_CHIPS


def test_progress_reaches_its_end_and_the_summary_is_said(
    algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext, images: dict[str, Any]
) -> None:
    feedback = Listening()
    algorithm.run(images, context, feedback)
    assert feedback.progress() == 100
    assert any("6 chips" in info for info in feedback.infos)


def test_a_refused_parameter_is_a_message_even_when_nobody_checked_before(
    algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext, images: dict[str, Any]
) -> None:
    feedback = Listening()
    _, ok = algorithm.run({**images, "inputClassData": "/no/labels.shp"}, context, feedback)
    assert not ok
    assert feedback.errors[0].startswith("inputClassData: '/no/labels.shp' cannot be opened")


def test_copies_in_memory_are_gone_after_a_failed_export(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    boxes: dict[str, Any],
    memory_squares: QgsVectorLayer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(request: ExportRequest, progress: Progress, *_: Any) -> Manifest:
        assert memory_files() != []
        raise UnwritableOutput("The disk is full.")

    monkeypatch.setattr(export_module, "export", fail)
    QgsProject.instance().addMapLayer(memory_squares)
    feedback = Listening()
    _, ok = algorithm.run({**boxes, "inputClassData": memory_squares.id()}, context, feedback)
    assert (ok, feedback.errors, memory_files()) == (False, ["The disk is full."], [])


@pytest.mark.parametrize("again", ["same", "resume"])
@pytest.mark.parametrize("policy", ["append", "replace"])
def test_a_change_that_was_broken_off_is_begun_anew_or_gone_on_with(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    policy: str,
    again: str,
) -> None:
    def fail(*_: Any) -> None:
        raise UnwritableOutput("The disk is full.")

    algorithm.run(images, context, Listening())
    changing = {**images, "existingOutput": policy}
    with monkeypatch.context() as patch:
        patch.setattr(export_module, "_finish", fail)
        feedback = Listening()
        assert not algorithm.run(changing, context, feedback)[1]
        assert "6 chips are kept" in feedback.errors[0]
    feedback = Listening()
    given = {**images, "existingOutput": policy if again == "same" else again}
    assert algorithm.checkParameterValues(given, context) == (True, "")
    assert algorithm.run(given, context, feedback)[1], feedback.errors
    assert len(files(images, "images/*.tif")) == (12 if policy == "append" else 6)
    assert files(images, ".chipwright") == []


def test_a_cancelled_export_has_no_results(
    algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext, images: dict[str, Any]
) -> None:
    feedback = Listening()
    feedback.cancel()
    results, _ = algorithm.run(images, context, feedback)
    assert "numberOfChips" not in results
    assert feedback.errors == []
    assert any("cancelled" in info for info in feedback.infos)


def test_checking_accepts_what_can_be_exported(
    algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext, boxes: dict[str, Any]
) -> None:
    assert algorithm.checkParameterValues(boxes, context) == (True, "")


def test_checking_refuses_points_without_a_buffer(
    algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext, boxes: dict[str, Any]
) -> None:
    wells = QgsVectorLayer("Point?crs=EPSG:32636", "wells", "memory")
    QgsProject.instance().addMapLayer(wells)
    points = {**boxes, "inputClassData": wells.id()}
    accepted, said = algorithm.checkParameterValues(points, context)
    assert not accepted and said.startswith("bufferRadius: inputClassData has points")
    assert algorithm.checkParameterValues({**points, "bufferRadius": 2}, context)[0]


def test_checking_writes_nothing(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    boxes: dict[str, Any],
    memory_squares: QgsVectorLayer,
) -> None:
    QgsProject.instance().addMapLayer(memory_squares)
    algorithm.checkParameterValues({**boxes, "inputClassData": memory_squares.id()}, context)
    assert not Path(boxes["outputLocation"]).exists()
    assert memory_files() == []


def test_checking_survives_the_lack_of_everything(
    algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext
) -> None:
    accepted, said = algorithm.checkParameterValues({}, context)
    assert not accepted and said.startswith("inputRaster:")
