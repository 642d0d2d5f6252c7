"""Boxes on the map, taken from one coordinate system to another."""

from __future__ import annotations

from typing import Optional

import numpy as np

from .gdal_errors import GdalFailure
from .reference_systems import may_be_same_reference, transformed_points

EDGE_POINTS = 101
"""Points along each side of a box that is taken to another system."""

Box = tuple[float, float, float, float]
"""left, bottom, right, top"""


def box_in(box: Box, source: str, target: str) -> Optional[Box]:
    """A box around a box of another system; None if there is none.

    Sides that become curves are followed by points; so is the inside, where a pole may be.
    """
    if may_be_same_reference(source, target):
        return box
    left, bottom, right, top = box
    across, up = np.linspace(left, right, EDGE_POINTS), np.linspace(bottom, top, EDGE_POINTS)
    points_in = [(x, y) for x in across for y in up[::5]]
    points_in += [(x, y) for x in across[::5] for y in up]
    try:
        points = transformed_points(source, target, np.array(points_in))
    except GdalFailure:
        return None
    if not np.isfinite(points).all():
        return None
    low, high = points.min(axis=0), points.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
