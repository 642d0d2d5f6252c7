"""Geometries that no editor drew: each becomes labels, or is left out and told, in every format."""

from __future__ import annotations

import math
import struct
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Optional

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from osgeo import ogr

from chipwright.core.checking import check_dataset
from chipwright.core.classes import class_table
from chipwright.core.errors import InvalidRequest
from chipwright.core.export import export
from chipwright.core.feature_labels import feature_labels
from chipwright.core.feature_query import FeatureQuery
from chipwright.core.features import Features
from chipwright.core.flat_polygons import NO_NUMBERS, Flattening
from chipwright.core.formats import FORMATS
from chipwright.core.gdal_errors import gdal_messages
from chipwright.core.labels import LabelKind
from chipwright.core.reach import FARTHEST
from chipwright.core.reference_systems import transformation
from chipwright.core.request import FeatureSource, Size

from .exporting import Listener, chip_request, features, given_for
from .made_sources import LEFT, TOP, box, noise_file, on_map
from .making import (
    NORTH_UP,
    UTM,
    crs,
    examples,
    gdal_raising,
    geometry,
    quiet,
    reference,
    whole_strip,
    wkb,
)

NAN, INF = math.nan, math.inf
Points = Sequence[tuple[float, float]]
CLOSED = [(5.0, 5.0), (20.0, 5.0), (20.0, 20.0), (5.0, 20.0), (5.0, 5.0)]


def ring(points: Points) -> bytes:
    return struct.pack("<I", len(points)) + b"".join(struct.pack("<dd", *it) for it in points)


def polygon(*rings: Points) -> bytes:
    return struct.pack("<BII", 1, 3, len(rings)) + b"".join(map(ring, rings))


def collection(kind: int, *parts: bytes) -> bytes:
    return struct.pack("<BII", 1, kind, len(parts)) + b"".join(parts)


def mapped(points: Points) -> Points:
    """Pixels of the image as places on the map."""
    return [(LEFT + x / 2, TOP - y / 2) for x, y in points]


SQUARE = mapped(CLOSED)
NOWHERE = {
    "one corner is no number": polygon([*SQUARE[:2], (NAN, NAN), *SQUARE[3:]]),
    "no corner is a number": polygon([(NAN, NAN)] * 5),
    "endless": polygon([SQUARE[0], (INF, TOP), (INF, -INF), SQUARE[0]]),
    "as far as numbers go": polygon([(-1e308, -1e308), (1e308, -1e308), (0, 1e308)] * 2),
    "one corner far away": polygon([SQUARE[0], (1e300, TOP), SQUARE[2], SQUARE[0]]),
}
AREAS = {
    "as far as maps go": polygon(
        [(-1e9, -1e9), (1e9, -1e9), (1e9, 1e9), (-1e9, 1e9), (-1e9, -1e9)]
    ),
    "not closed": polygon(SQUARE[:4]),
    "bow tie": polygon([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]),
    "spike": polygon([SQUARE[0], (LEFT + 99, TOP), *SQUARE[1:]]),
    "star": polygon(
        [(LEFT + 9 + 8 * math.cos(k * 2.4), TOP - 9 + 8 * math.sin(k * 2.4)) for k in range(9)]
    ),
    "hole beside it": polygon(SQUARE, mapped([(40, 40), (50, 40), (50, 50), (40, 40)])),
    "hole within a hole": polygon(SQUARE, SQUARE, mapped([(9, 9), (12, 9), (12, 12), (9, 9)])),
    "empty hole": polygon(SQUARE, []),
    "hole of a point": polygon(SQUARE, SQUARE[:1]),
    "empty parts": collection(6, polygon(), polygon(SQUARE), polygon([])),
    "the same part twice": collection(6, polygon(SQUARE), polygon(SQUARE)),
    "nested": collection(7, collection(7, collection(7, polygon(SQUARE)), collection(7))),
    "hole is all of it": polygon(SQUARE, SQUARE),
    "every corner twice": polygon([it for it in SQUARE for _ in range(2)]),
}
NOTHING = {
    "no ring": polygon(),
    "empty ring": polygon([]),
    "one corner": polygon(SQUARE[:1]),
    "two corners": polygon(SQUARE[:2]),
    "no area": polygon([SQUARE[0], SQUARE[1], SQUARE[0], SQUARE[1], SQUARE[0]]),
    "all at one place": polygon([SQUARE[0]] * 6),
    "no part": collection(6),
    "as small as numbers go": polygon([(5e-324, 0), (0, 5e-324), (5e-324, 5e-324), (5e-324, 0)]),
    "cut short": polygon(SQUARE)[:40],
    "more rings than there are": struct.pack("<BII", 1, 3, 2**31) + ring(SQUARE),
    "more corners than there are": struct.pack("<BIII", 1, 3, 1, 2**32 - 1) + b"\0" * 64,
    "a kind there is none of": struct.pack("<BII", 1, 99, 1) + ring(SQUARE),
    "no byte order": b"\7" + polygon(SQUARE)[1:],
}
ALL = {**NOWHERE, **AREAS, **NOTHING}
GOOD = [box(30, 30, 50, 50), box(10, 40, 20, 60)]


def flattening(radius: float = 0.0, epsg: Optional[int] = None) -> Flattening:
    source = FeatureSource("labels.gpkg")
    query = FeatureQuery(source, "inputClassData", NORTH_UP, buffer_radius=radius)
    return Flattening(query, None if epsg is None else transformation(crs(epsg), UTM))


@pytest.fixture(autouse=True)
def warnings_are_mistakes() -> Iterator[None]:
    """Of numpy; and GDAL prints nothing."""
    with warnings.catch_warnings(), gdal_messages():
        warnings.simplefilter("error", RuntimeWarning)
        yield


def check_flat(blobs: Sequence[bytes]) -> None:
    """All that is left is valid, lies on the map, and can be labels."""
    left = [blob for blob in blobs if blob]
    for blob in left:
        made = ogr.CreateGeometryFromWkb(blob)
        assert made.IsValid() and made.GetDimension() == 2
        assert all(abs(side) < FARTHEST for side in made.GetEnvelope())
    values = np.ones(len(left), np.int64)
    found = Features(left, values, class_table({1: "a"}, {}), [], UTM)
    strip = whole_strip(NORTH_UP, Size(10, 10))
    for kind in (LabelKind.OBJECTS, LabelKind.CLASS_MAP, LabelKind.OUTLINES):
        labels = feature_labels(found, kind).labels(strip)
        for place in range(strip.place_count):
            for each in labels.of_place(place).objects:
                assert 0 <= each.left < each.right <= 10 and 0 <= each.top < each.bottom <= 10


@pytest.mark.parametrize("raising", [False, True], ids=["returns", "raises"])
@pytest.mark.parametrize("name", ALL)
def test_a_geometry_becomes_valid_or_nothing(name: str, raising: bool) -> None:
    with gdal_raising(raising):
        found = flattening().polygons([polygon(SQUARE), ALL[name], *wkb(box(1, 1, 2, 2))])
    assert [bool(blob) for blob in found.blobs] == [True, name in AREAS, True]
    assert (found.skipped.get(1) == NO_NUMBERS) is (name in NOWHERE)
    check_flat(found.blobs)


@pytest.mark.parametrize("name", ALL)
def test_so_it_is_with_a_radius_and_in_another_system(name: str) -> None:
    for flat in (flattening(radius=1.5), flattening(epsg=3857), flattening(epsg=4326)):
        check_flat(flat.polygons([ALL[name], polygon(SQUARE)]).blobs)


coordinates = st.one_of(
    st.sampled_from([NAN, INF, -INF, 1e308, -1e308, 5e-324, 0.0, 1e30, LEFT, TOP]),
    st.floats(LEFT - 30, LEFT + 60),
    st.floats(TOP - 60, TOP + 30),
)
usual = st.tuples(st.floats(LEFT - 9, LEFT + 40), st.floats(TOP - 40, TOP + 9))
rings = st.lists(st.one_of(usual, usual, st.tuples(coordinates, coordinates)), max_size=7)
closed = rings.map(lambda points: points + points[:1])
polygons = st.lists(st.one_of(closed, closed, rings), max_size=3).map(lambda them: polygon(*them))
blobs = st.recursive(
    polygons,
    lambda inner: st.tuples(st.sampled_from([6, 7]), st.lists(inner, max_size=3)).map(
        lambda found: collection(found[0], *found[1])
    ),
    max_leaves=4,
)


@examples
@given(st.lists(blobs, max_size=4))
def test_any_polygons_become_valid_or_nothing(them: list[bytes]) -> None:
    check_flat(flattening().polygons(them).blobs)


@examples
@given(blobs, st.data())
def test_bytes_that_were_cut_or_changed_become_valid_or_nothing(
    blob: bytes, data: st.DataObject
) -> None:
    begin = data.draw(st.integers(0, len(blob)))
    end = data.draw(st.integers(begin, min(len(blob), begin + 9)))
    broken = blob[:begin] + data.draw(st.binary(max_size=9)) + blob[end:]
    for each in (blob[:begin], broken):
        try:
            found = flattening().polygons([polygon(SQUARE), each])
        except InvalidRequest:  # they became points or lines
            continue
        check_flat(found.blobs)


# exports


def hostile_layer(path: Path, wkbs: Sequence[bytes]) -> Path:
    """These between two good ones, as far as OGR can make geometries of them."""
    with quiet():
        source = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
        layer = source.CreateLayer("labels", reference(32633), ogr.wkbUnknown)
        layer.CreateField(ogr.FieldDefn("value", ogr.OFTInteger))
        made = [ogr.CreateGeometryFromWkb(blob) for blob in wkbs]
        first, last = (geometry(on_map(wkt)) for wkt in GOOD)
        for number, each in enumerate([first, *filter(None, made), last]):
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetField(0, 1 + number % 3)
            feature.SetGeometry(each)
            layer.CreateFeature(feature)
    return path


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    noise_file(folder / "image.tif", 64, 64)
    return hostile_layer(folder / "labels.gpkg", list(ALL.values()))


@pytest.mark.parametrize("name", [name for name, it in FORMATS.items() if it.needs_labels])
def test_every_format_takes_what_is_left_of_them(layer: Path, tmp_path: Path, name: str) -> None:
    image, listener = layer.with_name("image.tif"), Listener()
    given = {**given_for(name, features(layer), image), "parallel_processing_factor": "1"}
    settings = {"tile_size": Size(32, 32), "stride_size": Size(16, 16)}
    manifest = export(chip_request(image, tmp_path / "chips", **given, **settings), listener)
    assert manifest.feature_count > 0
    assert check_dataset(str(tmp_path / "chips"), Listener()).findings == ()
    assert [text for text in listener.warnings if NO_NUMBERS in text]
