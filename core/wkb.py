"""Well-known binary polygons to arrays, without an object per vertex.

OGC Simple Features 06-103r4, section 8.2: byte order, type (3 polygon, 6 multipolygon), counts,
then x and y as doubles; here always little-endian and two-dimensional, as OGR is asked for it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .blobs import ROW, Blobs, packed
from .shapes import Floats, Indices, Shapes, ranges, shapes_of_rings, shoelace, starts_of

ONE_RING = struct.pack("<BII", 1, 3, 1)
ONE_PART = struct.pack("<BII", 1, 6, 1)
PLAIN_PREFIXES = (ONE_RING, ONE_PART + ONE_RING)
"""How polygons of one ring begin, alone or as the only part of a multipolygon."""
COUNT_BYTES = 4
AT_ONCE = 20_000
"""Blobs that are taken apart together; bounds the memory."""


def shapes_of_wkb(blobs: Sequence[bytes]) -> Shapes:
    """Shapes of polygons and multipolygons in WKB, in the same order."""
    whole = packed(blobs)
    parts = [
        _shapes_of_some(whole[begin : begin + AT_ONCE])
        for begin in range(0, max(len(whole), 1), AT_ONCE)
    ]
    return parts[0] if len(parts) == 1 else _in_a_row(parts)


def _shapes_of_some(blobs: Blobs) -> Shapes:
    rings = _rings_of_some(blobs)
    length = rings.vertices_per_shape
    return shapes_of_rings(rings.x, rings.y, rings.last, starts_of(length), length)


def _in_a_row(parts: list[Shapes]) -> Shapes:
    """All shapes of some parts, which are taken out of the list to make room."""
    columns: list[list[NDArray[Any]]] = [
        [each.x for each in parts],
        [each.y for each in parts],
        [each.last for each in parts],
        [each.length for each in parts],
        [each.left for each in parts],
        [each.bottom for each in parts],
        [each.right for each in parts],
        [each.top for each in parts],
    ]
    parts.clear()
    x, y, last, length, *box = (np.concatenate(columns.pop(0)) for _ in range(len(columns)))
    return Shapes(x, y, last, starts_of(length), length, *box)


@dataclass(frozen=True, eq=False)
class _Rings:
    """Rings end to end, shape after shape."""

    x: Floats
    y: Floats
    length: Indices
    is_hole: NDArray[np.bool_]
    vertices_per_shape: Indices

    @property
    def last(self) -> NDArray[np.bool_]:
        """Whether a vertex closes its ring."""
        closes = np.zeros(len(self.x), bool)
        closes[np.cumsum(self.length) - 1] = True
        return closes

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
        return _Rings(x, y, self.length, self.is_hole, self.vertices_per_shape)


def _rings_of_some(blobs: Blobs) -> _Rings:
    """Rings of polygons of one ring are read as one block; those of others one by one."""
    plain = plain_vertices(blobs)
    others = np.flatnonzero(plain == 0)
    if not len(others):
        return _rings_of_plain(blobs, plain).turned()
    known = np.flatnonzero(plain)
    both = (_rings_of_plain(blobs.select(known), plain[known]), _rings_of_any(blobs.select(others)))
    return _merged(both, (known, others), len(blobs)).turned()


def plain_vertices(blobs: Blobs) -> Indices:
    """For each blob that is a polygon of one ring, its vertices; 0 for all others."""
    count = np.zeros(len(blobs), np.intp)
    content = np.frombuffer(blobs.block, np.uint8)
    for prefix in PLAIN_PREFIXES:
        vertices, rest = np.divmod(blobs.length - len(prefix) - COUNT_BYTES, ROW)
        plain = np.flatnonzero((vertices > 0) & (rest == 0))
        start = (blobs.end - blobs.length)[plain]
        for place, byte in enumerate(prefix):
            kept = content[start + place] == byte
            plain, start = plain[kept], start[kept]
        kept = vertices[plain] == _numbers_at(content, start + len(prefix))
        count[plain[kept]] = vertices[plain[kept]]
    return count


def _numbers_at(content: NDArray[np.uint8], start: Indices) -> Indices:
    """Counts, which may begin at any byte."""
    places = start[:, None] + np.arange(COUNT_BYTES)
    return content[places].view("<u4").ravel().astype(np.intp)


def _rings_of_plain(blobs: Blobs, vertices: Indices) -> _Rings:
    """Rings of polygons that have one each: the last rows of each blob."""
    rows = np.frombuffer(blobs.block, "<f8").reshape(-1, 2)
    x, y = rows[ranges((blobs.end // ROW).astype(np.intp) - vertices, vertices)].T
    return _Rings(
        np.ascontiguousarray(x),
        np.ascontiguousarray(y),
        vertices,
        np.zeros(len(blobs), bool),
        vertices,
    )


def _rings_of_any(blobs: Blobs) -> _Rings:
    found = [
        (shape, is_hole, vertices)
        for shape, blob in enumerate(blobs)
        for is_hole, vertices in rings_of(blob)
    ]
    block = np.frombuffer(b"".join(vertices for *_, vertices in found), "<f8").reshape(-1, 2)
    length = np.array([len(vertices) // ROW for *_, vertices in found], np.intp)
    shape = np.array([shape for shape, *_ in found], np.intp)
    return _Rings(
        np.ascontiguousarray(block[:, 0]),
        np.ascontiguousarray(block[:, 1]),
        length,
        np.array([is_hole for _, is_hole, _ in found], bool),
        np.bincount(shape, length, len(blobs)).astype(np.intp),
    )


def _merged(parts: tuple[_Rings, _Rings], shapes: tuple[Indices, Indices], count: int) -> _Rings:
    """Rings of two kinds of shapes in the order of all shapes."""
    vertices = np.zeros(count, np.intp)
    for part, numbers in zip(parts, shapes):
        vertices[numbers] = part.vertices_per_shape
    first, size = starts_of(vertices), int(vertices.sum())
    x, y = np.empty(size), np.empty(size)
    ring_end = np.zeros(size, np.intp)  # length of the ring that ends here, 0 within a ring
    is_hole = np.zeros(size, bool)
    for part, numbers in zip(parts, shapes):
        there = ranges(first[numbers], part.vertices_per_shape)
        x[there], y[there] = part.x, part.y
        ends = there[np.cumsum(part.length) - 1]
        ring_end[ends], is_hole[ends] = part.length, part.is_hole
    ends = np.flatnonzero(ring_end)
    return _Rings(x, y, ring_end[ends], is_hole[ends], vertices)


def rings_of(blob: bytes) -> Iterator[tuple[bool, bytes]]:
    """Each ring of a polygon or multipolygon: whether it is a hole, and its vertices."""
    for is_hole, position, vertices in _rings_at(blob):
        yield is_hole, blob[position : position + ROW * vertices]


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
            position += COUNT_BYTES
            yield ring > 0, position, vertices
            position += ROW * vertices
