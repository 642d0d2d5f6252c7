"""The output `footprints` of the export: a layer of the chips that were written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal
from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingProvider,
    QgsProcessingUtils,
    QgsProject,
    QgsVectorLayer,
)

from chipwright.algorithms.footprint_layer import COLUMNS, FootprintStyle
from chipwright.core.footprints import Footprint
from chipwright.tests.core.made_sources import box, features_file, noise_file

Given = dict[str, Any]


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """An image of six chips, two of them with labels."""
    rows = [(box(5, 5, 15, 15), {"kind": "roof"}), (box(60, 70, 70, 80), {"kind": "tree"})]
    return {
        "inputRaster": str(noise_file(tmp_path / "image.tif", 192, 128)),
        "inputClassData": str(features_file(tmp_path / "labels.gpkg", rows)),
        "classValueField": "kind",
        "metadataFormat": "KITTI_rectangles",
        "tileSizeX": 64,
        "tileSizeY": 64,
        "strideSizeX": 64,
        "strideSizeY": 64,
        "exportAllTiles": False,
        "outputLocation": str(tmp_path / "dataset"),
    }


class Listening(QgsProcessingFeedback):
    """Feedback that remembers errors, and that the user cancels when something is said."""

    def __init__(self, cancels_at: str = "never said") -> None:
        super().__init__(logFeedback=False)
        self.errors: list[str] = []
        self.infos: list[str] = []
        self._cancels_at = cancels_at

    def reportError(self, error: str, _fatal: bool = False) -> None:
        self.errors.append(error)

    def pushInfo(self, info: str) -> None:
        self.infos.append(info)
        if self._cancels_at in info:
            self.cancel()


def run(
    algorithm: QgsProcessingAlgorithm, given: Given, context: QgsProcessingContext
) -> tuple[Given, QgsVectorLayer]:
    feedback = Listening()
    results, succeeded = algorithm.create().run(given, context, feedback)
    assert succeeded, feedback.errors
    return results, QgsProcessingUtils.mapLayerFromString(results["footprints"], context)


@pytest.mark.parametrize("name", ["chips.gpkg", "chips.geojson", "chips.shp", "dataset/chips.gpkg"])
def test_a_file_has_a_row_for_every_chip(
    algorithm: QgsProcessingAlgorithm, given: Given, context: QgsProcessingContext,
    tmp_path: Path, name: str,
) -> None:  # fmt: skip
    results, layer = run(algorithm, {**given, "footprints": str(tmp_path / name)}, context)
    assert results["footprints"] == str(tmp_path / name) and results["numberOfChips"] == 3
    read_back = gdal.OpenEx(str(tmp_path / name))
    numbers = [row.GetField("number") for row in read_back.GetLayer()]
    written = sorted((tmp_path / "dataset/images").glob("*.tif"))
    assert numbers == [int(path.stem) for path in written]
    assert layer.featureCount() == len(written) == 3


def test_rows_are_those_of_a_preview(
    provider: QgsProcessingProvider, algorithm: QgsProcessingAlgorithm, given: Given,
    context: QgsProcessingContext,
) -> None:  # fmt: skip
    _, layer = run(algorithm, {**given, "footprints": "memory:"}, context)
    preview = provider.algorithm("previewchips").create()
    foreseen, done = preview.run({**given, "OUTPUT": "memory:"}, context, Listening())
    assert done
    places = QgsProcessingUtils.mapLayerFromString(foreseen["OUTPUT"], context)
    assert layer.fields().names() == places.fields().names() == [name for name, _ in COLUMNS]
    assert layer.crs() == places.crs() and layer.crs().authid() == "EPSG:32633"
    rows = [(it.attributes(), it.geometry().asWkt()) for it in layer.getFeatures()]
    chips = [it for it in places.getFeatures() if it["kept"]]
    assert rows == [(it.attributes(), it.geometry().asWkt()) for it in chips] != []
    assert [json.loads(it[0][6]) for it in rows] == [{"roof": 1}, {"tree": 1}, {"tree": 1}]


@pytest.mark.parametrize("skipped", [None, "", QgsProcessingOutputLayerDefinition("")])
def test_no_layer_is_made_that_nobody_asks_for(
    algorithm: QgsProcessingAlgorithm, given: Given, context: QgsProcessingContext, skipped: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from chipwright.core import export

    monkeypatch.setattr(export, "_footprints", None)  # would fail if it were called
    results, succeeded = algorithm.run({**given, "footprints": skipped}, context, Listening())
    assert succeeded and "footprints" not in results
    assert context.layersToLoadOnCompletion() == {}


def test_a_dialog_loads_the_layer_and_gives_it_a_look(
    algorithm: QgsProcessingAlgorithm, given: Given, context: QgsProcessingContext
) -> None:
    wanted = QgsProcessingOutputLayerDefinition(
        QgsProcessing.TEMPORARY_OUTPUT, QgsProject.instance()
    )
    created = algorithm.create()
    results, succeeded = created.run({**given, "footprints": wanted}, context, Listening())
    assert succeeded
    (name,) = context.layersToLoadOnCompletion()
    assert name == results["footprints"]
    look = context.layerToLoadOnCompletionDetails(name).postProcessor()
    assert isinstance(look, FootprintStyle)
    layer = QgsProcessingUtils.mapLayerFromString(name, context)
    look.postProcessLayer(layer, context, Listening())
    assert [it.value() for it in layer.renderer().categories()] == [1]


def test_bad_input_leaves_no_layer(
    algorithm: QgsProcessingAlgorithm, given: Given, context: QgsProcessingContext, tmp_path: Path
) -> None:
    path = tmp_path / "chips.gpkg"
    feedback = Listening()
    wrong = {**given, "tileSizeX": 5000, "footprints": str(path)}
    assert not algorithm.run(wrong, context, feedback)[1]
    assert feedback.errors[0].startswith("tileSizeX") and not path.exists()


@pytest.mark.parametrize("name", ["missing/chips.gpkg", "image.tif/chips.gpkg"])
def test_a_file_that_cannot_be_is_refused_before_anything_is_written(
    algorithm: QgsProcessingAlgorithm, given: Given, context: QgsProcessingContext, tmp_path: Path,
    name: str,
) -> None:  # fmt: skip
    feedback = Listening()
    wrong = {**given, "footprints": str(tmp_path / name)}
    assert not algorithm.run(wrong, context, feedback)[1]
    assert feedback.errors == [
        f"footprints: there is no folder '{(tmp_path / name).parent}'; choose another file."
    ]
    assert not Path(given["outputLocation"]).exists()


def test_chips_are_kept_if_the_layer_cannot_be_written(
    algorithm: QgsProcessingAlgorithm, given: Given, context: QgsProcessingContext, tmp_path: Path
) -> None:
    (tmp_path / "chips.gpkg").mkdir()
    feedback = Listening()
    wrong = {**given, "footprints": str(tmp_path / "chips.gpkg")}
    assert not algorithm.run(wrong, context, feedback)[1]
    said = feedback.errors[-1]
    assert said.startswith("footprints: '") and "3 chips are kept" in said
    right = {**given, "footprints": "memory:", "existingOutput": "resume"}
    assert run(algorithm, right, context)[1].featureCount() == 3


def test_a_cancelled_export_has_no_layer_and_no_error(
    algorithm: QgsProcessingAlgorithm, given: Given, context: QgsProcessingContext
) -> None:
    feedback = Listening()
    feedback.cancel()
    cancelled = {**given, "footprints": "memory:"}
    results, _ = algorithm.run(cancelled, context, feedback)
    assert "footprints" not in results and feedback.errors == []
    assert any("cancelled" in it for it in feedback.infos)


def test_cancelling_while_the_layer_is_filled_keeps_the_chips(
    algorithm: QgsProcessingAlgorithm, given: Given, context: QgsProcessingContext
) -> None:
    """In pixel space something is said before the first footprint."""
    feedback = Listening(cancels_at="footprints: ")
    pixels = {**given, "referenceSystem": "PIXEL_SPACE", "footprints": "memory:"}
    results, _ = algorithm.run(pixels, context, feedback)
    assert "footprints" not in results and feedback.errors == []
    assert any("3 chips are kept" in it for it in feedback.infos)


def test_a_place_outside_of_the_system_is_a_row_without_a_polygon(qgis: Any) -> None:
    from chipwright.algorithms.footprint_layer import footprint_feature

    nowhere = Footprint((), 7, "image", 0, 0, 0.0, "", {}, 0.0, "")
    feature = footprint_feature(nowhere)
    assert feature.geometry().isNull() and feature["number"] == 7
