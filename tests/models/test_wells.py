"""A model that buffers wells, exports chips and checks the dataset, without a window."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from osgeo import ogr, osr
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject
from qgis.core import QgsProcessingModelAlgorithm as Model

from chipwright.tests.models.wells import MODEL, wells_model
from chipwright.tests.scenes import Scene

CHIPS = 20
WELLS = ((100.0, 60.0), (330.0, 60.0), (300.0, 200.0))
"""In pixels of the scene."""
DATASET, FOOTPRINTS, REPORT = "export:Dataset", "export:Chips", "check:Report"


@pytest.fixture
def values(scene: Scene, tmp_path: Path) -> dict[str, str]:
    wells = tmp_path / "wells.gpkg"
    write_wells(wells, scene.image)
    return {
        "image": str(scene.image),
        "wells": str(wells),
        "radius": "6",
        DATASET: str(tmp_path / "dataset"),
        FOOTPRINTS: str(tmp_path / "chips.gpkg"),
        REPORT: str(tmp_path / "report.json"),
    }


def write_wells(path: Path, image: Path) -> None:
    from osgeo import gdal

    raster = gdal.Open(str(image))
    left, size, _, top, _, down = raster.GetGeoTransform()
    target = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = target.CreateLayer("wells", osr.SpatialReference(raster.GetProjection()), ogr.wkbPoint)
    for column, row in WELLS:
        feature = ogr.Feature(layer.GetLayerDefn())
        x, y = left + column * size, top + row * down
        feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT ({x} {y})"))
        layer.CreateFeature(feature)


def check_dataset(values: dict[str, str]) -> None:
    folder = Path(values[DATASET])
    assert len(list((folder / "images").iterdir())) == CHIPS
    assert len(list((folder / "labels/1").iterdir())) == len(
        WELLS
    )  # each well in a chip of its own
    footprints = ogr.Open(values[FOOTPRINTS])
    rows = [(it.GetField("number"), it.GetField("labelcount")) for it in footprints.GetLayer()]
    assert [number for number, _ in rows] == list(range(CHIPS))
    assert sum(count for _, count in rows) == len(WELLS)
    report = json.loads(Path(values[REPORT]).read_text("utf-8"))
    assert (report["metadataFormat"], report["numberOfErrors"]) == ("RCNN_Masks", 0)


@pytest.fixture
def native(qgis: QgsApplication, provider: Any) -> Iterator[None]:
    """QGIS's own algorithms and ours."""
    from qgis.analysis import QgsNativeAlgorithms

    registry = QgsApplication.processingRegistry()
    added = None if registry.providerById("native") else QgsNativeAlgorithms(registry)
    if added is not None:
        registry.addProvider(added)
    yield
    if added is not None:
        registry.removeProvider(added)


def run(model: Model, values: dict[str, str]) -> tuple[dict[str, Any], str]:
    """What it gives and what it says."""
    feedback, context = QgsProcessingFeedback(False), QgsProcessingContext()
    context.setProject(QgsProject.instance())
    results, done = model.create().run(dict(values), context, feedback)
    assert done
    return results, str(feedback.textLog())


def test_the_model_runs_and_later_steps_know_folder_and_number(
    native: None, values: dict[str, str]
) -> None:
    results, said = run(wells_model(), values)
    assert results[DATASET] == values[DATASET]
    assert results[FOOTPRINTS] == values[FOOTPRINTS]
    assert f"Chips: {CHIPS}, labels: {len(WELLS)}" in said
    check_dataset(values)


def test_the_file_is_the_model(native: None, values: dict[str, str]) -> None:
    model, built = Model(), wells_model()
    assert model.fromFile(str(MODEL))
    assert model.childAlgorithms().keys() == built.childAlgorithms().keys()
    for name, child in model.childAlgorithms().items():
        assert child.algorithmId() == built.childAlgorithm(name).algorithmId()
    run(model, values)
    check_dataset(values)


def test_qgis_process_runs_the_file(
    values: dict[str, str], qgis_environment: dict[str, str]
) -> None:
    """Destinations are called by their step and their name."""
    given = [f"{name}={value}" for name, value in values.items()]
    command = ["qgis_process", "--json", "run", str(MODEL), "--", *given]
    done = subprocess.run(
        command, env=qgis_environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)["results"]
    assert {name: results[name] for name in (DATASET, FOOTPRINTS)} == {
        name: values[name] for name in (DATASET, FOOTPRINTS)
    }
    check_dataset(values)


def test_footprints_without_a_name_are_not_made(native: None, values: dict[str, str]) -> None:
    model = wells_model()
    export = model.childAlgorithm("export")
    export.removeModelOutput("Chips")
    model.setChildAlgorithm(export)
    model.updateDestinationParameters()
    results, said = run(model, {name: it for name, it in values.items() if name != FOOTPRINTS})
    assert FOOTPRINTS not in results and "footprints" not in said.partition("Results:")[2]
    assert not Path(values[FOOTPRINTS]).exists()
