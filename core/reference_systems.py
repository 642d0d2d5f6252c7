"""Spatial reference systems, and points brought from one to another."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from osgeo import ogr, osr

from .gdal_errors import GdalFailure, checked, gdal_messages

KNOWN = 64
"""Every chip asks about the same few systems."""
NOWHERE = (np.inf, np.inf, np.inf)


def spatial_reference(wkt: str) -> osr.SpatialReference | None:
    """A spatial reference whose axes are in the order of data (x, y); None for an empty text."""
    if not wkt:
        return None
    reference = osr.SpatialReference()
    with gdal_messages() as messages:
        if reference.ImportFromWkt(wkt) != ogr.OGRERR_NONE:
            raise GdalFailure(messages.last_error)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


@lru_cache(maxsize=KNOWN)
def same_reference(first: str, second: str) -> bool:
    """Whether two WKT texts mean the same system."""
    if first == second:
        return True
    references = spatial_reference(first), spatial_reference(second)
    return all(references) and bool(references[0].IsSame(references[1]))  # type: ignore[union-attr]


def may_be_same_reference(first: str, second: str) -> bool:
    """Whether two WKT texts mean the same system, or one of them is unknown."""
    return not first or not second or same_reference(first, second)


def transformation(source: str, target: str) -> Any:
    """Coordinate transformation between two WKT texts. Raises GdalFailure."""
    with gdal_messages() as messages:
        made = osr.CreateCoordinateTransformation(
            spatial_reference(source), spatial_reference(target)
        )
        return checked(made, messages)


def transformed_points(
    source: str, target: str, points: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Points (point, 2), x and y, in another system; infinite where one of them has no place there.

    Raises GdalFailure if there is no way from one system to the other.
    """
    transform = transformation(source, target)
    with gdal_messages():
        found = np.array(_each_transformed(transform, points.tolist()), np.float64)
    return found.reshape(-1, 3)[:, :2]


def _each_transformed(transform: Any, points: list[list[float]]) -> list[Any]:
    """All at once, unless GDAL, which raises for all that one of them has no place, is to raise."""
    try:
        return list(transform.TransformPoints(points))
    except RuntimeError:
        if len(points) == 1:
            return [NOWHERE]
    return [found for point in points for found in _each_transformed(transform, [point])]
