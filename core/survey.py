"""A look at all places before any chip is written: what a choice among them needs to know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .cutting import StripReader, WeighedStrip
from .grid import PixelGrid
from .plan import Batch, Strip
from .reference_systems import may_be_same_reference, transformed_points

if TYPE_CHECKING:
    from .grid import Coordinates

AROUND = np.array([[0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
"""Upper left, upper right, lower right, lower left."""


@dataclass(frozen=True, eq=False)
class StripSurvey:
    """What is known of the places of a strip."""

    first: int
    wanted: NDArray[np.bool_]
    """Whether each becomes a chip, unless it is chosen to be left out."""
    labeled: NDArray[np.bool_]
    counts: dict[int, NDArray[np.int64]]
    """For each class, the labels in each place."""
    boxes: NDArray[np.float64]
    """(place, 4): left, top, right, bottom of the box around each, in pixels of the image."""


@dataclass(frozen=True, eq=False)
class SurveyReader:
    """Looks at strips as an export does, and keeps none of their pixels."""

    reader: StripReader
    frame: PixelGrid
    """In whose pixels the boxes are."""

    def __call__(self, batch: Batch) -> list[StripSurvey]:
        """Look at the strips of a batch, at their pixels only if anything depends on them."""
        return [strip_survey(weighed, self.frame) for weighed in self.reader.weighed(batch)]


def strip_survey(weighed: WeighedStrip, frame: PixelGrid) -> StripSurvey:
    """What a choice needs to know of a strip."""
    wanted = weighed.wanted
    labels = weighed.labels if weighed.candidates.any() else None
    return StripSurvey(
        weighed.strip.first,
        wanted,
        wanted & (wanted if labels is None else labels.labeled),
        {} if labels is None else dict(labels.class_counts()),
        place_boxes(weighed.strip, frame),
    )


def place_boxes(strip: Strip, frame: PixelGrid) -> NDArray[np.float64]:
    """The boxes (place, 4) around the places of a strip, in pixels of a grid in any system."""
    x, y = place_corners(strip, range(strip.place_count), frame.crs_wkt)
    left, top = frame.to_pixels(x, y)
    return np.stack([left.min(1), top.min(1), left.max(1), top.max(1)], axis=1)


def place_corners(
    strip: Strip, places: Sequence[int], crs_wkt: str
) -> tuple[Coordinates, Coordinates]:
    """Coordinates x and y (place, corner) of places of a strip in a system, around each.

    Upper left, upper right, lower right, lower left of the chip as it is written. Raises
    GdalFailure.
    """
    begins = np.array([strip.corner(place) for place in places], np.float64)
    columns = begins[:, :1] + AROUND[0] * strip.tile.columns
    rows = begins[:, 1:] + AROUND[1] * strip.tile.rows
    return _in_system(crs_wkt, *strip.grid.to_map(columns, rows), strip.grid.crs_wkt)


def _in_system(
    target: str, x: Coordinates, y: Coordinates, source: str
) -> tuple[Coordinates, Coordinates]:
    if may_be_same_reference(source, target):
        return x, y
    points = transformed_points(source, target, np.stack([x.ravel(), y.ravel()], axis=1))
    return points[:, 0].reshape(x.shape), points[:, 1].reshape(y.shape)


@dataclass(frozen=True, eq=False)
class Survey:
    """What is known of all places of an image."""

    wanted: NDArray[np.bool_]
    labeled: NDArray[np.bool_]
    counts: dict[int, NDArray[np.int64]]
    boxes: NDArray[np.float64]
    frame: int = 0
    """Places of different frames share nothing."""


def survey_of(place_count: int, strips: Iterator[StripSurvey], frame: int = 0) -> Survey:
    """All strips of an image together."""
    wanted, labeled = np.zeros(place_count, bool), np.zeros(place_count, bool)
    counts: dict[int, NDArray[np.int64]] = {}
    boxes = np.zeros((place_count, 4))
    for strip in strips:
        places = slice(strip.first, strip.first + len(strip.wanted))
        wanted[places], labeled[places] = strip.wanted, strip.labeled
        boxes[places] = strip.boxes
        for value, of_class in strip.counts.items():
            counts.setdefault(value, np.zeros(place_count, np.int64))[places] = of_class
    return Survey(wanted, labeled, counts, boxes, frame)


def counts_of(surveys: Sequence[Survey]) -> NDArray[np.int64]:
    """Labels (place, class) of the places of all images, one after the other."""
    values = sorted({value for survey in surveys for value in survey.counts})
    size = sum(len(survey.wanted) for survey in surveys)
    counts = np.zeros((size, len(values)), np.int64)
    begin = 0
    for survey in surveys:
        end = begin + len(survey.wanted)
        for value, of_class in survey.counts.items():
            counts[begin:end, values.index(value)] = of_class
        begin = end
    return counts
