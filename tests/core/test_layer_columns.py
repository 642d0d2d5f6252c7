"""Arrays against features: both ways to read a layer find the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osgeo import gdal, ogr

from chipwright.core import layer_columns
from chipwright.core.errors import ChipExportError
from chipwright.core.feature_query import FeatureQuery, queried_layer
from chipwright.core.features import read_features
from chipwright.core.grid import PixelGrid
from chipwright.core.layer_columns import Cell, Column, column_batches, come_as_arrays
from chipwright.core.request import FeatureSource
from chipwright.tests.core.making import NORTH_UP, box, crs, examples, geometry, quiet, reference

needs_arrays = pytest.mark.skipif(
    not hasattr(ogr.Layer, "GetArrowStreamAsNumPy"), reason="arrays of features came with GDAL 3.6"
)
Row = tuple[Optional[str], Sequence[Cell]]
Field = tuple[str, int, int]
ENDINGS = {
    "GPKG": ".gpkg",
    "FlatGeobuf": ".fgb",
    "ESRI Shapefile": ".shp",
    "GeoJSON": ".geojson",
    "SQLite": ".sqlite",
}
X, Y = 500_010.0, 5_399_960.0
SQUARE = box(X, Y, X + 10, Y + 10)
SHAPES: list[Optional[str]] = [
    SQUARE,
    f"MULTIPOLYGON ((({X} {Y}, {X + 9} {Y}, {X} {Y + 9}, {X} {Y})))",
    f"MULTIPOLYGON ((({X} {Y}, {X + 4} {Y}, {X} {Y + 4}, {X} {Y})),"
    f" (({X + 9} {Y}, {X + 14} {Y}, {X + 9} {Y + 4}, {X + 9} {Y})))",
    f"POLYGON (({X} {Y}, {X + 9} {Y}, {X + 9} {Y + 9}, {X} {Y + 9}, {X} {Y}),"
    f" ({X + 2} {Y + 2}, {X + 2} {Y + 4}, {X + 4} {Y + 4}, {X + 2} {Y + 2}))",
    f"POLYGON (({X} {Y}, {X + 10} {Y + 10}, {X + 10} {Y}, {X} {Y + 10}, {X} {Y}))",
    "POLYGON EMPTY",
    None,
    box(X + 3, Y + 3, X + 30, Y + 5),
    box(0, 0, 1, 1),
]
SOLID: list[Optional[str]] = [
    f"POLYGON Z (({X} {Y} 5, {X + 4} {Y} 5, {X} {Y + 4} 5, {X} {Y} 5))",
    f"POLYGON M (({X} {Y} 5, {X + 4} {Y} 5, {X} {Y + 4} 5, {X} {Y} 5))",
]
CURVED: list[Optional[str]] = [
    f"CURVEPOLYGON (CIRCULARSTRING ({X} {Y}, {X + 5} {Y + 5}, {X + 10} {Y},"
    f" {X + 5} {Y - 5}, {X} {Y}))",
    f"GEOMETRYCOLLECTION ({SQUARE}, POINT ({X} {Y}))",
]
INTEGER = ("value", ogr.OFTInteger, ogr.OFSTNone)
FIELDS: dict[str, tuple[Field, Sequence[Cell]]] = {
    "integers": (INTEGER, [1, 2, None, 70_000]),
    "large integers": (("value", ogr.OFTInteger64, ogr.OFSTNone), [1, 2**32 - 1, None]),
    "reals": (("value", ogr.OFTReal, ogr.OFSTNone), [1.0, 2.0, None]),
    "texts": (("value", ogr.OFTString, ogr.OFSTNone), ["roof", " Äpfel ", "", None, "\u3042"]),
    "numbers as texts": (("value", ogr.OFTString, ogr.OFSTNone), ["3", "12", None]),
    "short integers": (("value", ogr.OFTInteger, ogr.OFSTInt16), [1, 300, None]),
    "truths": (("value", ogr.OFTInteger, ogr.OFSTBoolean), [1, 1, None]),
    "short reals": (("value", ogr.OFTReal, ogr.OFSTFloat32), [1.0, 2.0, None]),
}
DESCRIBING: list[Field] = [
    ("classname", ogr.OFTString, ogr.OFSTNone),
    ("RED", ogr.OFTInteger, ogr.OFSTNone),
    ("Green", ogr.OFTReal, ogr.OFSTNone),
    ("blue", ogr.OFTString, ogr.OFSTNone),
    ("rank", ogr.OFTString, ogr.OFSTNone),
]


def written(folder: Path, driver: str, fields: Sequence[Field], rows: Sequence[Row]) -> str:
    path = str(folder / f"labels{ENDINGS[driver]}")
    with quiet():
        source = ogr.GetDriverByName(driver).CreateDataSource(path)
        kind = ogr.wkbPolygon if driver == "ESRI Shapefile" else ogr.wkbUnknown
        layer = source.CreateLayer("labels", reference(32633), kind)
        for name, field_type, subtype in fields:
            definition = ogr.FieldDefn(name, field_type)
            definition.SetSubType(subtype)
            layer.CreateField(definition)
        for wkt, cells in rows:
            layer.CreateFeature(_feature(layer, wkt, cells))
    return path


def _feature(layer: ogr.Layer, wkt: Optional[str], cells: Sequence[Cell]) -> ogr.Feature:
    feature = ogr.Feature(layer.GetLayerDefn())
    if wkt is not None:
        feature.SetGeometry(geometry(wkt))
    for position, cell in enumerate(cells):
        if cell is not None:
            feature.SetField(position, cell)
    return feature


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes what follows read features one by one."""
    return lambda: monkeypatch.setattr(layer_columns, "come_as_arrays", lambda *_: False)


def found(path: str, grid: PixelGrid = NORTH_UP, **more: Any) -> Any:
    """All that is read of a layer, or why nothing is."""
    query = FeatureQuery(
        FeatureSource(path), "inputClassData", grid, radius_parameter="bufferRadius", **more
    )
    try:
        features = read_features(query)
    except ChipExportError as error:
        return str(error)
    return (
        list(features.blobs),
        features.values.tolist(),
        features.classes,
        features.warnings,
        features.crs_wkt,
    )


@needs_arrays
@pytest.mark.parametrize("kind", FIELDS)
@pytest.mark.parametrize("driver", ENDINGS)
def test_arrays_and_features_are_read_alike(
    driver: str, kind: str, tmp_path: Path, one_by_one: Any
) -> None:
    field, cells = FIELDS[kind]
    wkts = SHAPES + (SOLID + CURVED if driver in ("GPKG", "SQLite") else [])
    rows = [
        (
            wkt,
            [cells[i % len(cells)], f"name {i % 3}" if i % 4 else None, i, i / 2, "7", f"{9 - i}"],
        )
        for i, wkt in enumerate(wkts * 4)
    ]
    path = written(tmp_path, driver, [field, *DESCRIBING], rows)
    ways = [{}, {"priority_field": "rank"}, {"buffer_radius": 2.0}, {"priority_field": "green"}]
    arrays = [found(path, **way) for way in ways]
    one_by_one()
    assert arrays == [found(path, **way) for way in ways]
    assert len(arrays[0][0]) > len(cells)


@needs_arrays
@pytest.mark.parametrize("epsg", [4326, 3857, 3035])
def test_arrays_and_features_are_reprojected_alike(
    epsg: int, tmp_path: Path, one_by_one: Any
) -> None:
    rows = [(wkt, [number + 1]) for number, wkt in enumerate(SHAPES + SOLID + CURVED)]
    path = written(tmp_path, "GPKG", [INTEGER], rows)
    grid = PixelGrid(100, 100, (10.0, 0.1, 0.0, 52.0, 0.0, -0.1), crs(4326))
    if epsg != 4326:
        grid = PixelGrid(100, 100, (0.0, 1e5, 0.0, 8e6, 0.0, -1e5), crs(epsg))
    arrays = found(path, grid)
    one_by_one()
    assert arrays == found(path, grid)
    assert len(arrays[0]) > 5


@needs_arrays
@pytest.mark.parametrize("driver", ENDINGS)
def test_plain_fields_come_as_arrays(driver: str, tmp_path: Path) -> None:
    layer = layer_of(written(tmp_path, driver, [INTEGER], [(SQUARE, [1])]))
    assert come_as_arrays(layer, [Column(0)])


@needs_arrays
@pytest.mark.parametrize("kind", ["truths", "short reals"])
def test_fields_whose_arrays_are_not_to_be_trusted_do_not(kind: str, tmp_path: Path) -> None:
    field, _ = FIELDS[kind]
    layer = layer_of(written(tmp_path, "GPKG", [field], [(SQUARE, [1])]))
    assert not come_as_arrays(layer, [Column(0)])


@needs_arrays
def test_a_field_that_is_called_as_the_ids_are_in_arrays_is_read_one_by_one(tmp_path: Path) -> None:
    field = ("OGC_FID", ogr.OFTInteger, ogr.OFSTNone)
    path = written(tmp_path, "GeoJSON", [field], [(SQUARE, [77])])
    assert not come_as_arrays(layer_of(path), [Column(0)])
    assert cells_of(path, [Column(0)]) == [[77]]


@needs_arrays
def test_reading_arrays_leaves_the_options_of_gdal_as_they_were(tmp_path: Path) -> None:
    path = written(tmp_path, "GPKG", [INTEGER], [(SQUARE, [1])])
    for batch in column_batches(layer_of(path), [Column(0)]):
        assert batch.fids.tolist() == [1]
        assert gdal.GetConfigOption("OGR_GPKG_STREAM_BASE_IMPL") is None


@pytest.mark.parametrize("count", [0, 1, 4, 5, 11])
@pytest.mark.parametrize("together", [True, False], ids=["arrays", "one by one"])
def test_every_feature_comes_once_however_many_they_are(
    count: int,
    together: bool,
    tmp_path: Path,
    one_by_one: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(layer_columns, "TOGETHER", 4)
    path = written(tmp_path, "GPKG", [INTEGER], [(SQUARE, [i]) for i in range(count)])
    if not together:
        one_by_one()
    assert cells_of(path, [Column(0)]) == [list(range(count))]


def test_a_number_that_is_wanted_as_a_text_is_written_as_the_layer_writes_it(
    tmp_path: Path,
) -> None:
    field = ("height", ogr.OFTReal, ogr.OFSTNone)
    path = written(tmp_path, "GPKG", [field], [(SQUARE, [2.0]), (SQUARE, [0.1])])
    assert cells_of(path, [Column(0, is_text=True)]) == [["2", "0.1"]]


@needs_arrays
@settings(examples, max_examples=12)
@given(st.lists(st.tuples(st.sampled_from(SHAPES), st.text(max_size=8)), min_size=1, max_size=12))
def test_any_texts_are_read_alike(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Optional[str], str]]
) -> None:
    field = ("value", ogr.OFTString, ogr.OFSTNone)
    texts = [
        (wkt, [text.replace("\0", "").encode("utf-8", "ignore").decode()]) for wkt, text in rows
    ]
    path = written(tmp_path_factory.mktemp("texts"), "GPKG", [field], texts)
    arrays = cells_of(path, [Column(0)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layer_columns, "come_as_arrays", lambda *_: False)
        assert arrays == cells_of(path, [Column(0)]) == [[text for _, (text,) in texts]]


def layer_of(path: str) -> ogr.Layer:
    return queried_layer(FeatureQuery(FeatureSource(path), "inputClassData", NORTH_UP))


def cells_of(path: str, columns: Sequence[Column]) -> list[list[Cell]]:
    """All cells of some columns."""
    batches = list(_batches(path, columns))
    ids = np.concatenate([np.empty(0, int), *(batch.fids for batch in batches)])
    assert len(np.unique(ids)) == len(ids)
    return [
        [cell for batch in batches for cell in batch.cells[number]]
        for number in range(len(columns))
    ]


def _batches(path: str, columns: Sequence[Column]) -> Iterator[layer_columns.ColumnBatch]:
    yield from column_batches(layer_of(path), columns)
