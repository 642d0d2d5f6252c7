"""Requests as workers elsewhere can carry them out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.cluster.shared_request import shared_request
from chipwright.core.errors import InvalidRequest
from chipwright.core.raster import describe_raster
from chipwright.core.raster_reader import RasterReader
from chipwright.core.request import ExportRequest, FeatureSource, RasterSource
from chipwright.tests.core.made_sources import noise_file

FOLDER = "/vsimem/tests_of_chipwright_shared"


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return noise_file(tmp_path / "image.tif", 32, 24)


@pytest.fixture
def in_memory(image: Path) -> Iterator[RasterSource]:
    """The image without its second band, as a VRT in memory."""
    path = f"{FOLDER}/image.vrt"
    gdal.Translate(path, str(image), format="VRT", bandList=[1, 3])
    yield RasterSource(path, ("ROOT_PATH=/",), "aerial")
    gdal.RmdirRecursive(FOLDER)


def request(raster: RasterSource, **more: Any) -> ExportRequest:
    return ExportRequest(raster, "dataset", metadata_format="Export_Tiles", **more)


def test_paths_are_made_absolute(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(image.parent)
    relative = RasterSource("image.tif")
    shared = shared_request(request(relative, raster_items=(relative,)))
    assert shared.input_raster.path == str(image)
    assert [item.path for item in shared.raster_items] == [str(image)]
    assert shared.output_location == str(image.parent / "dataset")


def test_the_user_reads_the_names_that_were_given(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(image.parent)
    assert str(shared_request(request(RasterSource("image.tif"))).input_raster) == "image.tif"


@pytest.mark.parametrize("path", ["/vsis3/bucket/a.tif", "GPKG:/maps/a.gpkg:relief", "WMS:a"])
def test_what_is_no_path_stays_as_it_is(path: str) -> None:
    shared = shared_request(request(RasterSource(path, ("ZOOM_LEVEL=3",))))
    assert shared.input_raster == RasterSource(path, ("ZOOM_LEVEL=3",))


def test_features_may_lie_in_memory(image: Path) -> None:
    """They are read here, and sent as they are."""
    labels = FeatureSource("/vsimem/labels.fgb")
    shared = shared_request(request(RasterSource(str(image)), input_class_data=labels))
    assert shared.input_class_data == labels


def test_a_description_in_memory_is_sent_as_a_text(in_memory: RasterSource) -> None:
    shared = shared_request(request(in_memory)).input_raster
    assert (shared.name, shared.open_options) == ("aerial", ("ROOT_PATH=/",))
    before = RasterReader(describe_raster(RasterSource(in_memory.path)))
    gdal.Unlink(in_memory.path)
    after = RasterReader(describe_raster(RasterSource(shared.path)))
    assert after.raster.bands == (1, 2)
    assert after.raster.grid == before.raster.grid
    assert np.array_equal(after.read(after.raster.grid)[0], band_of(shared.path, 1))


def band_of(path: str, number: int) -> Any:
    return gdal.Open(path).ReadAsArray()[number - 1]


def refused(**given: Any) -> InvalidRequest:
    with pytest.raises(InvalidRequest, match="lies in the memory of this process") as refusal:
        shared_request(request(**given))
    return refusal.value


def test_pixels_in_memory_are_refused(image: Path) -> None:
    path = f"{FOLDER}/copy.tif"
    gdal.Translate(path, str(image))
    second = RasterSource(path, name="second")
    refusal = refused(raster=RasterSource(str(image)), additional_input_raster=second)
    gdal.RmdirRecursive(FOLDER)
    assert refusal.parameter == "additionalInputRaster"
    assert "'second'" in refusal.problem
    assert "leave daskScheduler empty" in refusal.problem


def test_a_description_of_pixels_in_memory_is_refused(image: Path) -> None:
    gdal.Translate(f"{FOLDER}/copy.tif", str(image))
    gdal.Translate(f"{FOLDER}/copy.vrt", f"{FOLDER}/copy.tif", format="VRT")
    refusal = refused(raster=RasterSource(f"{FOLDER}/copy.vrt"))
    gdal.RmdirRecursive(FOLDER)
    assert refusal.parameter == "inputRaster"


def test_what_is_not_in_memory_any_more_is_refused() -> None:
    assert refused(raster=RasterSource(f"{FOLDER}/gone.tif")).parameter == "inputRaster"
