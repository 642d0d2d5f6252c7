"""A look at all places of an image: what becomes of each, and why."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .cutting import StripReader, WeighedStrip
from .grid import PixelGrid
from .plan import Batch, Strip
from .selecting import LEFT_OUT, SURPLUS
from .survey import StripSurvey, strip_survey


class Verdict(enum.IntEnum):
    """What becomes of a place."""

    KEPT = 0
    OUTSIDE = 1
    UNLABELED = 2
    FEW_LABELS = 3
    EMPTY = 4
    NODATA = 5
    STRADDLES = 6
    SURPLUS = 7


@dataclass(frozen=True, eq=False)
class LookedAt:
    """What is known of the places of a strip; nothing that takes much memory."""

    strip: Strip
    verdicts: NDArray[np.int8]
    nodata_shares: NDArray[np.float64]
    counts: Mapping[int, NDArray[np.int64]]
    """For each class, the labels (or labelled pixels) in each place."""
    survey: StripSurvey
    parts: NDArray[np.int8]
    """For each place, the number of the part of the dataset it belongs to."""

    def chosen(self, parts: NDArray[np.int8]) -> LookedAt:
        """With the choice among all places of the image, by their parts."""
        of_strip = parts[self.strip.first : self.strip.first + self.strip.place_count]
        kept = self.verdicts == Verdict.KEPT
        verdicts = self.verdicts.copy()
        verdicts[kept & (of_strip == LEFT_OUT)] = Verdict.STRADDLES
        verdicts[kept & (of_strip == SURPLUS)] = Verdict.SURPLUS
        return LookedAt(
            self.strip, verdicts, self.nodata_shares, self.counts, self.survey, of_strip
        )


@dataclass(frozen=True, eq=False)
class PlaceReader:
    """Looks at strips as an export does, and says what becomes of their places."""

    reader: StripReader
    frame: PixelGrid
    """In whose pixels a choice compares places."""

    def __call__(self, batch: Batch) -> list[LookedAt]:
        """Look at the strips of a batch, at their pixels only if anything depends on them."""
        return [self._of(weighed) for weighed in self.reader.weighed(batch)]

    def _of(self, weighed: WeighedStrip) -> LookedAt:
        labels = weighed.labels
        return LookedAt(
            weighed.strip,
            self._verdicts(weighed),
            weighed.nodata_shares,
            {} if labels is None else dict(labels.class_counts()),
            strip_survey(weighed, self.frame),
            np.zeros(len(weighed.wanted), np.int8),
        )

    def _verdicts(self, weighed: WeighedStrip) -> NDArray[np.int8]:
        verdicts = np.full(len(weighed.wanted), Verdict.NODATA, np.int8)
        verdicts[weighed.nodata_shares >= 1] = Verdict.EMPTY
        verdicts[~weighed.candidates] = Verdict.FEW_LABELS
        if self.reader.choice.only_labeled and weighed.labels is not None:
            verdicts[~weighed.candidates & ~weighed.labels.labeled] = Verdict.UNLABELED
        verdicts[~weighed.allowed] = Verdict.OUTSIDE
        verdicts[weighed.wanted] = Verdict.KEPT
        return verdicts
