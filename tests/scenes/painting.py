"""Paints rows of a scene: ground, roads, trees, roofs, and the shadows they throw."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .buildings import Building
from .burning import BurnLayer
from .ground import LINE, ROAD, STREET, TRACK, Parcel, Way
from .noise import Noise

ABOVE, BELOW = 16, 2
"""Rows painted around those that are wanted: shadows fall down from above, the lens blurs."""
SURFACE_COLORS = {
    TRACK: (148, 134, 110),
    STREET: (128, 128, 126),
    ROAD: (110, 111, 114),
    LINE: (204, 204, 198),
}
CROWN_COLORS = np.array([(60, 82, 42), (74, 92, 48), (52, 74, 46), (86, 96, 52)], np.float32)
SHADOW = np.array([0.44, 0.48, 0.58], np.float32)


@dataclass(frozen=True, eq=False)
class View:
    """All there is to see in a scene."""

    parcels: list[Parcel]
    ways: list[Way]
    trees: Any
    """Crowns as rows of (column, row, radius) in pixels."""
    buildings: list[Building]


class Painter:
    """Paints any rows of one scene, in any thread; the same rows always look the same."""

    def __init__(self, rng: np.random.Generator, columns: int, rows: int, view: View) -> None:
        self._columns = columns
        self._last_row = rows - 1
        self._seed = int(rng.integers(2**32))
        self._noises = {cell: Noise(rng, columns, rows, cell) for cell in (700, 160, 40, 11, 3)}
        self._parcels = BurnLayer(
            (it.quad.ring, number) for number, it in enumerate(view.parcels, 1)
        )
        self._buildings = BurnLayer(
            (it.ring, number) for number, it in enumerate(view.buildings, 1)
        )
        self._ways = BurnLayer(shape for way in view.ways for shape in _way_shapes(way))
        self._fields = _field_table(view.parcels)
        self._roofs = _roof_table(view.buildings)
        self._trees = view.trees[np.argsort(view.trees[:, 1], kind="stable")]
        self._crown_kinds = rng.integers(len(CROWN_COLORS), size=len(view.trees))

    def paint(self, top: int, bottom: int) -> Any:
        """Red, green and blue of whole rows from top to bottom, float32 of 0 to 255."""
        first, last = top - ABOVE, bottom + BELOW
        rows = np.clip(np.arange(first, last), 0, self._last_row)
        noise = {cell: noise.rows(rows) for cell, noise in self._noises.items()}
        picture = self._ground(first, last, noise)
        numbers = self._buildings.burn(first, last, self._columns)
        crowns, kinds = self._crowns(first, last)
        crowns[numbers > 0] = 0
        heights = crowns + self._roofs["height"][numbers]
        _paint_crowns(picture, crowns, kinds, noise[3])
        self._paint_roofs(picture, numbers, first, noise[11])
        _throw_shadows(picture, heights)
        return self._grained(_blurred(picture)[:, ABOVE:-BELOW], top)

    def _ground(self, top: int, bottom: int, noise: dict[int, Any]) -> Any:
        numbers = self._parcels.burn(top, bottom, self._columns)
        picture = self._fields["color"].T[:, numbers]
        light = 1 + 0.05 * noise[700] + 0.06 * noise[40] + 0.07 * noise[11] + 0.05 * noise[3]
        light += self._furrows(numbers, top)
        picture *= light
        dryness = 5 * noise[160] + 3 * noise[40]
        picture[0] += dryness
        picture[2] -= 0.6 * dryness
        _pave(picture, light, self._ways.burn(top, bottom, self._columns))
        return picture

    def _furrows(self, numbers: Any, top: int) -> Any:
        """Rows of crops and tracks of tractors, as shares of brightness."""
        columns = np.arange(self._columns, dtype=np.float32)
        rows = np.arange(top, top + len(numbers), dtype=np.float32)[:, None]
        phase = self._fields["wave_x"][numbers] * columns + self._fields["wave_y"][numbers] * rows
        return self._fields["ripple"][numbers] * np.sin(phase)

    def _crowns(self, top: int, bottom: int) -> tuple[Any, Any]:
        """Height of the crowns in pixels, 0 between them, and the kind of tree."""
        heights = np.zeros((bottom - top, self._columns), np.float32)
        kinds = np.zeros(heights.shape, np.uint8)
        first, last = np.searchsorted(self._trees[:, 1], (top - 12, bottom + 12))
        for tree, kind in zip(self._trees[first:last], self._crown_kinds[first:last]):
            _plant(heights, kinds, tree - (0, top, 0), kind)
        return heights, kinds

    def _paint_roofs(self, picture: Any, numbers: Any, top: int, stains: Any) -> None:
        rows, columns = np.nonzero(numbers)
        roofs = self._roofs[numbers[rows, columns]]
        across, down = columns + 0.5 - roofs["column"], rows + top + 0.5 - roofs["row"]
        along = across * roofs["cos"] + down * roofs["sin"]
        aside = down * roofs["cos"] - across * roofs["sin"]
        light = 1 + 0.06 * stains[rows, columns]
        light += (
            _roof_light(roofs, along, aside) - roofs["dome"] * (across + down) / roofs["length"]
        )
        picture[:, rows, columns] = roofs["color"].T * light

    def _grained(self, picture: Any, top: int) -> Any:
        """With the noise of a sensor: mostly the same in all bands."""
        rng = np.random.default_rng((self._seed, top))
        grain = 1.1 * rng.standard_normal(picture.shape[1:], np.float32)
        for band in picture:
            band += grain
            band += rng.integers(-1, 2, band.shape, np.int8)
        return np.clip(picture, 0, 255, out=picture)


def _pave(picture: Any, light: Any, surfaces: Any) -> None:
    """Roads show less of the changing light than what grows."""
    for surface, color in SURFACE_COLORS.items():
        there = surfaces == surface
        worn = 0.35 * light[there] + 0.65
        picture[:, there] = np.array(color, np.float32)[:, None] * worn


def _paint_crowns(picture: Any, crowns: Any, kinds: Any, leaves: Any) -> None:
    """Crowns are bright where they rise away from the sun, which stands upper left."""
    leafy = crowns > 0
    rough = crowns + 1.6 * leaves
    slope = np.zeros_like(crowns)
    slope[1:-1, 1:-1] = rough[2:, 2:] - rough[:-2, :-2]
    light = np.clip(0.92 + 0.1 * slope[leafy], 0.45, 1.6)
    picture[:, leafy] = CROWN_COLORS[kinds[leafy]].T * light


def _roof_light(roofs: Any, along: Any, aside: Any) -> Any:
    """Brightness of roofs at distances from their centres, along and aside of their length."""
    from_ridge = aside - roofs["ridge"]
    on_wing = from_ridge > roofs["wing"]
    from_ridge = np.where(on_wing, along + 0.275 * roofs["length"], from_ridge)
    light = np.sign(from_ridge) * np.where(on_wing, roofs["wing_gable"], roofs["gable"])
    light += roofs["ripple"] * np.sign(np.sin(along * (2 * math.pi / roofs["period"])))
    lit = (np.abs(aside) < 0.35 * roofs["width"]) & (along % 14 < 3)
    light += roofs["skylight"] * lit
    at_rim = (
        np.maximum(np.abs(along) - roofs["length"] / 2, np.abs(aside) - roofs["width"] / 2) > -2
    )
    return light + roofs["rim"] * at_rim


def _plant(heights: Any, kinds: Any, tree: Any, kind: int) -> None:
    """Puts one crown, half a ball, where it stands out of what is there already."""
    column, row, radius = tree
    left, top = max(0, int(column - radius)), max(0, int(row - radius))
    right, bottom = max(0, int(column + radius) + 1), max(0, int(row + radius) + 1)
    window = (slice(top, bottom), slice(left, right))
    there = heights[window]
    across = np.arange(left, left + there.shape[1]) + (0.5 - column)
    down = np.arange(top, top + there.shape[0])[:, None] + (0.5 - row)
    crown = np.sqrt(np.maximum(radius**2 - across**2 - down**2, 0)).astype(np.float32)
    kinds[window][crown > there] = kind
    np.maximum(there, crown, out=there)


def _throw_shadows(picture: Any, heights: Any) -> None:
    """Darkens what lies lower right of something that stands higher."""
    level = heights.astype(np.int8)
    reach = level.copy()
    for step in range(1, ABOVE):
        higher = level[:-step, :-step] - np.int8(step)
        np.maximum(reach[step:, step:], higher, out=reach[step:, step:])
    shaded = reach > level
    picture[:, shaded] *= SHADOW[:, None]


def _blurred(picture: Any) -> Any:
    """Seen through a lens: each pixel takes a little from its neighbours."""
    picture[:, 1:-1] = 0.68 * picture[:, 1:-1] + 0.16 * (picture[:, :-2] + picture[:, 2:])
    picture[:, :, 1:-1] = 0.68 * picture[:, :, 1:-1] + 0.16 * (
        picture[:, :, :-2] + picture[:, :, 2:]
    )
    return picture


def _way_shapes(way: Way) -> list[tuple[Any, int]]:
    if way.surface != ROAD:
        return [(_ribbon(way, way.width), way.surface)]
    return [(_ribbon(way, way.width), ROAD), (_ribbon(way, 1.2), LINE)]


def _ribbon(way: Way, width: float) -> Any:
    """A band around a straight line, a little longer than it so that pieces join."""
    start, end = np.array(way.start), np.array(way.end)
    along = (end - start) / np.linalg.norm(end - start) * (width / 2)
    aside = np.array([-along[1], along[0]])
    start, end = start - along * 0.6, end + along * 0.6
    return np.array([start + aside, end + aside, end - aside, start - aside])


def _field_table(parcels: list[Parcel]) -> Any:
    """What is looked up by parcel number; number 0 is land outside all parcels."""
    columns = [("color", "f4", 3), ("wave_x", "f4"), ("wave_y", "f4"), ("ripple", "f4")]
    table = np.zeros(len(parcels) + 1, columns)
    table[0] = ((110, 120, 80), 0, 0, 0)
    for number, parcel in enumerate(parcels, 1):
        wave = 2 * math.pi / parcel.period
        direction = (-math.sin(parcel.angle) * wave, math.cos(parcel.angle) * wave)
        table[number] = (parcel.color, *direction, parcel.ripple / 100)
    return table


def _roof_table(buildings: list[Building]) -> Any:
    """What is looked up by building number; number 0 is no building."""
    names = (
        "column row cos sin length width height gable wing_gable dome ripple period skylight rim "
        "wing ridge"
    ).split()
    table = np.zeros(len(buildings) + 1, [("color", "f4", 3), *((name, "f4") for name in names)])
    for number, it in enumerate(buildings, 1):
        roof = it.roof
        place = (*it.center, math.cos(it.angle), math.sin(it.angle), it.length, it.width)
        gables = (roof.gable, 0.24 * (-math.cos(it.angle) - math.sin(it.angle)))
        sheets = (roof.dome, roof.ripple, roof.period, roof.skylight, roof.rim)
        table[number] = (roof.color, *place, roof.height, *gables, *sheets, roof.wing, roof.ridge)
    return table
