"""Vector layers as OGR finds them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal, ogr
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsField,
    QgsGeometry,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QVariant

from chipwright.algorithms.feature_copy import FeatureCopy
from chipwright.algorithms.feature_layers import feature_input
from chipwright.algorithms.memory_files import written
from chipwright.core.errors import ExportCancelled, InvalidRequest
from chipwright.core.progress import Silence
from chipwright.core.request import FeatureSource

NAME, SELECTED_ONLY = "inputClassData", True


class Impatience(Silence):
    """Progress of somebody who cancels at once."""

    def cancelled(self) -> bool:
        return True


class Notes(Silence):
    """Progress of somebody who writes warnings down."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warning(self, message: str) -> None:
        self.warnings.append(message)


def copy_of(layer: QgsVectorLayer, field: str = "", selected_only: bool = False) -> FeatureCopy:
    source, copy = feature_input(NAME, layer, field, selected_only)
    assert copy is not None and source == FeatureSource(copy.path)
    return copy


def rows(copy: FeatureCopy) -> list[dict[str, Any]]:
    """What OGR reads while the copy is there."""
    with written([copy], Silence()):
        dataset = gdal.OpenEx(copy.path, gdal.OF_VECTOR)
        return list(_rows(dataset.GetLayer(0)))


def _rows(layer: ogr.Layer) -> Iterator[dict[str, Any]]:
    for feature in layer:
        yield {**feature.items(), "wkt": feature.GetGeometryRef().ExportToWkt()}


def layer_of(wkt_type: str, *wkts: str) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{wkt_type}?crs=EPSG:32636", "made here", "memory")
    layer.dataProvider().addFeatures([feature_of(wkt) for wkt in wkts])
    return layer


def feature_of(wkt: str) -> QgsFeature:
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt(wkt))
    return feature


def test_saved_layer_is_handed_over_as_it_is(squares: QgsVectorLayer, labels_path: Path) -> None:
    source, copy = feature_input(NAME, squares, "species", False)
    assert (source, copy) == (FeatureSource(str(labels_path), "squares"), None)


def test_file_without_layer_name_is_handed_over_as_it_is(
    squares: QgsVectorLayer, tmp_path: Path
) -> None:
    path = str(tmp_path / "squares.geojson")
    gdal.VectorTranslate(path, squares.source().split("|")[0], layers=["squares"], format="GeoJSON")
    source, copy = feature_input(NAME, QgsVectorLayer(path), "", False)
    assert (source, copy) == (FeatureSource(path), None)


def test_memory_layer_is_copied(memory_squares: QgsVectorLayer) -> None:
    assert [row["Value"] for row in rows(copy_of(memory_squares))] == [3, 1, 2]


def test_only_fields_that_make_labels_are_copied(memory_squares: QgsVectorLayer) -> None:
    assert set(rows(copy_of(memory_squares))[0]) == {"Value", "wkt"}


def test_class_field_is_copied_whatever_its_case(memory_squares: QgsVectorLayer) -> None:
    copied = rows(copy_of(memory_squares, "SPECIES"))
    assert [row["species"] for row in copied] == ["oak", "ash", "fir"]


def test_names_and_colours_of_training_samples_are_copied() -> None:
    layer = layer_of("Point")
    names = ["Classname", "Classvalue", "RED", "GREEN", "BLUE", "Count"]
    layer.dataProvider().addAttributes([QgsField(name, QVariant.Int) for name in names])
    layer.updateFields()
    layer.dataProvider().addFeatures([feature_of("POINT (1 1)")])
    assert set(rows(copy_of(layer))[0]) == {*names[:5], "wkt"}


def test_copy_is_gone_afterwards(memory_squares: QgsVectorLayer) -> None:
    copy = copy_of(memory_squares)
    rows(copy)
    assert gdal.VSIStatL(copy.path) is None


def test_copy_is_gone_after_an_error(memory_squares: QgsVectorLayer) -> None:
    copy = copy_of(memory_squares)
    with pytest.raises(ZeroDivisionError), written([copy], Silence()):
        raise ZeroDivisionError
    assert gdal.VSIStatL(copy.path) is None


def test_copying_can_be_cancelled_and_leaves_nothing() -> None:
    copy = copy_of(layer_of("Point", *["POINT (1 1)"] * 1500))
    with pytest.raises(ExportCancelled), written([copy], Impatience()):
        pytest.fail("the body must not run")
    assert gdal.VSIStatL(copy.path) is None


def test_filtered_layer_is_copied_filtered(squares: QgsVectorLayer) -> None:
    squares.setSubsetString("\"species\" = 'ash'")
    assert [row["Value"] for row in rows(copy_of(squares))] == [1]


def test_layer_filtered_to_nothing_is_refused_by_its_name(squares: QgsVectorLayer) -> None:
    squares.setSubsetString('"Value" > 100')
    with pytest.raises(InvalidRequest, match="inputClassData: 'squares' shows no features"):
        rows(copy_of(squares))


def test_selected_features_are_copied_in_the_order_of_their_ids(
    memory_squares: QgsVectorLayer,
) -> None:
    first, _, last = sorted(memory_squares.allFeatureIds())
    memory_squares.selectByIds([last, first])
    copied = rows(copy_of(memory_squares, selected_only=SELECTED_ONLY))
    assert [row["Value"] for row in copied] == [3, 2]


def test_selection_counts_only_when_it_is_asked_for(squares: QgsVectorLayer) -> None:
    squares.selectByIds([1])
    assert feature_input(NAME, squares, "", False)[1] is None


def test_selection_larger_than_a_batch_keeps_its_order() -> None:
    layer = layer_of("Point", *[f"POINT ({x} 0)" for x in range(2500)])
    layer.selectAll()
    copied = rows(copy_of(layer, selected_only=SELECTED_ONLY))
    assert [row["wkt"] for row in copied] == [f"MULTIPOINT ({x} 0)" for x in range(2500)]


def test_unsaved_edits_are_copied(squares: QgsVectorLayer) -> None:
    squares.startEditing()
    squares.deleteFeature(1)
    assert [row["Value"] for row in rows(copy_of(squares))] == [1, 2]
    squares.rollBack()


def test_edit_mode_without_edits_needs_no_copy(squares: QgsVectorLayer) -> None:
    squares.startEditing()
    assert feature_input(NAME, squares, "", False)[1] is None
    squares.rollBack()


def test_virtual_class_field_is_copied(squares: QgsVectorLayer) -> None:
    squares.addExpressionField('"Value" * 10', QgsField("tenfold", QVariant.Int))
    assert [row["tenfold"] for row in rows(copy_of(squares, "tenfold"))] == [30, 10, 20]


def test_virtual_field_that_makes_no_labels_needs_no_copy(squares: QgsVectorLayer) -> None:
    squares.addExpressionField("1", QgsField("one", QVariant.Int))
    assert feature_input(NAME, squares, "Value", False)[1] is None


def test_coordinate_system_set_by_the_user_goes_with_the_copy(squares: QgsVectorLayer) -> None:
    squares.setCrs(QgsCoordinateReferenceSystem("EPSG:32633"))
    copy = copy_of(squares)
    with written([copy], Silence()):
        dataset = gdal.OpenEx(copy.path, gdal.OF_VECTOR)
        reference = dataset.GetLayer(0).GetSpatialRef()
        assert reference.GetAuthorityCode(None) == "32633"


def test_curves_become_lines() -> None:
    circle = "CURVEPOLYGON (CIRCULARSTRING (0 0, 1 1, 2 0, 1 -1, 0 0))"
    (row,) = rows(copy_of(layer_of("CurvePolygon", circle)))
    assert row["wkt"].startswith("MULTIPOLYGON")
    assert ogr.CreateGeometryFromWkt(row["wkt"]).GetArea() == pytest.approx(3.1416, abs=0.001)


def test_heights_are_left_out() -> None:
    solid = "POLYGON Z ((0 0 5, 0 1 5, 1 1 5, 0 0 5))"
    (row,) = rows(copy_of(layer_of("PolygonZ", solid)))
    assert row["wkt"] == "MULTIPOLYGON (((0 0,0 1,1 1,0 0)))"


def test_single_and_multi_part_features_go_together() -> None:
    layer = layer_of("MultiPoint", "POINT (1 1)", "MULTIPOINT (2 2, 3 3)")
    assert [row["wkt"] for row in rows(copy_of(layer))] == [
        "MULTIPOINT (1 1)",
        "MULTIPOINT (2 2,3 3)",
    ]


def test_features_without_geometry_are_left_out() -> None:
    layer = layer_of("Point", "POINT EMPTY", "POINT (1 1)")
    layer.dataProvider().addFeatures([QgsFeature()])
    assert [row["wkt"] for row in rows(copy_of(layer))] == ["MULTIPOINT (1 1)"]


def test_features_left_out_are_counted_in_a_warning() -> None:
    copy, said = copy_of(layer_of("Point", "POINT EMPTY", "POINT (1 1)")), Notes()
    with written([copy], said):
        pass
    assert said.warnings == ["inputClassData: features without a geometry, left out: 1."]


def test_table_without_geometries_is_refused(qgis: QgsApplication) -> None:
    with pytest.raises(InvalidRequest, match="inputClassData: 'made here' has no geometries"):
        feature_input(NAME, layer_of("None"), "", False)


def test_layers_are_not_changed(memory_squares: QgsVectorLayer) -> None:
    before = [(f.id(), f.attributes(), f.geometry().asWkt()) for f in memory_squares.getFeatures()]
    rows(copy_of(memory_squares, "species"))
    after = [(f.id(), f.attributes(), f.geometry().asWkt()) for f in memory_squares.getFeatures()]
    assert after == before
