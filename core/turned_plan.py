"""Chips turned about their middle, and plans that follow one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .grid import PixelGrid, Size
from .plan import Batch, ChipPlan, Plan, Strip

TOGETHER = 16
"""Places of a batch: neighbours in a row."""
ROUNDING = 1e-9
FULL_TURN_MISSED = 1e-5
"""Degrees by which a multiple of a rounded angle may miss the full turn that it is."""


@dataclass(frozen=True)
class TurnedPlan:
    """The places of a grid of chips, turned by an angle; those that leave the image are left out.

    Turning is about the middle of a place, clockwise for the axes of the chip, so that what it
    shows turns counter-clockwise. It is in pixels, which need not be square on the map.
    """

    upright: Plan
    degrees: float
    first: int
    """Number of the first place among all of the image."""

    @property
    def lefts(self) -> Sequence[int]:
        """Left edges of the upright places of every row."""
        plan = self.upright
        middle, end = plan.tile.columns / 2, plan.grid.columns
        return [left for left in plan.lefts if self._fits(left + middle, end, is_column=True)]

    @property
    def tops(self) -> Sequence[int]:
        """Top edges of the upright places of every column."""
        plan = self.upright
        middle, end = plan.tile.rows / 2, plan.grid.rows
        return [top for top in plan.tops if self._fits(top + middle, end, is_column=False)]

    @property
    def place_count(self) -> int:
        """Number of places."""
        return len(self.lefts) * len(self.tops)

    def batches(self) -> Iterator[Batch]:
        """Each place a strip of its own, neighbours in a batch."""
        number, lefts = self.first, self.lefts
        for top in self.tops:
            for begin in range(0, len(lefts), TOGETHER):
                together = lefts[begin : begin + TOGETHER]
                yield tuple(
                    self._strip(left, top, number + place) for place, left in enumerate(together)
                )
                number += len(together)

    def _strip(self, left: float, top: float, number: int) -> Strip:
        tile = self.upright.tile
        middle = left + tile.columns / 2, top + tile.rows / 2
        return turned_strip(self.upright.grid, middle, tile, self.degrees, number)

    def _fits(self, middle: float, end: int, is_column: bool) -> bool:
        """Whether a place with this middle along one side stays within the image on that side."""
        grid = unit_grid(self.upright.tile, self.degrees, middle)
        left, bottom, right, top = grid.bounds
        low, high = (left, right) if is_column else (bottom, top)
        return low >= -ROUNDING and high <= end + ROUNDING


def unit_grid(tile: Size, degrees: float, middle: float) -> PixelGrid:
    """A turned place whose map coordinates are pixels, about a point on the diagonal."""
    pixels = PixelGrid(1, 1, (0.0, 1.0, 0.0, 0.0, 0.0, 1.0))
    return pixels.around(middle, middle, tile.columns, tile.rows, degrees)


def turned_strip(
    grid: PixelGrid, middle: tuple[float, float], tile: Size, degrees: float, number: int
) -> Strip:
    """One turned place about a point in pixels of a grid."""
    place = grid.around(*middle, tile.columns, tile.rows, degrees)
    return Strip(place, tile, (0,), (0,), first=number)


@dataclass(frozen=True)
class PlanSequence:
    """Plans whose places follow one another."""

    plans: Sequence[ChipPlan]

    @property
    def place_count(self) -> int:
        """Number of places."""
        return sum(plan.place_count for plan in self.plans)

    def batches(self) -> Iterator[Batch]:
        """Those of each plan."""
        for plan in self.plans:
            yield from plan.batches()


def turning_plan(upright: Plan, angle: float) -> ChipPlan:
    """The upright chips, then those turned by k · angle for every k below a full turn."""
    plans: list[ChipPlan] = [upright]
    count = upright.place_count
    for degrees in multiples(angle):
        turned = TurnedPlan(upright, degrees, count)
        plans.append(turned)
        count += turned.place_count
    return PlanSequence(plans) if len(plans) > 1 else upright


def multiples(angle: float) -> list[float]:
    """Multiples k · angle for every whole k with 0 < k · angle < 360.

    >>> multiples(150)
    [150, 300]
    """
    if not angle:
        return []
    count = int(-(-360 // angle)) - 1
    return [k * angle for k in range(1, count + 1) if k * angle < 360 - FULL_TURN_MISSED]
