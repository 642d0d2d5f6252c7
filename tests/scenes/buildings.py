"""Buildings: their outlines, which become the labels, and what their roofs look like."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .land import Lot

SMALLEST, LARGEST = 12.0, 60.0


@dataclass(frozen=True)
class BuildingClass:
    """A class of the labels, with the colour it is shown in."""

    value: int
    name: str
    color: tuple[int, int, int]


HOUSE = BuildingClass(1, "house", (255, 86, 72))
HALL = BuildingClass(2, "hall", (72, 148, 255))
TANK = BuildingClass(3, "tank", (255, 214, 64))
GREENHOUSE = BuildingClass(4, "greenhouse", (64, 232, 208))
SHED = BuildingClass(5, "shed", (226, 112, 255))
CLASSES = (HOUSE, HALL, TANK, GREENHOUSE, SHED)

ROOF_COLORS = {
    HOUSE: ((168, 92, 70), (150, 84, 68), (124, 78, 66), (112, 106, 104), (136, 116, 98)),
    HALL: ((168, 170, 172), (196, 194, 188), (138, 144, 152), (112, 132, 150)),
    TANK: ((222, 222, 216), (204, 208, 206), (186, 178, 160)),
    GREENHOUSE: ((172, 190, 190), (186, 200, 194), (160, 184, 178)),
    SHED: ((120, 112, 104), (142, 134, 124), (104, 86, 74), (156, 152, 148)),
}


@dataclass(frozen=True)
class Roof:
    """How a roof is lit: shares of its brightness that change over it."""

    color: tuple[float, float, float]
    height: int
    gable: float = 0.0
    """Brightness of one slope against the other, the ridge running lengthwise."""
    dome: float = 0.0
    """Fall of brightness from the lit side to the other."""
    ripple: float = 0.0
    period: float = 6.0
    """Sheets across the length: their contrast and width in pixels."""
    skylight: float = 0.0
    rim: float = 0.0
    wing: float = math.inf
    """Pixels from the ridge to where a wing begins, whose ridge runs the other way."""
    ridge: float = 0.0
    """Pixels from the centre line to the ridge."""


@dataclass(frozen=True, eq=False)
class Building:
    """A building in the picture; lengths in pixels, angle clockwise from east."""

    kind: BuildingClass
    center: tuple[float, float]
    angle: float
    length: float
    width: float
    outline: Any
    """Corners around its centre before it is turned, shape (n, 2)."""
    roof: Roof

    @property
    def ring(self) -> Any:
        """Corners as (column, row)."""
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        return self.outline @ np.array([[cos, sin], [-sin, cos]]) + self.center


def buildings_on(rng: np.random.Generator, lots: list[Lot]) -> list[Building]:
    """One building for each lot; one in a hundred is put against its neighbour or over it."""
    placed = [_building(rng, lot) for lot in lots]
    for number in range(7, len(placed), 100):
        touches = number % 200 == 7
        placed[number] = _moved_to(placed[number - 1], apart=1.0 if touches else 0.6)
    return placed


def _moved_to(neighbor: Building, apart: float) -> Building:
    """A twin of a building, moved along its length by a share of it."""
    shift = neighbor.length * apart
    column = neighbor.center[0] + shift * math.cos(neighbor.angle)
    row = neighbor.center[1] + shift * math.sin(neighbor.angle)
    return replace(neighbor, center=(column, row))


def _building(rng: np.random.Generator, lot: Lot) -> Building:
    width, height = lot.quad.size
    angle = lot.quad.angle + rng.normal(0, 0.04)
    room = (0.84 * width, 0.84 * height)
    if rng.random() < 0.12:
        angle, room = rng.uniform(0, math.pi), (0.66 * min(room), 0.66 * min(room))
    if room[0] < room[1]:
        angle, room = angle + math.pi / 2, (room[1], room[0])
    kind = _class_for(rng, lot.use)
    length, width = _footprint(rng, kind, room)
    column, row = lot.quad.center
    outline, roof = _shape(rng, kind, length, width, angle)
    return Building(kind, (float(column), float(row)), angle, length, width, outline, roof)


def _class_for(rng: np.random.Generator, use: str) -> BuildingClass:
    shares = {
        "homes": ((HOUSE, 0.86), (SHED, 0.14)),
        "works": ((HALL, 0.6), (TANK, 0.34), (SHED, 0.06)),
        "farm": ((GREENHOUSE, 0.56), (SHED, 0.24), (TANK, 0.1), (HOUSE, 0.1)),
    }[use]
    return shares[int(rng.choice(len(shares), p=[share for _, share in shares]))][0]


def _footprint(
    rng: np.random.Generator, kind: BuildingClass, room: tuple[float, float]
) -> tuple[float, float]:
    wanted = {
        HOUSE: (rng.uniform(22, 36), rng.uniform(16, 26)),
        HALL: (rng.uniform(40, 60), rng.uniform(28, 46)),
        TANK: (rng.uniform(16, 44),) * 2,
        GREENHOUSE: (rng.uniform(36, 60), rng.uniform(16, 26)),
        SHED: (rng.uniform(13, 20), rng.uniform(12, 16)),
    }[kind]
    if kind is TANK:
        room = (min(room), min(room))
    length, width = (max(SMALLEST, min(side, most)) for side, most in zip(wanted, room))
    return length, width


def _shape(
    rng: np.random.Generator, kind: BuildingClass, length: float, width: float, angle: float
) -> tuple[Any, Roof]:
    colors = ROOF_COLORS[kind]
    tone = rng.uniform(0.9, 1.1)
    red, green, blue = (tone * part for part in colors[int(rng.integers(len(colors)))])
    color = (red, green, blue)
    slope = 0.24 * (math.sin(angle) - math.cos(angle))
    rectangle = _rectangle(length, width)
    if kind is TANK:
        corners = 6 if rng.random() < 0.3 else 28
        return _round(length / 2, corners), Roof(color, 9, dome=0.16, rim=0.1)
    if kind is HALL:
        return rectangle, Roof(color, 9, ripple=0.03, period=5, skylight=0.3, rim=0.12)
    if kind is GREENHOUSE:
        return rectangle, Roof(color, 5, ripple=0.14, period=6.5, gable=slope / 2)
    if kind is SHED:
        return rectangle, Roof(color, 4, ripple=0.07, period=3, gable=slope / 3)
    if rng.random() < 0.4 and min(length, width) > 17:
        bar = 0.5 * width
        roof = Roof(color, 7, gable=slope, ridge=(bar - width) / 2, wing=bar / 2)
        return _l_shape(length, width, bar), roof
    return rectangle, Roof(color, 7, gable=slope)


def _rectangle(length: float, width: float) -> Any:
    return np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (length / 2, width / 2)


def _l_shape(length: float, width: float, bar: float) -> Any:
    """A bar along the upper long side and a wing at its left end."""
    right, bottom = length / 2, width / 2
    corner = (-right + 0.45 * length, -bottom + bar)
    upper = [(-right, -bottom), (right, -bottom), (right, corner[1])]
    return np.array([*upper, corner, (corner[0], bottom), (-right, bottom)])


def _round(radius: float, corners: int) -> Any:
    turns = np.arange(corners) * 2 * math.pi / corners
    return np.stack([np.cos(turns), np.sin(turns)], axis=-1) * radius
