"""The features of a strip and where they reach into its chips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .blobs import packed
from .burning import burned
from .clipping import Clips
from .pixel_statistics import cells_of
from .plan import Strip
from .shapes import MARGIN, Indices, Shapes
from .statistics import ClassStatistics, LabelStatistics, summary_of


def chosen_clips(clips: Clips, chosen: NDArray[np.bool_]) -> Clips:
    """Only the chosen pairs."""
    if chosen.all():
        return clips
    return Clips(
        clips.place[chosen],
        clips.shape[chosen],
        clips.left[chosen],
        clips.top[chosen],
        clips.right[chosen],
        clips.bottom[chosen],
        clips.area[chosen],
    )


@dataclass(frozen=True, eq=False)
class FoundFeatures:
    """The features of a strip, in the order they are drawn, and where they reach into chips."""

    strip: Strip
    shapes: Shapes
    blobs: Sequence[bytes]
    values: NDArray[np.int64]
    clips: Clips
    incomplete: Indices
    """Places that some feature reaches into by too little to be kept."""

    def lies_in(self, place: int, shapes: Indices) -> NDArray[np.bool_]:
        """Which of some features lie wholly in a place."""
        left, top = self.strip.corner(place)
        return (
            (self.shapes.left[shapes] > left - MARGIN)
            & (self.shapes.bottom[shapes] > top - MARGIN)
            & (self.shapes.right[shapes] < left + self.strip.tile.columns + MARGIN)
            & (self.shapes.top[shapes] < top + self.strip.tile.rows + MARGIN)
        )

    @property
    def labeled(self) -> NDArray[np.bool_]:
        """For each place, whether a feature reaches into it."""
        labeled = np.zeros(self.strip.place_count, bool)
        labeled[self.clips.place] = True
        return labeled

    @cached_property
    def pairs(self) -> list[slice]:
        """For each place, its clips."""
        edges = np.searchsorted(self.clips.place, np.arange(self.strip.place_count + 1)).tolist()
        return [slice(begin, end) for begin, end in zip(edges, edges[1:])]

    def class_counts(self) -> dict[int, NDArray[np.int64]]:
        """For each class, its features in each place."""
        values = self.values[self.clips.shape]
        return {
            int(value): np.bincount(
                self.clips.place[values == value], minlength=self.strip.place_count
            )
            for value in np.unique(values)
        }

    def labeled_shares(self) -> NDArray[np.float64]:
        """For each place, the share of its pixels whose centre lies in a feature."""
        ones, data_type = np.ones(len(self.blobs), np.int64), "uint8"
        covered = cells_of(self.strip).sums(burned(self.strip.grid, self.blobs, ones, data_type))
        for place in self.incomplete.tolist():
            grid, kept = self.strip.place_grid(place), self.kept(place)
            covered[place] = burned(grid, kept, ones[: len(kept)], data_type).sum()
        return covered / (self.strip.tile.columns * self.strip.tile.rows)

    def kept(self, place: int) -> Sequence[bytes]:
        """WKB of the features of a place, in their order."""
        return packed(self.blobs).select(self.clips.shape[self.pairs[place]])

    def statistics(self, wanted: NDArray[np.bool_]) -> LabelStatistics:
        """Features and areas per class over the wanted places."""
        counted = wanted[self.clips.place]
        place, value = self.clips.place[counted], self.values[self.clips.shape[counted]]
        area = self.clips.area[counted] * self.strip.grid.cell_area
        per_class = {
            int(each): _class_statistics(place[value == each], area[value == each])
            for each in np.unique(value)
        }
        per_image = np.bincount(place)
        return LabelStatistics(per_class, summary_of(per_image[per_image > 0]))


def _class_statistics(place: Indices, area: NDArray[np.float64]) -> ClassStatistics:
    return ClassStatistics(len(np.unique(place)), summary_of(area))
