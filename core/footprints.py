"""Places of an image as polygons on the map, with all that is known of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from .gdal_errors import GdalFailure
from .grid import PixelGrid
from .looking import LookedAt, Verdict
from .plan import Plan, Strip
from .prepared import Prepared
from .progress import Progress
from .survey import place_corners
from .turned_plan import PlanSequence

Corners = tuple[tuple[float, float], ...]
"""Upper left, upper right, lower right, lower left of the chip as it is written, (x, y); none where
it has no place in the system that is asked for."""


@dataclass(frozen=True)
class Footprint:
    """A place: a chip, or why it becomes none."""

    corners: Corners
    number: Optional[int]
    """Of the chip; None where there will be none."""
    image: str
    row: Optional[int]
    """In the grid of chips, from 0; None for chips around features."""
    column: Optional[int]
    angle: float
    """Degrees by which it is turned, clockwise in the image."""
    split: str
    labels: Mapping[str, int]
    """By the names of their classes: features, or pixels where labels are a raster."""
    nodata_share: float
    """0 to 1; as far as anything depends on it, else 0."""
    reason: str
    """Empty for a chip."""

    @property
    def kept(self) -> bool:
        """Whether it becomes a chip."""
        return not self.reason


@dataclass(frozen=True)
class FootprintLayer:
    """Footprints as they are found, and the system they are in."""

    crs_wkt: str
    """Empty where none is known, or coordinates are pixels: x the column, y the row with a
    minus."""
    footprints: Iterator[Footprint]
    """In the order of the chips; the work is done while they are taken."""


def tell_of_system(grid: PixelGrid, parameter: str, progress: Progress) -> None:
    """Say what the footprints of an image lack that are the output of a parameter."""
    if not grid.is_on_map:
        progress.info(
            f"{parameter}: the footprints are in pixels of the image (x is the column, y the row "
            "with a minus), without a coordinate system."
        )
    elif not grid.crs_wkt:
        progress.info(
            f"{parameter}: the image has no coordinate system, so the footprints have none."
        )


@dataclass(frozen=True, eq=False)
class FootprintMaker:
    """Makes the footprints of an image in a system that may be another one."""

    prepared: Prepared
    target_wkt: str

    def footprints(self, looked: LookedAt, number: int) -> Iterator[Footprint]:
        """Those of the places of a strip, the first chip of which has a number."""
        strip, angle = looked.strip, self._angle(looked.strip)
        corners = self._corners(strip)
        rows, columns = self._numbers(strip)
        for place, verdict in enumerate(looked.verdicts.tolist()):
            reason = self._reasons[verdict]
            yield Footprint(
                corners[place],
                None if reason else number,
                self._name,
                rows[place],
                columns[place],
                angle,
                "" if reason else self._split(looked, place),
                self._labels(looked, place),
                float(looked.nodata_shares[place]),
                reason,
            )
            number += not reason

    def _corners(self, strip: Strip) -> list[Corners]:
        """Of each place."""
        try:
            x, y = place_corners(strip, range(strip.place_count), self.target_wkt)
        except GdalFailure:
            return [()] * strip.place_count
        known = np.isfinite(x + y).all(axis=1)
        return [
            tuple(zip(*around)) if is_known else ()
            for *around, is_known in zip(x.tolist(), y.tolist(), known.tolist())
        ]

    def _numbers(self, strip: Strip) -> tuple[Sequence[Optional[int]], Sequence[Optional[int]]]:
        """Rows and columns of places in the grid of chips, by the middles of the places."""
        plan = self._upright
        if plan is None:
            nothing = [None] * strip.place_count
            return nothing, nothing
        begins = np.array([strip.corner(place) for place in range(strip.place_count)], float)
        middles = begins + np.array([strip.tile.columns, strip.tile.rows]) / 2
        across, down = plan.grid.to_pixels(*strip.grid.to_map(middles[:, 0], middles[:, 1]))
        return (
            _nearest(plan.tops, down - plan.tile.rows / 2),
            _nearest(plan.lefts, across - plan.tile.columns / 2),
        )

    def _angle(self, strip: Strip) -> float:
        """Degrees between the first row of the image and that of a strip."""
        ends = np.array([0.0, 1.0]), np.array([0.0, 0.0])
        columns, rows = self.prepared.image.grid.to_pixels(*strip.grid.to_map(*ends))
        turn = math.degrees(math.atan2(rows[1] - rows[0], columns[1] - columns[0]))
        return round(turn, 6) % 360

    def _split(self, looked: LookedAt, place: int) -> str:
        splits = self.prepared.dataset.splits
        return splits[looked.parts[place]] if splits else ""

    def _labels(self, looked: LookedAt, place: int) -> dict[str, int]:
        source = self.prepared.labels
        if source is None:
            return {}
        return {
            source.classes.name_of(value): int(of_class[place])
            for value, of_class in sorted(looked.counts.items())
            if of_class[place]
        }

    @cached_property
    def _upright(self) -> Optional[Plan]:
        """The plan of the chips that are not turned."""
        plan = self.prepared.plan
        first = plan.plans[0] if isinstance(plan, PlanSequence) else plan
        return first if isinstance(first, Plan) else None

    @cached_property
    def _name(self) -> str:
        return f"{self.prepared.folder}{self.prepared.image.raster.source}"

    @cached_property
    def _reasons(self) -> Sequence[str]:
        """What is said of each verdict, with the parameter that decides it."""
        request = self.prepared.request
        areas = [
            name
            for name, given in (
                ("inputMaskPolygons", request.input_mask_polygons),
                ("additionalInputRaster", self.prepared.partner),
            )
            if given is not None
        ]
        said = {
            Verdict.KEPT: "",
            Verdict.OUTSIDE: f"not wholly within {' and '.join(areas)}",
            Verdict.UNLABELED: "no label",
            Verdict.FEW_LABELS: "less labelled than minLabelRatio",
            Verdict.EMPTY: "nothing but no-data",
            Verdict.NODATA: "more no-data than maxNodataRatio",
            Verdict.STRADDLES: "split: shares pixels with chips of another split",
            Verdict.SURPLUS: "no label, and one too many by negativeRatio",
        }
        return [said[verdict] for verdict in Verdict]


def _nearest(begins: Sequence[int], found: NDArray[np.float64]) -> list[Optional[int]]:
    """Positions in an ascending sequence of the members that are nearest.

    >>> _nearest([0, 10, 20], np.array([0.5, 19.5]))
    [0, 2]
    """
    known = np.asarray(begins, float)
    borders = (known[1:] + known[:-1]) / 2
    return [int(position) for position in np.searchsorted(borders, found)]


class Kept:
    """How many places become chips, and how many do not, by why not."""

    def __init__(self) -> None:
        self._by_reason: Counter[str] = Counter()

    def add(self, footprint: Footprint) -> None:
        """Count a place."""
        self._by_reason[footprint.reason] += 1

    def tell(self, progress: Progress) -> None:
        """Say it."""
        progress.info(f"{self._by_reason['']} chips would be written.")
        for reason, count in sorted(self._by_reason.items()):
            if reason:
                progress.info(f"  {count} places are left out: {reason}")
