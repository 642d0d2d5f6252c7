"""QGIS without a window, the provider, and small layers made of nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from osgeo import gdal, ogr, osr
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingProvider,
    QgsProject,
    QgsVectorLayer,
)

from chipwright.algorithms.parameter_values import ParameterValues
from chipwright.algorithms.requested_export import (
    RequestedExport,
    requested_export,
)

from .serving import Imitation

APPLICATIONS: list[QgsApplication] = []
RequestOf = Callable[[dict[str, Any]], RequestedExport]
SQUARES = (
    ("POLYGON ((0 0, 0 10, 10 10, 10 0, 0 0))", 3, "oak", 0.5),
    ("POLYGON ((20 0, 20 10, 30 10, 30 0, 20 0))", 1, "ash", 1.5),
    ("POLYGON ((40 0, 40 10, 50 10, 50 0, 40 0))", 2, "fir", 2.5),
)


@pytest.fixture(scope="session", autouse=True)
def qgis() -> QgsApplication:
    """Is there before any test: a layer that is made earlier leaves QGIS with few providers.

    Lives until the process ends: leaving QGIS while Python still holds layers crashes it.
    """
    running = QgsApplication.instance()
    if running is None:
        APPLICATIONS.append(QgsApplication([], False))
        APPLICATIONS[0].initQgis()
    return QgsApplication.instance()


@pytest.fixture
def provider(qgis: QgsApplication) -> Iterator[QgsProcessingProvider]:
    from chipwright.algorithms.provider import ChipwrightProvider

    provider = ChipwrightProvider()
    assert QgsApplication.processingRegistry().addProvider(provider)
    yield provider
    QgsApplication.processingRegistry().removeProvider(provider)


@pytest.fixture
def algorithm(provider: QgsProcessingProvider) -> QgsProcessingAlgorithm:
    return provider.algorithm("exporttrainingdata").create()


@pytest.fixture
def context(qgis: QgsApplication) -> Iterator[QgsProcessingContext]:
    """With an empty project that is cleared afterwards."""
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    yield context
    QgsProject.instance().clear()


@pytest.fixture
def request_of(
    algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext, raster_path: Path
) -> RequestOf:
    """Reads parameters; the raster and a format that needs no labels are given already."""

    def read(parameters: dict[str, Any]) -> RequestedExport:
        given = {"inputRaster": str(raster_path), "metadataFormat": "Export_Tiles", **parameters}
        return requested_export(ParameterValues(algorithm, given, context), "/data/chips")

    return read


@pytest.fixture
def raster_path(tmp_path: Path) -> Path:
    """60 × 40 pixels of 1 m, three bands, no-data 0."""
    path = tmp_path / "image.tif"
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 60, 40, 3, gdal.GDT_Byte)
    dataset.SetGeoTransform((0, 1, 0, 40, 0, -1))
    dataset.SetProjection(utm_wkt())
    for band in (1, 2, 3):
        dataset.GetRasterBand(band).Fill(50 * band)
        dataset.GetRasterBand(band).SetNoDataValue(0)
    dataset = None
    return path


@pytest.fixture
def labels_path(tmp_path: Path) -> Path:
    """A GeoPackage whose second layer holds three squares."""
    path = tmp_path / "labels.gpkg"
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    _write_squares(dataset.CreateLayer("empty", utm_reference(), ogr.wkbPolygon), ())
    _write_squares(dataset.CreateLayer("squares", utm_reference(), ogr.wkbPolygon), SQUARES)
    dataset = None
    return path


@pytest.fixture
def squares(qgis: QgsApplication, labels_path: Path) -> QgsVectorLayer:
    return QgsVectorLayer(f"{labels_path}|layername=squares", "squares", "ogr")


@pytest.fixture
def memory_squares(squares: QgsVectorLayer) -> QgsVectorLayer:
    layer = QgsVectorLayer("Polygon?crs=EPSG:32636", "memory squares", "memory")
    layer.dataProvider().addAttributes([f for f in squares.fields() if f.name() != "fid"])
    layer.updateFields()
    features = list(squares.getFeatures())
    for feature in features:
        feature.setAttributes(feature.attributes()[1:])
    layer.dataProvider().addFeatures(features)
    return layer


def utm_reference() -> osr.SpatialReference:
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32636)
    return reference


def utm_wkt() -> str:
    return str(utm_reference().ExportToWkt())


def _write_squares(layer: ogr.Layer, squares: tuple[tuple[str, int, str, float], ...]) -> None:
    for name, kind in (("Value", ogr.OFTInteger), ("species", ogr.OFTString), ("m", ogr.OFTReal)):
        layer.CreateField(ogr.FieldDefn(name, kind))
    for wkt, *attributes in squares:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
        for index, value in enumerate(attributes):
            feature.SetField(index, value)
        layer.CreateFeature(feature)


@pytest.fixture
def services() -> Iterator[Imitation]:
    """Web services on this computer."""
    with Imitation().running() as imitation:
        yield imitation
