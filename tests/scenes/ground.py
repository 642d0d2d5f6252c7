"""What covers the ground: parcels of land in their colours, roads, trees."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .land import Block, Lot, Quad

Color = tuple[float, float, float]
FIELDS: tuple[tuple[Color, float], ...] = (
    ((92, 112, 60), 3.0),
    ((110, 126, 66), 4.0),
    ((76, 100, 54), 4.0),
    ((164, 150, 96), 6.0),
    ((182, 166, 112), 5.0),
    ((128, 104, 78), 9.0),
    ((146, 124, 94), 8.0),
    ((104, 118, 70), 2.0),
)
"""Colours of meadows and crops, and how strongly their rows show."""
WOOD: Color = (58, 70, 44)
SURFACES: dict[str, Color] = {
    "homes": (104, 122, 70),
    "works": (146, 144, 138),
    "farm": (128, 122, 92),
}
STREETSIDE: dict[str, Color] = {
    "homes": (120, 128, 84),
    "works": (140, 138, 130),
    "farm": (118, 120, 82),
}
TRACK, STREET, ROAD, LINE = 1, 2, 3, 4


@dataclass(frozen=True, eq=False)
class Parcel:
    """Land of one colour, with rows in one direction."""

    quad: Quad
    color: Color
    ripple: float = 0.0
    period: float = 7.0
    angle: float = 0.0


@dataclass(frozen=True)
class Way:
    """A straight piece of road in pixels."""

    start: tuple[float, float]
    end: tuple[float, float]
    surface: int
    width: float


def fields(rng: np.random.Generator, block: Block) -> list[Parcel]:
    """A block as one to four strips of farmland."""
    count = int(rng.integers(1, 5))
    cuts = [0.0, *np.sort(rng.uniform(0.1, 0.9, count - 1)), 1.0]
    lengthwise = rng.random() < 0.5
    parcels = []
    for start, end in zip(cuts, cuts[1:]):
        share = (0.0, start, 1.0, end) if lengthwise else (start, 0.0, end, 1.0)
        quad = block.quad.part(*share)
        color, ripple = FIELDS[int(rng.integers(len(FIELDS)))]
        angle = quad.angle + (0 if lengthwise else math.pi / 2)
        period = rng.uniform(4, 9)
        parcels.append(Parcel(quad, _varied(rng, color, 0.06), ripple, period, angle))
    return parcels


def wood(block: Block) -> Parcel:
    """A block under trees."""
    return Parcel(block.quad, WOOD)


def settled(rng: np.random.Generator, block: Block, use: str) -> Parcel:
    """The land of a built-up block that belongs to no lot."""
    return Parcel(block.quad, _varied(rng, STREETSIDE[use], 0.05))


def garden(rng: np.random.Generator, lot: Lot) -> Parcel:
    """The land around a building."""
    return Parcel(lot.quad, _varied(rng, SURFACES[lot.use], 0.12))


def ways(rng: np.random.Generator, mesh: Any, settled_places: set[tuple[int, int]]) -> list[Way]:
    """Roads along every fourth line of the mesh, streets around what is settled, some tracks."""
    count = len(mesh)
    middle = count // 2
    found = []
    for row, column in np.ndindex(count - 1, count - 1):
        along_row = {(row, column), (row - 1, column)}
        along_column = {(row, column), (row, column - 1)}
        is_road = ((row - middle) % 4 == 0, (column - middle) % 4 == 0)
        ends = (mesh[row, column + 1], mesh[row + 1, column])
        for end, beside, road in zip(ends, (along_row, along_column), is_road):
            surface = _surface(rng, road, bool(beside & settled_places))
            if surface:
                found.append(_way(mesh[row, column], end, surface))
    return sorted(found, key=lambda way: way.surface)


def _surface(rng: np.random.Generator, is_road: bool, is_settled: bool) -> int:
    has_track = rng.random() < 0.4
    if is_road:
        return ROAD
    return STREET if is_settled else TRACK * has_track


def _way(start: Any, end: Any, surface: int) -> Way:
    width = {TRACK: 5.0, STREET: 10.0, ROAD: 14.0}[surface]
    return Way((float(start[0]), float(start[1])), (float(end[0]), float(end[1])), surface, width)


def trees(
    rng: np.random.Generator, woods: list[Block], open_land: list[Parcel], lots: list[Lot]
) -> Any:
    """Crowns as rows of (column, row, radius) in pixels."""
    parts = [np.empty((0, 3))]
    parts += [_wood_trees(rng, block.quad) for block in woods]
    parts += [_hedge(rng, parcel.quad) for parcel in open_land if rng.random() < 0.45]
    parts += list(_garden_trees(rng, lots))
    return np.concatenate(parts)


def _wood_trees(rng: np.random.Generator, quad: Quad) -> Any:
    count = int(math.prod(quad.size) / 75)
    radius = rng.uniform(4, 10, count)
    return np.column_stack([quad.at(rng.uniform(0.02, 0.98, count), rng.random(count)), radius])


def _hedge(rng: np.random.Generator, quad: Quad) -> Any:
    """Trees along one of the four sides, with gaps."""
    count = int(max(quad.size) / rng.uniform(7, 30))
    along, across = rng.random(count), rng.choice([0.0, 1.0]) + rng.normal(0, 0.008, count)
    place = quad.at(along, across) if rng.random() < 0.5 else quad.at(across, along)
    return np.column_stack([place, rng.uniform(3, 7.5, count)])


def _garden_trees(rng: np.random.Generator, lots: list[Lot]) -> Iterator[Any]:
    """Trees near the corners of lots, fewest where people work."""
    for lot in lots:
        count = int(rng.poisson({"homes": 1.6, "works": 0.25, "farm": 0.6}[lot.use]))
        edge = rng.choice([0.07, 0.93], (2, count)) + rng.normal(0, 0.03, (2, count))
        yield np.column_stack([lot.quad.at(*edge), rng.uniform(3, 7, count)])


def _varied(rng: np.random.Generator, color: Color, spread: float) -> Color:
    red, green, blue = color * (1 + rng.normal(0, spread / 2) + rng.normal(0, spread / 6, 3))
    return float(red), float(green), float(blue)
