from __future__ import annotations

from typing import Optional

import numpy as np
import pytest
from osgeo import ogr

from chipwright.core.blobs import packed
from chipwright.core.burning import burned
from chipwright.core.feature_query import FeatureQuery
from chipwright.core.flat_polygons import (
    NO_GEOMETRY,
    NO_PLACE,
    Flattening,
    repairs_of,
    replaced,
    transformed,
)
from chipwright.core.gdal_errors import gdal_messages
from chipwright.core.reference_systems import transformation
from chipwright.core.request import FeatureSource
from chipwright.tests.core.making import NORTH_UP, UTM, areas, box, crs, geometry, wkb

SQUARE = "POLYGON ((15 48, 15 49, 16 49, 16 48, 15 48))"
HOLE = "POLYGON ((15 48, 15 49, 16 49, 16 48, 15 48), (15.2 48.2, 15.4 48.2, 15.4 48.4, 15.2 48.2))"
TWO_PARTS = "MULTIPOLYGON (((14 48, 14 49, 15 49, 14 48)), ((16 48, 16 49, 17 49, 16 48)))"
BEYOND_THE_POLE = "POLYGON ((15 48, 15 95, 16 95, 16 48, 15 48))"
BOW_TIE = "POLYGON ((0 0, 10 10, 10 0, 0 10, 0 0))"
FLAT = "POLYGON ((0 0, 5 5, 0 0, 0 0))"
ANY_KIND = [
    (SQUARE, 1),
    (HOLE, 0.98),
    (TWO_PARTS, 1),
    ("POLYGON Z ((0 0 7, 0 2 7, 2 2 8, 0 0 7))", 2),
    ("POLYGON ZM ((0 0 7 1, 0 2 7 1, 2 2 8 1, 0 0 7 1))", 2),
    ("CURVEPOLYGON (CIRCULARSTRING (0 0, 1 1, 2 0, 1 -1, 0 0))", np.pi),
    ("MULTISURFACE (CURVEPOLYGON (CIRCULARSTRING (0 0, 1 1, 2 0, 1 -1, 0 0)))", np.pi),
    ("GEOMETRYCOLLECTION (POLYGON ((0 0, 0 1, 1 0, 0 0)), POINT (1 2))", 0.5),
    ("TIN (((0 0, 0 1, 1 1, 0 0)), ((0 0, 1 1, 1 0, 0 0)))", 1),
]


def flattened(epsg: Optional[int] = None, radius: float = 0.0) -> Flattening:
    query = FeatureQuery(
        FeatureSource("labels.gpkg"), "inputClassData", NORTH_UP, buffer_radius=radius
    )
    return Flattening(query, None if epsg is None else transformation(crs(epsg), UTM))


def stored(wkt: str, byte_order: int = ogr.wkbNDR) -> bytes:
    return bytes(geometry(wkt).ExportToIsoWkb(byte_order))


@pytest.mark.parametrize("target", [UTM, crs(3857), crs(31256)], ids=["UTM", "Mercator", "MGI"])
def test_polygons_together_are_transformed_as_each_alone(target: str) -> None:
    rng = np.random.default_rng(0)
    corners = rng.uniform((10, 46), (18, 49), (40, 2)).tolist()
    wkts = [SQUARE, HOLE, TWO_PARTS, *(box(x, y, x + 0.01, y + 0.01) for x, y in corners)]
    to_target = transformation(crs(4326), target)
    expected = []
    for wkt in wkts:
        alone = geometry(wkt)
        alone.Transform(to_target)
        expected.append(bytes(alone.ExportToIsoWkb(ogr.wkbNDR)))
    assert list(transformed(packed(wkb(*wkts)), to_target)) == expected


def test_only_polygons_that_cannot_be_transformed_are_left_out() -> None:
    with gdal_messages():
        found = flattened(4326).polygons(wkb(SQUARE, BEYOND_THE_POLE, HOLE))
    assert found.skipped == {1: NO_PLACE}
    assert [bool(blob) for blob in found.blobs] == [True, False, True]


@pytest.mark.parametrize(("wkt", "area"), ANY_KIND)
def test_any_area_becomes_flat_polygons_of_its_size(wkt: str, area: float) -> None:
    with gdal_messages():
        (blob,) = flattened().polygons([stored(wkt)]).blobs
    found = ogr.CreateGeometryFromWkb(blob)
    assert found.GetGeometryType() in (ogr.wkbPolygon, ogr.wkbMultiPolygon)
    assert found.GetArea() == pytest.approx(area, rel=2e-3)


@pytest.mark.parametrize("wkt", [SQUARE, HOLE, TWO_PARTS])
def test_what_is_stored_with_the_highest_byte_first_is_turned_round(wkt: str) -> None:
    (blob,) = flattened().polygons([stored(wkt, ogr.wkbXDR)]).blobs
    assert blob == stored(wkt)


def test_a_polygon_of_one_ring_is_left_as_it_is() -> None:
    assert list(flattened().polygons([stored(SQUARE)]).blobs) == [stored(SQUARE)]


@pytest.mark.parametrize("nothing", [None, b"", stored("POLYGON EMPTY"), b"no geometry"])
def test_what_is_no_geometry_is_left_out(nothing: Optional[bytes]) -> None:
    with gdal_messages():
        found = flattened().polygons([stored(SQUARE), nothing])
    assert (found.skipped, list(found.blobs)) == ({1: NO_GEOMETRY}, [stored(SQUARE), b""])


def test_invalid_polygons_are_repaired_and_counted() -> None:
    found = flattened().polygons([stored(SQUARE), stored(BOW_TIE), stored(FLAT)])
    assert found.repaired == 2
    assert areas(list(found.blobs)[:2]) == pytest.approx([1, 50])
    assert found.blobs[2] == b""


def test_valid_polygons_need_no_repair() -> None:
    concave = "POLYGON ((0 0, 10 0, 10 10, 5 5, 0 10, 0 0))"
    blobs = packed(wkb(SQUARE, HOLE, TWO_PARTS, concave))
    assert repairs_of(blobs, range(len(blobs))) == {}


def test_a_buffer_is_around_every_kind() -> None:
    found = flattened(radius=1.0).polygons([stored(box(0, 0, 10, 10)), stored("POINT (1 2)")])
    assert areas(list(found.blobs)) == pytest.approx([140 + np.pi, np.pi], rel=2e-3)


def test_others_take_the_place_of_some_blobs() -> None:
    assert list(replaced(packed([b"a", b"b", b"c"]), {1: b"other"})) == [b"a", b"other", b"c"]


@pytest.mark.parametrize("far", [1e4, 1e8, 1e12, 1e20, 9e29])
def test_pixels_of_what_reaches_however_far_are_those_it_covers(far: float) -> None:
    """GDAL alone burns nothing of what goes beyond 2**31 pixels."""
    grid = NORTH_UP
    left, bottom, right, top = grid.bounds
    x, y = (left + right) / 2 + 0.3, (bottom + top) / 2
    half = f"POLYGON (({x} {y - far}, {x} {y + far}, {x - far} {y + far}, {x - far} {y - far}, {x} {y - far}))"
    made = flattened().polygons([stored(half), stored(box(x - far, y - far, x + far, y + far))])
    middles = left + (np.arange(grid.columns) + 0.5) * grid.cell_size[0]
    for blob, expected in zip(made.blobs, [middles < x, middles < np.inf]):
        found = burned(grid, [blob], np.array([1]), "uint8")
        np.testing.assert_array_equal(found, np.tile(expected, (grid.rows, 1)))
    assert made.remarks() == {}


def test_what_lies_far_beyond_the_raster_is_nothing() -> None:
    made = flattened().polygons([stored(box(1e15, 1e15, 2e15, 2e15))])
    assert list(made.blobs) == [b""]
    assert made.remarks() == {}


def test_a_buffer_however_wide_covers_all() -> None:
    left, bottom, *_ = NORTH_UP.bounds
    made = flattened(radius=1e29).polygons([stored(f"POINT ({left} {bottom})")])
    found = burned(NORTH_UP, list(made.blobs), np.array([1]), "uint8")
    assert found.all()
