"""Well-known binary polygons to arrays, without an object per vertex.

OGC Simple Features 06-103r4, section 8.2: byte order, type (3 polygon, 6 multipolygon), counts,
then x and y as doubles; here always little-endian and two-dimensional, as OGR is asked for it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .shapes import Shapes, ranges, shapes_of_rings, shoelace, starts_of

ONE_RING = struct.pack("<BII", 1, 3, 1)
ONE_PART = struct.pack("<BII", 1, 6, 1)
HEADER = 16
"""Bytes before the vertices of a padded one-ring polygon: as long as a vertex, so that all vertices
of many such polygons, end to end, are one aligned array."""


def shapes_of_wkb(blobs: Sequence[bytes]) -> Shapes:
    """Shapes of polygons and multipolygons in WKB, in the same order."""
    single = [unwrapped(blob) for blob in blobs]
    plain = np.array([blob[:9] == ONE_RING for blob in single], bool)
    plain_rings = _rings_of_plain([blob for blob, simple in zip(single, plain) if simple])
    other_rings = _rings_of_any([blob for blob, simple in zip(single, plain) if not simple])
    rings = plain_rings.followed_by(other_rings).turned()
    order = np.argsort(np.concatenate([np.flatnonzero(plain), np.flatnonzero(~plain)]))
    length = np.bincount(rings.shape, weights=rings.length, minlength=len(blobs)).astype(np.intp)
    first = starts_of(length)
    return shapes_of_rings(rings.x, rings.y, rings.last, first[order], length[order])


def unwrapped(blob: bytes) -> bytes:
    """A multipolygon of one part as that part.

    >>> inner = ONE_RING + struct.pack("<I", 0)
    >>> unwrapped(ONE_PART + inner) == inner
    True
    """
    return blob[9:] if blob[:9] == ONE_PART else blob


@dataclass(frozen=True, eq=False)
class _Rings:
    """Rings end to end, shape after shape."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    length: NDArray[np.intp]
    shape: NDArray[np.intp]
    """Which shape each ring belongs to."""
    is_hole: NDArray[np.bool_]

    @property
    def last(self) -> NDArray[np.bool_]:
        """Whether a vertex closes its ring."""
        closes = np.zeros(len(self.x), bool)
        closes[np.cumsum(self.length) - 1] = True
        return closes

    def followed_by(self, other: _Rings) -> _Rings:
        shapes = int(self.shape[-1]) + 1 if len(self.shape) else 0
        return _Rings(
            np.concatenate([self.x, other.x]),
            np.concatenate([self.y, other.y]),
            np.concatenate([self.length, other.length]),
            np.concatenate([self.shape, other.shape + shapes]),
            np.concatenate([self.is_hole, other.is_hole]),
        )

    def turned(self) -> _Rings:
        """Exterior rings turned counter-clockwise and holes clockwise, whatever they were."""
        if not len(self.length):
            return self
        first = starts_of(self.length)
        doubled = shoelace(self.x, self.y, self.last, first)
        counter_clockwise = np.add.reduceat(doubled, first) > 0
        wrong = np.flatnonzero(counter_clockwise == self.is_hole)
        forward = ranges(first[wrong], self.length[wrong])
        backward = (
            np.repeat(2 * first[wrong] + self.length[wrong] - 1, self.length[wrong]) - forward
        )
        x, y = self.x.copy(), self.y.copy()
        x[forward], y[forward] = self.x[backward], self.y[backward]
        return _Rings(x, y, self.length, self.shape, self.is_hole)


def _rings_of_plain(blobs: Sequence[bytes]) -> _Rings:
    """Rings of polygons that have one each, read as one block of memory."""
    padding = b"\0" * (HEADER - len(ONE_RING) - 4)
    block = np.frombuffer(padding + padding.join(blobs) if blobs else b"", np.float64)
    rows = np.array([len(padding) + len(blob) for blob in blobs], np.intp) // HEADER
    vertices = np.ones(len(block) // 2, bool)
    vertices[starts_of(rows)] = False
    x, y = block.reshape(-1, 2)[vertices].T
    count = len(blobs)
    return _Rings(
        np.ascontiguousarray(x),
        np.ascontiguousarray(y),
        rows - 1,
        np.arange(count),
        np.zeros(count, bool),
    )


def _rings_of_any(blobs: Sequence[bytes]) -> _Rings:
    found = [
        (shape, is_hole, vertices)
        for shape, blob in enumerate(blobs)
        for is_hole, vertices in rings_of(blob)
    ]
    block = np.frombuffer(b"".join(vertices for *_, vertices in found), np.float64).reshape(-1, 2)
    return _Rings(
        np.ascontiguousarray(block[:, 0]),
        np.ascontiguousarray(block[:, 1]),
        np.array([len(vertices) // 16 for *_, vertices in found], np.intp),
        np.array([shape for shape, *_ in found], np.intp),
        np.array([is_hole for _, is_hole, _ in found], bool),
    )


def rings_of(blob: bytes) -> Iterator[tuple[bool, bytes]]:
    """Each ring of a polygon or multipolygon: whether it is a hole, and its vertices."""
    for is_hole, position, vertices in _rings_at(blob):
        yield is_hole, blob[position : position + 16 * vertices]


def ring_positions(blob: bytes) -> Iterator[tuple[int, int]]:
    """Where the vertices of each ring begin, and how many they are."""
    for _, position, vertices in _rings_at(blob):
        yield position, vertices


def _rings_at(blob: bytes) -> Iterator[tuple[bool, int, int]]:
    _, kind, count = struct.unpack_from("<BII", blob)
    position = 9
    polygons = 1
    if kind == 6:
        polygons = count
    for _ in range(polygons):
        if kind == 6:
            _, _, count = struct.unpack_from("<BII", blob, position)
            position += 9
        for ring in range(count):
            (vertices,) = struct.unpack_from("<I", blob, position)
            position += 4
            yield ring > 0, position, vertices
            position += 16 * vertices
