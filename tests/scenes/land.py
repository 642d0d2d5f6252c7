"""The lie of the land: blocks between roads, split into fields, woods, gardens and yards."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

USES = ("homes", "works", "farm", "homes", "homes")
"""What the blocks of a town are used for, from its centre outwards, again and again."""
WIDEST_LOT, NARROWEST_LOT = 76.0, 14.0
VERGE = 9.0
"""Pixels between the middle of a street and the lots along it."""


@dataclass(frozen=True, eq=False)
class Quad:
    """Four corners as (column, row) in pixels: top left, top right, bottom left, bottom right."""

    corners: Any

    def at(self, across: Any, down: Any) -> Any:
        """Points at shares of the way across and down, shape (…, 2)."""
        across, down = np.asarray(across)[..., None], np.asarray(down)[..., None]
        top = self.corners[0] + (self.corners[1] - self.corners[0]) * across
        bottom = self.corners[2] + (self.corners[3] - self.corners[2]) * across
        return top + (bottom - top) * down

    def part(self, left: float, top: float, right: float, bottom: float) -> Quad:
        """The piece between shares of the way across and down."""
        return Quad(self.at([left, right, left, right], [top, top, bottom, bottom]))

    @property
    def ring(self) -> Any:
        """The corners in order around the quad."""
        return self.corners[[0, 1, 3, 2]]

    @property
    def center(self) -> Any:
        """Mean of the corners."""
        return self.corners.mean(axis=0)

    @property
    def size(self) -> tuple[float, float]:
        """The shorter of its two widths and of its two heights, in pixels."""
        a, b, c, d = self.corners
        width = min(math.dist(a, b), math.dist(c, d))
        return width, min(math.dist(a, c), math.dist(b, d))

    @property
    def angle(self) -> float:
        """Direction of its rows in radians, clockwise from east."""
        across = self.corners[1] + self.corners[3] - self.corners[0] - self.corners[2]
        return math.atan2(across[1], across[0])

    def lies_within(self, columns: int, rows: int) -> bool:
        """Whether all corners lie in the picture."""
        return all(2 <= x <= columns - 2 and 2 <= y <= rows - 2 for x, y in self.corners.tolist())

    def touches(self, columns: int, rows: int) -> bool:
        """Whether its bounding box meets the picture."""
        low, high = self.corners.min(axis=0), self.corners.max(axis=0)
        return bool((high > 0).all() and (low < (columns, rows)).all())


@dataclass(frozen=True, eq=False)
class Block:
    """The land between four roads, at a place in the mesh of roads."""

    quad: Quad
    place: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Lot:
    """A piece of land for one building."""

    quad: Quad
    use: str


def road_mesh(rng: np.random.Generator, columns: int, rows: int, step: float) -> Any:
    """Crossings of a bent and turned street grid that covers the picture, shape (n, n, 2)."""
    reach = math.ceil(math.hypot(columns, rows) / 2 / step) + 2
    place = np.stack(np.meshgrid(*[np.arange(-reach, reach + 1.0)] * 2), axis=-1)
    phase = rng.uniform(0, 2 * math.pi, 4)
    bend = np.stack(
        [
            np.sin(place[..., 1] * 0.9 + phase[0]) + np.sin(place[..., 0] * 0.5 + phase[1]),
            np.sin(place[..., 0] * 0.8 + phase[2]) + np.sin(place[..., 1] * 0.6 + phase[3]),
        ],
        axis=-1,
    )
    bent = place + 0.13 * bend + rng.uniform(-0.06, 0.06, place.shape)
    turn = rng.uniform(-0.4, 0.4)
    turned = bent @ np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    return turned * step + (columns / 2, rows / 2)


def blocks(mesh: Any, columns: int, rows: int) -> list[Block]:
    """The blocks of the mesh that meet the picture."""
    places = np.ndindex(mesh.shape[0] - 1, mesh.shape[1] - 1)
    every = (Block(Quad(mesh[r : r + 2, c : c + 2].reshape(4, 2)), (r, c)) for r, c in places)
    return [block for block in every if block.quad.touches(columns, rows)]


def by_settlement(
    rng: np.random.Generator, land: list[Block], columns: int, rows: int
) -> list[Block]:
    """Blocks from the middle of the nearest town outwards."""
    towns = rng.uniform(0.25, 0.75, (1 + columns * rows // 3_000_000, 2)) * (columns, rows)
    centers = np.array([block.quad.center for block in land])
    away = np.linalg.norm(centers[:, None] - towns[None], axis=-1).min(axis=1)
    return [land[number] for number in np.argsort(away, kind="stable")]


def settle(land: list[Block], wanted: int, columns: int, rows: int) -> tuple[list[Lot], int]:
    """As many lots as wanted, and how many blocks they take; lots shrink until all find room."""
    side = min(WIDEST_LOT, math.sqrt(1.3 * columns * rows / max(1, wanted)))
    while side >= NARROWEST_LOT:
        room = land[: math.ceil(len(land) * (0.85 if side > 50 else 1))]
        if sum(math.prod(_lot_counts(*it, side)) for it in _with_use(room)) >= wanted:
            lots, taken = _lots_within(room, side, wanted, columns, rows)
            if len(lots) >= wanted:
                return lots[:wanted], taken
        side *= 0.95
    raise ValueError(f"{wanted} buildings find no room in {columns} x {rows} pixels.")


def _lots_within(
    land: list[Block], side: float, wanted: int, columns: int, rows: int
) -> tuple[list[Lot], int]:
    """Lots in the picture, block by block until there are enough, and how many blocks that took."""
    lots: list[Lot] = []
    for taken, (block, use) in enumerate(_with_use(land)):
        if len(lots) >= wanted:
            return lots, taken
        lots += [lot for lot in _lots(block, use, side) if lot.quad.lies_within(columns, rows)]
    return lots, len(land)


def _with_use(land: list[Block]) -> Iterator[tuple[Block, str]]:
    return zip(land, itertools.cycle(USES))


def _lot_counts(block: Block, use: str, side: float) -> tuple[int, int]:
    """Lots across and down."""
    across, down = {"homes": (1.0, 1.0), "works": (1.5, 1.3), "farm": (1.45, 0.85)}[use]
    width, height = (length - 2 * VERGE for length in block.quad.size)
    return max(1, round(width / (side * across))), max(1, round(height / (side * down)))


def _lots(block: Block, use: str, side: float) -> Iterator[Lot]:
    width, height = block.quad.size
    inner = block.quad.part(VERGE / width, VERGE / height, 1 - VERGE / width, 1 - VERGE / height)
    columns, rows = _lot_counts(block, use, side)
    for row, column in np.ndindex(rows, columns):
        piece = (column / columns, row / rows, (column + 1) / columns, (row + 1) / rows)
        yield Lot(inner.part(*piece), use)
