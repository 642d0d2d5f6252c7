"""A raster of ten milliard pixels: planned whole, and begun, in little memory."""

from __future__ import annotations

import tracemalloc
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.errors import ExportCancelled
from chipwright.core.export import export
from chipwright.core.plan import STRIP_BYTES
from chipwright.core.preparation import prepare
from chipwright.core.progress import Silence, StopSignal
from chipwright.core.request import Size
from chipwright.core.turned_plan import PlanSequence

from .dataset_reading import pixels
from .exporting import Listener, chip_request
from .made_sources import GEOTRANSFORM
from .making import UTM

SIDE = 100_000
ACROSS = SIDE // 256
FEW_BYTES = 60 << 20


@pytest.fixture(scope="module", params=["virtual", "sparse"])
def vast(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three bands of which nothing is stored."""
    path = tmp_path_factory.mktemp("vast") / "image.tif"
    driver = gdal.GetDriverByName("GTiff")
    options = ["SPARSE_OK=TRUE", "TILED=YES", "BIGTIFF=YES"]
    raster = driver.Create(str(path), SIDE, SIDE, 3, gdal.GDT_Byte, options)
    raster.SetGeoTransform(GEOTRANSFORM)
    raster.SetProjection(UTM)
    del raster
    if request.param == "virtual":
        gdal.BuildVRT(str(path.with_suffix(".vrt")), [str(path)])
        return path.with_suffix(".vrt")
    return path


@pytest.mark.parametrize("settings", [{}, {"stride_size": Size(128, 128)}, {"edge_policy": "pad"}])
def test_it_is_planned_in_little_memory(vast: Path, tmp_path: Path, settings: dict) -> None:  # type: ignore[type-arg]
    request = chip_request(vast, tmp_path / "chips", tile_size=Size(256, 256), **settings)
    tracemalloc.start()
    try:
        (prepared,) = prepare(request, Silence(), StopSignal())
        places = bytes_at_most = 0
        for batch in prepared.plan.batches():
            places += sum(strip.place_count for strip in batch)
            sizes = [3 * strip.grid.columns * strip.grid.rows for strip in batch]
            bytes_at_most = max(bytes_at_most, sum(sizes))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    expected = {"stride_size": 780, "edge_policy": ACROSS + 1}.get(next(iter(settings), ""), ACROSS)
    assert places == prepared.plan.place_count == expected**2
    assert bytes_at_most <= STRIP_BYTES
    assert peak < FEW_BYTES


def test_turned_chips_are_planned_one_after_the_other(vast: Path, tmp_path: Path) -> None:
    settings = {"tile_size": Size(256, 256), "rotation_angle": 45.0}
    tracemalloc.start()
    try:
        (prepared,) = prepare(
            chip_request(vast, tmp_path / "chips", **settings), Silence(), StopSignal()
        )
        assert isinstance(prepared.plan, PlanSequence)
        assert len(list(islice(prepared.plan.batches(), 1000))) == 1000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < FEW_BYTES


class Soon(Listener):
    """Wants to stop as soon as something is done."""

    def cancelled(self) -> bool:
        return bool(self.fractions)


def test_its_first_chips_are_cut_and_kept(vast: Path, tmp_path: Path) -> None:
    settings = {"tile_size": Size(256, 256), "parallel_processing_factor": "1"}
    with pytest.raises(ExportCancelled, match="chips are kept"):
        export(chip_request(vast, tmp_path / "chips", **settings), Soon())
    first, *others = sorted((tmp_path / "chips/images").glob("*.tif"))
    assert np.array_equal(pixels(first), np.zeros((3, 256, 256), np.uint8))
    assert len(others) < ACROSS * 16
