from __future__ import annotations

from pathlib import Path

import pytest
from osgeo import gdal

from chipwright.core.errors import UnreadableSource
from chipwright.core.grid import PixelGrid
from chipwright.core.raster import describe_raster
from chipwright.core.raster_reader import RasterReader
from chipwright.core.request import RasterSource
from chipwright.tests.core.making import (
    EVERY_GRID,
    NORTH_UP,
    gdal_raising,
    random_pixels,
    write_raster,
)

HOW_GDAL_FAILS = pytest.mark.parametrize("raising", [False, True], ids=["returns", "raises"])
TYPES = ("uint8", "uint16", "int16", "uint32", "int32", "float32", "float64")
PIXELS = random_pixels((3, NORTH_UP.rows, NORTH_UP.columns))


@pytest.fixture
def image(tmp_path: Path) -> str:
    return write_raster(tmp_path / "image.tif", PIXELS, NORTH_UP)


@EVERY_GRID
def test_the_grid_is_that_of_the_file(tmp_path: Path, grid: PixelGrid) -> None:
    raster = describe_raster(RasterSource(write_raster(tmp_path / "it.tif", PIXELS, grid)))
    assert raster.grid == PixelGrid(40, 30, grid.geotransform, raster.grid.crs_wkt)


@pytest.mark.parametrize("dtype", TYPES)
def test_the_type_is_that_of_the_file(tmp_path: Path, dtype: str) -> None:
    path = write_raster(tmp_path / "it.tif", random_pixels((1, 4, 4), dtype))
    assert describe_raster(RasterSource(path)).data_type == dtype


def test_bands_of_different_types_are_read_as_the_type_that_holds_them(tmp_path: Path) -> None:
    byte, signed = (
        write_raster(tmp_path / f"{dtype}.tif", random_pixels((1, 4, 4), dtype))
        for dtype in ("uint8", "int16")
    )
    both = str(tmp_path / "both.vrt")
    gdal.BuildVRT(both, [byte, signed], separate=True).FlushCache()
    assert describe_raster(RasterSource(both)).data_type == "int16"


def test_all_bands_are_used_unless_some_are_asked_for(image: str) -> None:
    assert describe_raster(RasterSource(image)).bands == (1, 2, 3)


def test_a_pixel_has_the_bytes_of_the_bands_in_use(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "it.tif", random_pixels((4, 2, 2), "uint16"))
    assert describe_raster(RasterSource(path), (4, 1)).pixel_bytes == 4


def test_nodata_is_that_of_the_bands_in_use(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "it.tif", random_pixels((3, 2, 2), "int16"), nodata=-9999)
    assert describe_raster(RasterSource(path), (2, 3)).nodata == (-9999, -9999)


def test_a_raster_without_nodata_says_so(image: str) -> None:
    assert describe_raster(RasterSource(image)).nodata == (None, None, None)


@pytest.mark.parametrize(("grid", "expected"), [(NORTH_UP, True), (None, False)])
def test_a_georeference_is_noticed(tmp_path: Path, grid: PixelGrid, expected: bool) -> None:
    path = write_raster(tmp_path / "it.tif", PIXELS, grid)
    assert describe_raster(RasterSource(path)).grid.is_on_map is expected


@HOW_GDAL_FAILS
@pytest.mark.parametrize(
    "content", [None, b"", b"this is a text"], ids=["missing", "empty", "text"]
)
def test_what_is_no_raster_is_named(tmp_path: Path, content: bytes | None, raising: bool) -> None:
    path = tmp_path / "field.tif"
    if content is not None:
        path.write_bytes(content)
    with gdal_raising(raising), pytest.raises(UnreadableSource, match="field.tif"):
        describe_raster(RasterSource(str(path)))


def test_a_band_that_is_not_there_is_named(image: str) -> None:
    with pytest.raises(UnreadableSource, match="has 3 bands.*4"):
        describe_raster(RasterSource(image), (1, 4))


def test_complex_pixels_are_refused(tmp_path: Path) -> None:
    path = str(tmp_path / "it.tif")
    gdal.GetDriverByName("GTiff").Create(path, 2, 2, 1, gdal.GDT_CFloat32)
    with pytest.raises(UnreadableSource, match="complex"):
        describe_raster(RasterSource(path))


def test_open_options_reach_gdal(tmp_path: Path) -> None:
    """Overview level 0 of a raster of 40 × 30 pixels is one of 20 × 15."""
    path = write_raster(tmp_path / "it.tif", PIXELS, NORTH_UP)
    gdal.Open(path, gdal.GA_Update).BuildOverviews("NEAREST", [2])
    source = RasterSource(path, ("OVERVIEW_LEVEL=0",))
    got = RasterReader(describe_raster(source)).raster.grid
    assert (got.columns, got.rows) == (20, 15)
