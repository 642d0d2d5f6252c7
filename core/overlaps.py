"""Which features overlap, and how to burn them apart so that none loses a pixel to another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from osgeo import ogr

from .gdal_errors import gdal_messages
from .shapes import Indices, Shapes, ranges


def burn_layers(shapes: Shapes, blobs: Sequence[bytes]) -> NDArray[np.intp]:
    """A layer for each shape, from 0, so that no two shapes of a layer overlap."""
    layers = np.zeros(len(shapes), np.intp)
    neighbours: dict[int, list[int]] = {}
    for first, second in overlapping_pairs(shapes, blobs):
        neighbours.setdefault(second, []).append(first)
    for number in sorted(neighbours):
        taken = {int(layers[other]) for other in neighbours[number]}
        layers[number] = next(layer for layer in range(len(taken) + 1) if layer not in taken)
    return layers


def overlapping_pairs(shapes: Shapes, blobs: Sequence[bytes]) -> list[tuple[int, int]]:
    """Pairs (earlier, later) that meet, be it in an edge: its pixels may belong to both."""
    firsts, seconds = _meeting_boxes(shapes)
    geometries: dict[int, ogr.Geometry] = {}

    def geometry(number: int) -> ogr.Geometry:
        if number not in geometries:
            geometries[number] = ogr.CreateGeometryFromWkb(blobs[number])
        return geometries[number]

    with gdal_messages():
        return [
            (min(first, second), max(first, second))
            for first, second in zip(firsts.tolist(), seconds.tolist())
            if geometry(first).Intersects(geometry(second))
        ]


def _meeting_boxes(shapes: Shapes) -> tuple[Indices, Indices]:
    """Pairs of shapes whose boxes meet, each once."""
    order = np.argsort(shapes.left, kind="stable")
    left = shapes.left[order]
    begin = np.arange(1, len(order) + 1)
    count = np.maximum(np.searchsorted(left, shapes.right[order], "right") - begin, 0)
    firsts = order[np.repeat(np.arange(len(order)), count)]
    seconds = order[ranges(begin, count)]
    meet = (shapes.bottom[firsts] <= shapes.top[seconds]) & (
        shapes.bottom[seconds] <= shapes.top[firsts]
    )
    return firsts[meet], seconds[meet]
