"""Which features overlap, and how to burn them apart so that none loses a pixel to another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from osgeo import ogr

from .gdal_errors import gdal_messages
from .shapes import MARGIN, Floats, Indices, Shapes, ranges, starts_of

DIRECTIONS = 16
"""Directions in which shapes are looked at to prove that they are apart."""


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
    """Pairs (earlier, later) that meet, be it in an edge: its pixels may belong to both.

    Shapes are in pixels, blobs are the same on the map.
    """
    firsts, seconds = _not_surely_apart(shapes, *_meeting_boxes(shapes))
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


def _not_surely_apart(shapes: Shapes, firsts: Indices, seconds: Indices) -> tuple[Indices, Indices]:
    """The pairs that no straight line in one of some directions keeps apart.

    A line with room on both sides proves that two shapes do not meet, whatever their form; the rest
    is asked of GEOS, which takes a hundred times as long.
    """
    if not len(firsts):
        return firsts, seconds
    used, place = np.unique(np.concatenate([firsts, seconds]), return_inverse=True)
    low, high = _extents(shapes.select(used))
    first, second = place.reshape(2, -1)
    apart = (low[:, first] > high[:, second] + MARGIN) | (low[:, second] > high[:, first] + MARGIN)
    kept = ~apart.any(axis=0)
    return firsts[kept], seconds[kept]


def _extents(shapes: Shapes) -> tuple[Floats, Floats]:
    """From where to where each shape reaches, (direction, shape), in evenly turned directions."""
    angles = np.arange(DIRECTIONS) * (np.pi / DIRECTIONS)
    starts = starts_of(shapes.length)
    along = [shapes.x * np.cos(angle) + shapes.y * np.sin(angle) for angle in angles.tolist()]
    return (
        np.stack([np.minimum.reduceat(way, starts) for way in along]),
        np.stack([np.maximum.reduceat(way, starts) for way in along]),
    )
