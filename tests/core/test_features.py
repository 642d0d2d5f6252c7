from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from osgeo import gdal, ogr, osr

from chipwright.core.errors import ChipExportError, ExportCancelled, InvalidRequest
from chipwright.core.feature_query import FeatureQuery
from chipwright.core.features import Features, read_areas, read_features
from chipwright.core.grid import PixelGrid
from chipwright.core.map_boxes import box_in
from chipwright.core.request import FeatureSource
from chipwright.core.wkb import shapes_of_wkb
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    UTM,
    areas,
    box,
    crs,
    gdal_raising,
    geometry,
    quiet,
    reference,
    write_layer,
)

X, Y = 500_010.0, 5_399_960.0
SQUARE = box(X, Y, X + 10, Y + 10)
FAR_AWAY = box(0, 0, 10, 10)
BOW_TIE = f"POLYGON (({X} {Y}, {X + 10} {Y + 10}, {X + 10} {Y}, {X} {Y + 10}, {X} {Y}))"
HOW_GDAL_FAILS = pytest.mark.parametrize("raising", [False, True], ids=["returns", "raises"])
WIDE = PixelGrid(100, 100, (400_000.0, 1000.0, 0.0, 5_500_000.0, 0.0, -1000.0), UTM)


def query(path: str, layer: str = "", **more: Any) -> FeatureQuery:
    more.setdefault("grid", NORTH_UP)
    more.setdefault("parameter", "inputClassData")
    more.setdefault("radius_parameter", "bufferRadius")
    return FeatureQuery(FeatureSource(path, layer), **more)


def read(path: str, **more: Any) -> Features:
    return read_features(query(path, **more))


def refused(path: str, **more: Any) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        read(path, **more)
    return caught.value


@pytest.fixture
def labels(tmp_path: Path) -> Any:
    """Writes a layer of some geometries and returns its path."""

    def write(*wkts: Optional[str], **more: Any) -> str:
        return write_layer(tmp_path / "labels.gpkg", wkts, **more)

    return write


# geometries


@pytest.mark.parametrize(
    "wkt",
    [
        SQUARE,
        f"MULTIPOLYGON ((({X} {Y}, {X + 9} {Y}, {X} {Y + 9}, {X} {Y})))",
        f"MULTIPOLYGON ((({X} {Y}, {X + 4} {Y}, {X} {Y + 4}, {X} {Y})),"
        f" (({X + 9} {Y}, {X + 14} {Y}, {X + 9} {Y + 4}, {X + 9} {Y})))",
        f"POLYGON (({X} {Y}, {X + 9} {Y}, {X + 9} {Y + 9}, {X} {Y + 9}, {X} {Y}),"
        f" ({X + 2} {Y + 2}, {X + 2} {Y + 4}, {X + 4} {Y + 4}, {X + 2} {Y + 2}))",
    ],
    ids=["polygon", "one part", "two parts", "hole"],
)
def test_a_polygon_is_read_as_it_is(labels: Any, wkt: str) -> None:
    (blob,) = read(labels(wkt)).blobs
    assert blob == bytes(geometry(wkt).ExportToIsoWkb(ogr.wkbNDR))


@pytest.mark.parametrize("kind", ["Z", "M", "ZM"])
def test_further_dimensions_are_dropped(labels: Any, kind: str) -> None:
    tail = " 7" * len(kind)
    corners = [(X, Y), (X + 9, Y), (X, Y + 9), (X, Y)]
    text = ", ".join(f"{x} {y}{tail}" for x, y in corners)
    (blob,) = read(labels(f"POLYGON {kind} (({text}))")).blobs
    flat = geometry(f"POLYGON (({', '.join(f'{x} {y}' for x, y in corners)}))")
    assert blob == bytes(flat.ExportToIsoWkb(ogr.wkbNDR))


@pytest.mark.parametrize(
    "wkt",
    [
        f"CURVEPOLYGON (CIRCULARSTRING ({X} {Y}, {X + 10} {Y}, {X} {Y}))",
        f"MULTISURFACE (CURVEPOLYGON (CIRCULARSTRING ({X} {Y}, {X + 10} {Y}, {X} {Y})))",
    ],
    ids=["curve polygon", "multisurface"],
)
def test_a_curve_becomes_a_polygon(labels: Any, wkt: str) -> None:
    assert areas(read(labels(wkt)).blobs) == pytest.approx([np.pi * 25], rel=1e-2)


def test_of_a_collection_the_polygons_are_used(labels: Any) -> None:
    inner = f"GEOMETRYCOLLECTION ({box(X + 20, Y, X + 22, Y + 2)}, POINT ({X} {Y}))"
    path = labels(f"GEOMETRYCOLLECTION ({SQUARE}, LINESTRING ({X} {Y}, {X} {Y + 1}), {inner})")
    assert areas(read(path).blobs) == [104]


@pytest.mark.parametrize(
    "wkt",
    [
        f"TIN Z ((({X} {Y} 0, {X} {Y + 10} 0, {X + 10} {Y} 0, {X} {Y} 0)))",
        f"POLYHEDRALSURFACE Z ((({X} {Y} 0, {X} {Y + 10} 0, {X + 10} {Y} 0, {X} {Y} 0)))",
        f"TRIANGLE (({X} {Y}, {X} {Y + 10}, {X + 10} {Y}, {X} {Y}))",
    ],
    ids=["TIN", "polyhedral surface", "triangle"],
)
def test_surfaces_become_polygons(labels: Any, wkt: str) -> None:
    assert areas(read(labels(wkt)).blobs) == [50]


@pytest.mark.parametrize(
    "nothing",
    [None, "POLYGON EMPTY", "MULTIPOLYGON EMPTY", "GEOMETRYCOLLECTION EMPTY"],
)
def test_features_without_a_geometry_are_left_out(labels: Any, nothing: Optional[str]) -> None:
    """They have no box, so they are seen only where nothing else restricts what is read."""
    unrestricted = PixelGrid(40, 30, NORTH_UP.geotransform, "")
    assert areas(read(labels(SQUARE, nothing), grid=unrestricted).blobs) == [100]


def test_a_collection_whose_polygons_are_empty_is_left_out(labels: Any) -> None:
    line = f"LINESTRING ({X} {Y}, {X + 5} {Y + 5})"
    features = read(labels(SQUARE, f"GEOMETRYCOLLECTION (POLYGON EMPTY, {line})"))
    assert areas(features.blobs) == [100]


def test_all_areas_read_can_be_measured(labels: Any) -> None:
    line = f"LINESTRING ({X} {Y}, {X + 5} {Y + 5})"
    features = read(labels(f"GEOMETRYCOLLECTION (POLYGON EMPTY, {line})", SQUARE, SQUARE))
    assert shapes_of_wkb(features.blobs).areas().tolist()[-2:] == [100, 100]


# repair


def test_an_invalid_polygon_is_repaired(labels: Any) -> None:
    (blob,) = read(labels(BOW_TIE)).blobs
    repaired = ogr.CreateGeometryFromWkb(blob)
    assert repaired.IsValid() and repaired.GetArea() == pytest.approx(50)


def test_repairs_are_counted(labels: Any) -> None:
    (warning,) = read(labels(BOW_TIE, SQUARE, BOW_TIE)).warnings
    assert "repaired" in warning and "2" in warning


def test_valid_polygons_are_not_counted_as_repaired(labels: Any) -> None:
    concave = f"POLYGON (({X} {Y}, {X + 9} {Y}, {X + 2} {Y + 2}, {X} {Y + 9}, {X} {Y}))"
    assert read(labels(SQUARE, concave)).warnings == []


def test_a_polygon_that_repairs_to_a_line_is_left_out(labels: Any) -> None:
    flat = f"POLYGON (({X} {Y}, {X + 10} {Y}, {X + 5} {Y}, {X} {Y}))"
    assert areas(read(labels(flat, SQUARE)).blobs) == [100]


def test_classes_stay_with_their_features_when_one_is_left_out(labels: Any) -> None:
    flat = f"POLYGON (({X} {Y}, {X + 10} {Y}, {X + 5} {Y}, {X} {Y}))"
    features = read(labels(flat, SQUARE, fields={"value": [3, 7]}))
    assert features.values.tolist() == [7]


def test_a_layer_of_which_nothing_is_left_is_refused(labels: Any) -> None:
    flat = f"POLYGON (({X} {Y}, {X + 10} {Y}, {X + 5} {Y}, {X} {Y}))"
    assert refused(labels(flat)).parameter == "inputClassData"


def test_a_buffered_invalid_polygon_keeps_all_its_parts(labels: Any) -> None:
    """A buffer alone drops half of a bow-tie."""
    expected = geometry(BOW_TIE).MakeValid().Buffer(0.5).GetArea()
    got = areas(read(labels(BOW_TIE), buffer_radius=0.5).blobs)
    assert got == pytest.approx([expected], rel=1e-2)


# buffer


def test_points_with_a_radius_become_circles(labels: Any) -> None:
    path = labels(f"POINT ({X} {Y})", f"MULTIPOINT ({X} {Y}, {X + 20} {Y})")
    circle = np.pi * 9
    assert areas(read(path, buffer_radius=3).blobs) == pytest.approx([circle, 2 * circle], rel=5e-3)


def test_a_circle_reaches_its_radius(labels: Any) -> None:
    (blob,) = read(labels(f"POINT ({X} {Y})"), buffer_radius=3).blobs
    left, right, bottom, top = ogr.CreateGeometryFromWkb(blob).GetEnvelope()
    assert (left, right, bottom, top) == pytest.approx((X - 3, X + 3, Y - 3, Y + 3))


def test_lines_with_a_radius_become_strips(labels: Any) -> None:
    path = labels(f"LINESTRING ({X} {Y}, {X + 10} {Y})")
    assert areas(read(path, buffer_radius=1).blobs) == pytest.approx([20 + np.pi], rel=1e-2)


def test_polygons_with_a_radius_grow(labels: Any) -> None:
    got = areas(read(labels(SQUARE), buffer_radius=1).blobs)
    assert got == pytest.approx([100 + 40 + np.pi], rel=1e-2)


def test_a_point_outside_whose_circle_reaches_in_is_read(labels: Any) -> None:
    assert len(read(labels(f"POINT (499995 {Y})"), buffer_radius=8).blobs) == 1


def test_the_radius_is_in_the_unit_of_the_labels(labels: Any) -> None:
    """US survey feet, on a raster in metres."""
    feet = geometry(f"POINT ({X} {Y})")
    transform = osr.CoordinateTransformation(reference(32633), reference(2263))
    feet.Transform(transform)
    path = labels(feet.ExportToWkt(), epsg=2263)
    grid = PixelGrid(40, 30, (X - 500, 25.0, 0.0, Y + 500, 0.0, -25.0), UTM)
    metre = 1200 / 3937
    got = areas(read(path, grid=grid, buffer_radius=300).blobs)
    assert got != pytest.approx([np.pi * 300**2], rel=0.5)
    assert len(got) == 1 and got[0] > np.pi * (300 * metre) ** 2 / 2


@pytest.mark.parametrize(
    ("wkt", "kind"),
    [
        (f"POINT ({X} {Y})", "points"),
        (f"MULTIPOINT ({X} {Y}, {X} {Y})", "points"),
        (f"LINESTRING ({X} {Y}, {X + 5} {Y})", "lines"),
        (f"MULTILINESTRING (({X} {Y}, {X + 5} {Y}))", "lines"),
    ],
)
def test_what_covers_no_area_needs_a_radius(labels: Any, wkt: str, kind: str) -> None:
    error = refused(labels(wkt))
    assert (error.parameter, kind in error.problem) == ("bufferRadius", True)


@pytest.mark.parametrize("wkt", [f"POINT ({X} {Y})", f"LINESTRING ({X} {Y}, {X + 5} {Y})"])
def test_a_mask_of_points_or_lines_is_refused_by_its_own_name(labels: Any, wkt: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_areas(query(labels(wkt), parameter="inputMaskPolygons", radius_parameter=""))
    assert caught.value.parameter == "inputMaskPolygons"


def test_a_radius_in_degrees_is_refused(labels: Any) -> None:
    error = refused(labels("POINT (15 48.7)", epsg=4326), buffer_radius=3)
    assert (error.parameter, "degrees" in error.problem) == ("bufferRadius", True)


# systems


@pytest.mark.parametrize("epsg", [4326, 3857, 25833, 32632])
def test_another_system_is_transformed_as_ogr2ogr_does(tmp_path: Path, epsg: int) -> None:
    wkts = [SQUARE, box(X + 20, Y - 10, X + 33, Y + 3)]
    here = write_layer(tmp_path / "here.gpkg", wkts)
    there, back = str(tmp_path / "there.gpkg"), str(tmp_path / "back.gpkg")
    gdal.VectorTranslate(there, here, dstSRS=f"EPSG:{epsg}", reproject=True).FlushCache()
    gdal.VectorTranslate(back, there, dstSRS="EPSG:32633", reproject=True).FlushCache()
    source = ogr.Open(back)
    expected = [it.geometry().Clone() for it in source.GetLayer(0)]
    got = [ogr.CreateGeometryFromWkb(blob) for blob in read(there).blobs]
    assert len(got) == 2
    assert all(a.SymDifference(b).GetArea() < 1e-6 for a, b in zip(got, expected))


def test_a_layer_without_a_system_is_taken_as_it_is(tmp_path: Path, labels: Any) -> None:
    shapefile = str(tmp_path / "labels.shp")
    options = ["-a_srs", "None"]
    gdal.VectorTranslate(shapefile, labels(SQUARE), format="ESRI Shapefile", options=options)
    assert areas(read(shapefile).blobs) == [100]


@pytest.mark.parametrize("undefined", [0, -1], ids=["geographic", "Cartesian"])
def test_an_undefined_system_of_a_geopackage_is_none(labels: Any, undefined: int) -> None:
    """What QGIS and GDAL write for a layer without a system."""
    path = labels(SQUARE, epsg=None)
    source = gdal.OpenEx(path, gdal.OF_VECTOR | gdal.OF_UPDATE)
    for table in ("gpkg_contents", "gpkg_geometry_columns"):
        source.ExecuteSQL(f"UPDATE {table} SET srs_id = {undefined}")
    del source
    assert areas(read(path).blobs) == [100]


def test_a_raster_without_a_system_takes_labels_as_they_are(labels: Any) -> None:
    grid = PixelGrid(40, 30, NORTH_UP.geotransform, "")
    assert areas(read(labels(SQUARE), grid=grid).blobs) == [100]


@HOW_GDAL_FAILS
def test_a_feature_that_cannot_be_transformed_is_left_out(labels: Any, raising: bool) -> None:
    beyond = "POLYGON ((15 48, 15 95, 16 48, 15 48))"
    path = labels(beyond, "POLYGON ((15 48, 15 49, 16 48, 15 48))", epsg=4326)
    with gdal_raising(raising):
        features = read(path, grid=WIDE)
    assert len(features.blobs) == 1


@pytest.mark.parametrize(
    "wkt",
    [
        "POLYGON ((10 88, 20 88, 20 89, 10 89, 10 88))",
        "POLYGON ((10 73, 20 73, 20 74, 10 74, 10 73))",
        "POLYGON ((-120 80, -110 80, -110 81, -120 80))",
    ],
    ids=["near the pole", "near an edge", "between"],
)
def test_features_around_the_pole_are_found(labels: Any, wkt: str) -> None:
    """The edges of the raster lie at 65 to 72 degrees, the pole is in its middle."""
    grid = PixelGrid(100, 100, (-2e6, 4e4, 0.0, 2e6, 0.0, -4e4), crs(3413))
    assert len(read(labels(wkt, epsg=4326), grid=grid).blobs) == 1


def test_features_on_both_sides_of_the_date_line_are_found(labels: Any) -> None:
    grid = PixelGrid(100, 100, (700_000.0, 5000.0, 0.0, 500_000.0, 0.0, -5000.0), crs(32660))
    path = labels(
        "POLYGON ((179 1, 179.5 1, 179 2, 179 1))",
        "POLYGON ((-179.5 1, -179 1, -179 2, -179.5 1))",
        epsg=4326,
    )
    assert len(read(path, grid=grid).blobs) == 2


LOCAL = (
    'ENGCRS["site",EDATUM["site"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],UNIT["metre",1]]'
)


@HOW_GDAL_FAILS
def test_a_local_system_that_leads_nowhere_is_refused(tmp_path: Path, raising: bool) -> None:
    path = str(tmp_path / "site.gpkg")
    source = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    layer = source.CreateLayer("site", osr.SpatialReference(LOCAL), ogr.wkbPolygon)
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(geometry(SQUARE))
    layer.CreateFeature(feature)
    del source, layer, feature
    with gdal_raising(raising), pytest.raises(ChipExportError):
        read(path)


# which features


def test_features_beyond_the_raster_are_not_read(labels: Any) -> None:
    assert areas(read(labels(FAR_AWAY, SQUARE, FAR_AWAY)).blobs) == [100]


def test_features_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    """An indexed GeoPackage hands those of a part of the layer out in another."""
    rng = np.random.default_rng(0)
    corners = rng.uniform((499_960, 5_399_860), (500_120, 5_400_020), (400, 2))
    wkts = [box(x, y, x + 1, y + 1) for x, y in corners.tolist()]
    path = write_layer(tmp_path / "many.gpkg", wkts, {"value": list(range(1, 401))})
    source = ogr.Open(path)
    layer = source.GetLayer(0)
    layer.SetSpatialFilterRect(500_000, 5_399_940, 500_080, 5_400_000)
    as_they_come = [feature.GetFID() for feature in layer]
    assert as_they_come != sorted(as_they_come)
    values = read(path).values.tolist()
    assert values == sorted(values) and set(values) >= set(as_they_come)


@pytest.mark.parametrize("grid", [NORTH_UP, ROTATED], ids=["north up", "rotated"])
def test_features_in_every_corner_of_the_raster_are_read(labels: Any, grid: PixelGrid) -> None:
    columns, rows = np.array([0.5, 39.5, 0.5, 39.5]), np.array([0.5, 0.5, 29.5, 29.5])
    x, y = (axis.tolist() for axis in grid.to_map(columns, rows))
    path = labels(*(box(a, b, a + 0.1, b + 0.1) for a, b in zip(x, y)))
    assert len(read(path, grid=grid).blobs) == 4


def test_the_first_layer_is_read_unless_another_is_named(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "two.gpkg", [SQUARE], layer="first")
    write_layer(tmp_path / "two.gpkg", [box(X, Y, X + 2, Y + 2)], layer="second")
    assert areas(read(path).blobs) == [100]
    assert areas(read(path, layer="second").blobs) == [4]


def test_the_system_of_the_layer_is_told(labels: Any) -> None:
    found = osr.SpatialReference(read(labels(SQUARE)).crs_wkt)
    assert found.GetAuthorityCode(None) == "32633"


def test_areas_need_no_class(labels: Any) -> None:
    path = labels(SQUARE, SQUARE, fields={"value": [None, 0]})
    assert len(read_areas(query(path, parameter="inputMaskPolygons"))) == 2


# what is refused


@HOW_GDAL_FAILS
def test_a_layer_that_is_not_there_is_named_with_those_that_are(labels: Any, raising: bool) -> None:
    path = labels(SQUARE, layer="buildings")
    with gdal_raising(raising):
        problem = refused(path, layer="trees").problem
    assert "trees" in problem and "buildings" in problem


@HOW_GDAL_FAILS
@pytest.mark.parametrize(
    "content", [None, b"", b"this is a text"], ids=["missing", "empty", "text"]
)
def test_what_is_no_vector_layer_is_named(
    tmp_path: Path, content: Optional[bytes], raising: bool
) -> None:
    path = tmp_path / "field.gpkg"
    if content is not None:
        path.write_bytes(content)
    with gdal_raising(raising):
        error = refused(str(path))
    assert (error.parameter, "field.gpkg" in error.problem) == ("inputClassData", True)


def test_a_layer_without_features_is_refused(labels: Any) -> None:
    assert "no features" in refused(labels()).problem


def test_features_that_are_all_far_away_are_refused_with_both_extents(labels: Any) -> None:
    problem = refused(labels(FAR_AWAY)).problem
    assert all(
        text in problem for text in ("x 0 to 10", "x 500000 to 500080", "WGS 84 / UTM zone 33N")
    )


def test_the_extent_in_the_message_is_that_of_the_layers_system(labels: Any) -> None:
    problem = refused(labels("POLYGON ((100 1, 101 1, 101 2, 100 1))", epsg=4326)).problem
    assert "x 100 to 101, y 1 to 2 (WGS 84)" in problem


@pytest.mark.parametrize("cells", [[None], [None, None]])
def test_a_layer_whose_features_all_lack_something_says_what(
    labels: Any, cells: list[None]
) -> None:
    path = labels(*[SQUARE] * len(cells), fields={"value": cells})
    problem = refused(path, class_field="value").problem
    assert "NULL" in problem and str(len(cells)) in problem


def test_the_parameter_is_named_in_warnings(labels: Any) -> None:
    (warning,) = read(labels(BOW_TIE), parameter="inputInstanceData").warnings
    assert warning.startswith("inputInstanceData")


def test_reading_can_be_cancelled(labels: Any) -> None:
    def watch() -> None:
        raise ExportCancelled("enough")

    with pytest.raises(ExportCancelled):
        read_features(query(labels(SQUARE)), watch)


@pytest.mark.parametrize("epsg", [32633, 4326])
def test_labels_do_not_depend_on_how_gdal_fails(labels: Any, epsg: int) -> None:
    wkts = [SQUARE, BOW_TIE] if epsg == 32633 else ["POLYGON ((15 48, 15 49, 16 48, 15 48))"]
    path = labels(*wkts, epsg=epsg)
    with gdal_raising(True):
        raising = read(path, grid=WIDE if epsg == 4326 else NORTH_UP).blobs
    assert list(raising) == list(read(path, grid=WIDE if epsg == 4326 else NORTH_UP).blobs)


def test_every_refusal_is_for_the_user(tmp_path: Path) -> None:
    """A table without geometries."""
    path = str(tmp_path / "table.gpkg")
    source = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    layer = source.CreateLayer("table", None, ogr.wkbNone)
    layer.CreateField(ogr.FieldDefn("value", ogr.OFTInteger))
    feature = ogr.Feature(layer.GetLayerDefn())
    feature["value"] = 1
    layer.CreateFeature(feature)
    del source, layer
    with quiet(), pytest.raises(ChipExportError):
        read(path)


def test_features_go_to_workers(labels: Any) -> None:
    features = read(labels(SQUARE, fields={"value": [3]}))
    there = pickle.loads(pickle.dumps(features))
    assert (list(there.blobs), there.values.tolist()) == (list(features.blobs), [3])


# box_in


def test_a_box_in_its_own_system_stays_as_it_is() -> None:
    assert box_in((1, 2, 3, 4), UTM, UTM) == (1, 2, 3, 4)


@pytest.mark.parametrize(("source", "target"), [("", UTM), (UTM, ""), ("", "")])
def test_a_box_in_an_unknown_system_stays_as_it_is(source: str, target: str) -> None:
    assert box_in((1, 2, 3, 4), source, target) == (1, 2, 3, 4)


@pytest.mark.parametrize("epsg", [4326, 3857, 32632, 3035])
def test_a_box_in_another_system_is_around_all_its_points(epsg: int) -> None:
    box_here = (400_000.0, 5_300_000.0, 600_000.0, 5_500_000.0)
    transform = osr.CoordinateTransformation(reference(32633), reference(epsg))
    expected = transform.TransformBounds(*box_here, 500)
    got = box_in(box_here, UTM, crs(epsg))
    assert got is not None
    size = expected[2] - expected[0]
    assert got == pytest.approx(expected, abs=size * 1e-4)


@HOW_GDAL_FAILS
def test_a_box_that_cannot_be_transformed_is_none(raising: bool) -> None:
    with gdal_raising(raising):
        assert box_in((0, 0, 10, 1e6), crs(4326), UTM) is None
