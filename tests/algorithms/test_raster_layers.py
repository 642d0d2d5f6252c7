"""Raster layers as GDAL finds them."""

from __future__ import annotations

from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsRasterLayer,
    QgsRasterRange,
)

from chipwright.algorithms.memory_files import written
from chipwright.algorithms.raster_layers import AdjustedRaster, raster_input, split_source
from chipwright.core.errors import InvalidRequest, UnreadableSource
from chipwright.core.progress import Silence
from chipwright.core.request import RasterSource

NAME = "inputRaster"


@pytest.fixture
def image(qgis: QgsApplication, raster_path: Path) -> QgsRasterLayer:
    return QgsRasterLayer(str(raster_path), "image")


def adjusted_of(layer: QgsRasterLayer) -> AdjustedRaster:
    source, adjusted = raster_input(NAME, layer)
    assert adjusted is not None and source == RasterSource(adjusted.path)
    return adjusted


def nodata_of(adjusted: AdjustedRaster) -> list[float | None]:
    with written([adjusted], Silence()):
        dataset = gdal.Open(adjusted.path)
        return [dataset.GetRasterBand(band).GetNoDataValue() for band in (1, 2, 3)]


def test_file_is_handed_over_as_it_is(image: QgsRasterLayer, raster_path: Path) -> None:
    assert raster_input(NAME, image) == (RasterSource(str(raster_path)), None)


@pytest.mark.parametrize(
    ("text", "path", "options"),
    [
        ("/a/b.tif|option:NUM_THREADS=4|option:X=y z", "/a/b.tif", ("NUM_THREADS=4", "X=y z")),
        ("/vsicurl/https://host/b.tif|authcfg=abc1234", "/vsicurl/https://host/b.tif", ()),
        ("/a/b.tif|option:X=1|authcfg=abc1234", "/a/b.tif", ("X=1",)),
        ('NETCDF:"/a/b.nc":ndvi', 'NETCDF:"/a/b.nc":ndvi', ()),
        ("GPKG:/a/b.gpkg:relief", "GPKG:/a/b.gpkg:relief", ()),
        ("/vsizip//a/b.zip/c.tif", "/vsizip//a/b.zip/c.tif", ()),
        ("/a/odd|name.tif", "/a/odd|name.tif", ()),
    ],
)
def test_source_is_split_into_path_and_open_options(
    text: str, path: str, options: tuple[str, ...]
) -> None:
    assert split_source(text) == RasterSource(path, options)


def test_open_options_go_with_the_source(qgis: QgsApplication, raster_path: Path) -> None:
    layer = QgsRasterLayer(f"{raster_path}|option:NUM_THREADS=2", "image")
    assert raster_input(NAME, layer)[0] == RasterSource(str(raster_path), ("NUM_THREADS=2",))


def test_other_providers_are_refused_by_name(qgis: QgsApplication, image: QgsRasterLayer) -> None:
    layer = QgsRasterLayer("type=xyz&url=http://127.0.0.1:9/{z}/{x}/{y}.png", "tiles", "wms")
    with pytest.raises(InvalidRequest, match="inputRaster: 'tiles' comes from 'wms'.*choose"):
        raster_input(NAME, layer)


def test_coordinate_system_set_by_the_user_goes_with_the_raster(image: QgsRasterLayer) -> None:
    image.setCrs(QgsCoordinateReferenceSystem("EPSG:32633"))
    adjusted = adjusted_of(image)
    with written([adjusted], Silence()):
        dataset = gdal.Open(adjusted.path)
        reference = dataset.GetSpatialRef()
        assert reference.GetAuthorityCode(None) == "32633"


def test_pixels_behind_a_set_coordinate_system_are_those_of_the_file(
    image: QgsRasterLayer, raster_path: Path
) -> None:
    image.setCrs(QgsCoordinateReferenceSystem("EPSG:32633"))
    adjusted = adjusted_of(image)
    with written([adjusted], Silence()):
        shown = gdal.Open(adjusted.path).ReadAsArray()
    assert (shown == gdal.Open(str(raster_path)).ReadAsArray()).all()


def test_nodata_of_the_file_switched_off_is_switched_off(image: QgsRasterLayer) -> None:
    image.dataProvider().setUseSourceNoDataValue(2, False)
    assert nodata_of(adjusted_of(image)) == [0, None, 0]


def test_nodata_set_by_the_user_replaces_that_of_the_file(image: QgsRasterLayer) -> None:
    image.dataProvider().setUseSourceNoDataValue(1, False)
    image.dataProvider().setUserNoDataValue(1, [QgsRasterRange(255, 255)])
    assert nodata_of(adjusted_of(image)) == [255, 0, 0]


def test_several_nodata_values_are_refused(image: QgsRasterLayer) -> None:
    image.dataProvider().setUserNoDataValue(1, [QgsRasterRange(255, 255)])
    with pytest.raises(InvalidRequest, match="inputRaster: .*several no-data values in band 1"):
        raster_input(NAME, image)


def test_raster_that_vanished_is_an_error_with_its_path(
    image: QgsRasterLayer, raster_path: Path
) -> None:
    image.setCrs(QgsCoordinateReferenceSystem("EPSG:32633"))
    adjusted = adjusted_of(image)
    raster_path.unlink()
    with pytest.raises(UnreadableSource, match="image.tif.? cannot be read"):
        with written([adjusted], Silence()):
            pytest.fail("the body must not run")


def test_adjusted_raster_is_gone_afterwards(image: QgsRasterLayer) -> None:
    image.setCrs(QgsCoordinateReferenceSystem("EPSG:32633"))
    adjusted = adjusted_of(image)
    nodata_of(adjusted)
    assert gdal.VSIStatL(adjusted.path) is None
