from __future__ import annotations

import numpy as np
import pytest
from osgeo import osr

from chipwright.core.gdal_errors import GdalFailure
from chipwright.core.reference_systems import (
    may_be_same_reference,
    same_reference,
    spatial_reference,
    transformation,
    transformed_points,
)
from chipwright.tests.core.making import UTM, crs, gdal_raising

HOW_GDAL_FAILS = pytest.mark.parametrize("raising", [False, True], ids=["returns", "raises"])
LOCAL = 'LOCAL_CS["site",UNIT["metre",1],AXIS["x",EAST],AXIS["y",NORTH]]'


@HOW_GDAL_FAILS
def test_a_text_that_is_no_system_is_a_failure(raising: bool) -> None:
    with gdal_raising(raising), pytest.raises(GdalFailure):
        spatial_reference("PROJCS[nonsense")


def test_no_text_is_no_system() -> None:
    assert spatial_reference("") is None


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (UTM, UTM, True),
        (UTM, crs(32634), False),
        (UTM, osr.SpatialReference(UTM).ExportToWkt(["FORMAT=WKT2_2018"]), True),
        (UTM, "", False),
        ("", "", True),
        (crs(4326), crs(4258), False),
    ],
    ids=["same text", "other zone", "other dialect", "one unknown", "both unknown", "other datum"],
)
def test_systems_are_compared_by_meaning(first: str, second: str, expected: bool) -> None:
    assert same_reference(first, second) is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(UTM, UTM, True), (UTM, "", True), ("", UTM, True), ("", "", True), (UTM, crs(4326), False)],
)
def test_an_unknown_system_may_be_any(first: str, second: str, expected: bool) -> None:
    assert may_be_same_reference(first, second) is expected


def test_a_transformation_takes_and_gives_x_before_y() -> None:
    longitude, latitude, _ = transformation(UTM, crs(4326)).TransformPoint(500_000, 5_400_000)
    assert (longitude, latitude) == pytest.approx((15, 48.75), abs=0.01)


@HOW_GDAL_FAILS
def test_systems_without_a_way_between_them_are_a_failure(raising: bool) -> None:
    with gdal_raising(raising), pytest.raises(GdalFailure):
        transformation(LOCAL, UTM)


@HOW_GDAL_FAILS
def test_points_without_a_place_are_infinite_and_nothing_is_printed(
    raising: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    points = np.array([[15.0, 48.75], [15.0, 480.0], [5000.0, 48.0], [15.1, 48.75]])
    with gdal_raising(raising):
        found = transformed_points(crs(4326), UTM, points)
        there = transformed_points(crs(4326), UTM, points[[0, 3]])
    assert np.isfinite(found).all(axis=1).tolist() == [True, False, False, True]
    np.testing.assert_array_equal(found[[0, 3]], there)
    assert there[0] == pytest.approx((500_000, 5_400_000), rel=0.001)
    assert capfd.readouterr() == ("", "")


def test_no_points_are_no_points() -> None:
    assert transformed_points(crs(4326), UTM, np.zeros((0, 2))).shape == (0, 2)
