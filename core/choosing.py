"""Which places of a strip become chips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from .labels import StripLabels
from .masking import Region
from .plan import Strip

ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Selection:
    """A choice among all places of an image, made beforehand."""

    part: NDArray[np.int8]
    """For each place, the number of its part of the dataset; negative: it is left out."""

    def parts_of(self, strip: Strip) -> NDArray[np.int8]:
        """The parts of the places of a strip."""
        return self.part[strip.first : strip.first + strip.place_count]


@dataclass(frozen=True, eq=False)
class ChipChoice:
    """What is asked of a place, so that it becomes a chip."""

    regions: Sequence[Region] = ()
    """It lies in all of them."""
    only_labeled: bool = False
    max_nodata_ratio: float = 1.0
    min_label_ratio: float = 0.0
    selection: Optional[Selection] = None

    def parts_of(self, strip: Strip) -> Optional[NDArray[np.int8]]:
        """The parts of the dataset that the places of a strip belong to, where there are some."""
        return None if self.selection is None else self.selection.parts_of(strip)

    def allowed(self, strip: Strip) -> NDArray[np.bool_]:
        """For each place, whether it may become a chip, whatever is in it."""
        allowed = np.ones(strip.place_count, bool)
        if self.selection is not None:
            allowed &= self.selection.parts_of(strip) >= 0
        for region in self.regions:
            if allowed.any():
                allowed &= region.holds(strip)
        return allowed

    def labeled_enough(
        self, labels: Optional[StripLabels], allowed: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """For each place, whether its labels are enough."""
        if labels is None:
            return allowed
        if self.only_labeled:
            allowed = allowed & labels.labeled
        if self.min_label_ratio and allowed.any():
            allowed = allowed & (labels.labeled_shares() >= self.min_label_ratio - ROUNDING)
        return allowed

    @property
    def takes_any_data(self) -> bool:
        """Whether a place needs no more than one pixel that is no no-data."""
        return self.max_nodata_ratio >= 1

    def with_data(self, shares: NDArray[np.float64]) -> NDArray[np.bool_]:
        """For each place, whether so great a share of pixels with data is enough."""
        return (shares > 0) & (shares >= 1 - self.max_nodata_ratio - ROUNDING)
