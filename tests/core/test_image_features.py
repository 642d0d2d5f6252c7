from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from osgeo import ogr

from chipwright.core.classes import NO_CLASSES
from chipwright.core.errors import InvalidRequest
from chipwright.core.feature_query import FeatureQuery
from chipwright.core.features import Features
from chipwright.core.grid import PixelGrid
from chipwright.core.image import Image, image_of
from chipwright.core.image_features import areas_on, features_on, held_to, smaller_on_top
from chipwright.core.request import ExportRequest, FeatureSource, RasterSource, Size
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    areas,
    box,
    examples,
    geometry,
    outline,
    random_pixels,
    wkb,
    write_layer,
    write_raster,
)

GRIDS = pytest.mark.parametrize(
    "grid", [NORTH_UP, SOUTH_UP, ROTATED], ids=["north up", "south up", "rotated"]
)
PIXELS = {"reference_system": "PIXEL_SPACE"}
DRAWN = [(3.0, 4.0, 12.5, 9.25), (20.0, 10.0, 33.0, 28.0)]
"""Left, top, right and bottom of two houses in pixels of the image."""
IN_PIXELS = [box(left, -bottom, right, -top) for left, top, right, bottom in DRAWN]


def nothing() -> None:
    """Nobody wants to stop."""


def image(path: Path, grid: Optional[PixelGrid], **settings: Any) -> Image:
    made = write_raster(path, random_pixels((1, 30, 40)), grid)
    given = {"metadata_format": "Export_Tiles", "tile_size": Size(8, 8), **settings}
    return image_of(ExportRequest(RasterSource(made), "chips", **given))


def on_map(grid: PixelGrid, sides: tuple[float, float, float, float]) -> str:
    left, top, right, bottom = sides
    x, y = grid.to_map(
        np.array([left, right, right, left, left]), np.array([top, top, bottom, bottom, top])
    )
    points = ", ".join(f"{x!r} {y!r}" for x, y in zip(x.tolist(), y.tolist()))
    return f"POLYGON (({points}))"


def query(path: str, image: Image) -> FeatureQuery:
    return FeatureQuery(FeatureSource(path), "inputClassData", image.grid, "class")


def layer(path: Path, wkts: list[str], epsg: Optional[int] = 32633) -> str:
    return write_layer(path, wkts, {"class": list(range(1, len(wkts) + 1))}, epsg)


def assert_same(blobs: list[bytes], wkts: list[str]) -> None:
    assert len(blobs) == len(wkts)
    for blob, wkt in zip(blobs, wkts):
        found = ogr.CreateGeometryFromWkb(blob)
        assert found.SymDifference(geometry(wkt)).GetArea() < 1e-5


# where they lie


@GRIDS
def test_on_the_map_features_stay_on_the_map(tmp_path: Path, grid: PixelGrid) -> None:
    wkts = [on_map(grid, sides) for sides in DRAWN]
    found = features_on(
        there := image(tmp_path / "image.tif", grid),
        query(layer(tmp_path / "labels.gpkg", wkts), there),
        nothing,
    )
    assert_same(found.blobs, wkts)
    assert found.values.tolist() == [1, 2]


@GRIDS
def test_on_stored_pixels_features_come_to_the_pixels(tmp_path: Path, grid: PixelGrid) -> None:
    path = layer(tmp_path / "labels.gpkg", [on_map(grid, sides) for sides in DRAWN])
    there = image(tmp_path / "image.tif", grid, **PIXELS)
    assert_same(features_on(there, query(path, there), nothing).blobs, IN_PIXELS)


@GRIDS
def test_areas_come_to_the_pixels_likewise(tmp_path: Path, grid: PixelGrid) -> None:
    path = layer(tmp_path / "mask.gpkg", [on_map(grid, sides) for sides in DRAWN])
    there = image(tmp_path / "image.tif", grid, **PIXELS)
    assert_same(areas_on(there, query(path, there), nothing), IN_PIXELS)


@pytest.mark.parametrize("grid", [None, NORTH_UP, ROTATED], ids=["nowhere", "north up", "rotated"])
def test_features_in_pixels_stay_as_they_are(tmp_path: Path, grid: Optional[PixelGrid]) -> None:
    path = layer(tmp_path / "labels.gpkg", IN_PIXELS, None)
    there = image(tmp_path / "image.tif", grid, **PIXELS)
    assert_same(features_on(there, query(path, there), nothing).blobs, IN_PIXELS)


def test_features_of_no_known_system_far_from_the_pixels_are_on_the_map(tmp_path: Path) -> None:
    path = layer(tmp_path / "labels.gpkg", [on_map(ROTATED, sides) for sides in DRAWN], None)
    there = image(tmp_path / "image.tif", ROTATED, **PIXELS)
    assert_same(features_on(there, query(path, there), nothing).blobs, IN_PIXELS)


def test_features_elsewhere_are_refused(tmp_path: Path) -> None:
    path = layer(tmp_path / "labels.gpkg", [on_map(NORTH_UP, (900, 900, 950, 950))])
    there = image(tmp_path / "image.tif", NORTH_UP, **PIXELS)
    with pytest.raises(InvalidRequest, match="no feature lies on inputRaster"):
        features_on(there, query(path, there), nothing)


# which is on top


def made(*wkts: str) -> Features:
    return Features(wkb(*wkts), np.arange(1, len(wkts) + 1), NO_CLASSES, [], "")


def test_the_smaller_one_is_drawn_later() -> None:
    found = smaller_on_top(made(box(0, 0, 2, 2), box(0, 0, 9, 9), box(1, 1, 2, 2), box(5, 5, 9, 9)))
    assert found.values.tolist() == [2, 4, 1, 3]
    assert areas(found.blobs) == [81, 16, 4, 1]


def test_of_equals_the_later_one_is_on_top() -> None:
    found = smaller_on_top(made(box(0, 0, 2, 2), box(5, 5, 6, 9), box(1, 1, 3, 3)))
    assert found.values.tolist() == [1, 2, 3]


def test_holes_are_no_area() -> None:
    frame = "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 8 1, 8 8, 1 8, 1 1))"
    assert smaller_on_top(made(frame, box(0, 0, 6, 6))).values.tolist() == [2, 1]


# what of them lies on the image


@GRIDS
def test_only_what_lies_on_the_image_is_kept(grid: PixelGrid) -> None:
    drawn = [(3, 3, 9, 9), (-5, 20, 10, 50), (38, -3, 60, 7), (50, 50, 60, 60), (-9, -9, 99, 99)]
    wkts = [on_map(grid, sides) for sides in drawn]
    found = held_to(grid, made(*wkts))
    assert found.values.tolist() == [1, 2, 3, 5]
    image_area = outline(grid)
    kept = [geometry(wkts[number]).Intersection(image_area) for number in (0, 1, 2, 4)]
    assert areas(found.blobs) == pytest.approx([part.GetArea() for part in kept], rel=1e-6)


@GRIDS
def test_the_areas_of_whole_features_are_remembered(grid: PixelGrid) -> None:
    wkts = [on_map(grid, sides) for sides in [(3, 3, 9, 9), (-5, 20, 10, 50), (50, 50, 60, 60)]]
    found = held_to(grid, made(*wkts))
    assert found.whole_areas is not None
    assert found.whole_areas.tolist() == pytest.approx([144, 1800])


@examples
@given(st.lists(st.floats(-50, 90), min_size=6, max_size=6, unique=True))
def test_what_is_kept_is_what_ogr_leaves(numbers: list[float]) -> None:
    points = list(zip(numbers[:3], numbers[3:]))
    triangle = "POLYGON ((" + ", ".join(f"{x!r} {y!r}" for x, y in [*points, points[0]]) + "))"
    shape = geometry(triangle)
    if shape.GetArea() < 1:
        return
    grid = PixelGrid(40, 30, (0.0, 1.0, 0.0, 30.0, 0.0, -1.0))
    expected = shape.Intersection(outline(grid)).GetArea()
    found = held_to(grid, made(triangle))
    assert sum(areas(found.blobs)) == pytest.approx(expected, rel=1e-6, abs=1e-6)
