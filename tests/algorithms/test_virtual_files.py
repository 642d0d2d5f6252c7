from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProcessingAlgorithm, QgsProcessingContext, QgsProcessingFeedback

from chipwright.core.request import FeatureSource, RasterSource

from .conftest import RequestOf


@pytest.fixture
def archive(tmp_path: Path, raster_path: Path, labels_path: Path) -> str:
    """As GDAL looks into it."""
    path = tmp_path / "files.zip"
    with zipfile.ZipFile(path, "w") as files:
        files.write(raster_path, raster_path.name)
        files.write(labels_path, labels_path.name)
    return f"/vsizip/{path}"


@pytest.fixture
def given(archive: str, tmp_path: Path) -> dict[str, Any]:
    return {
        "inputRaster": f"{archive}/image.tif",
        "inputClassData": f"{archive}/labels.gpkg|layername=squares",
        "metadataFormat": "KITTI_rectangles",
        "tileSizeX": 20,
        "tileSizeY": 20,
        "outputLocation": str(tmp_path / "chips"),
    }


def test_files_in_an_archive_are_sources(request_of: RequestOf, given: dict[str, Any]) -> None:
    request = request_of(given).request
    assert request.input_raster.path == given["inputRaster"]
    labels = request.input_class_data
    assert isinstance(labels, FeatureSource) and labels.layer == "squares"


def test_further_images_may_lie_in_an_archive(request_of: RequestOf, archive: str) -> None:
    image = f"{archive}/image.tif"
    (item,) = request_of({"rasterItems": [image]}).request.raster_items
    assert isinstance(item, RasterSource) and item.path == image


def test_an_export_from_an_archive_runs(
    algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext, given: dict[str, Any]
) -> None:
    assert algorithm.checkParameterValues(given, context) == (True, "")
    results, done = algorithm.run(given, context, QgsProcessingFeedback())
    assert done and results["numberOfChips"] > 0


def test_what_cannot_be_loaded_is_shown_without_its_signature(
    algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext, given: dict[str, Any]
) -> None:
    missing = {**given, "inputRaster": "/vsicurl/http://127.0.0.1:9/image.tif?signature=abc"}
    accepted, said = algorithm.checkParameterValues(missing, context)
    assert not accepted
    assert said.startswith("inputRaster: '/vsicurl/http://127.0.0.1:9/image.tif?…' cannot be")
