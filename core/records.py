"""What was written for a chip and for a strip, and what the service's map says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from .statistics import NO_LABEL_STATISTICS, AnyBandStatistics, LabelStatistics

if TYPE_CHECKING:
    from .report.places_taken import PlacesTaken


@dataclass(frozen=True)
class ChipRecord:
    """The files of one chip, by their paths: its images, and its labels."""

    images: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class StripRecord:
    """What became of a strip."""

    chip_count: int
    texts: Mapping[str, str]
    """What its chips add to files about the dataset, by their paths."""
    place_count: int = 0
    labeled_count: int = 0
    bands: Sequence[AnyBandStatistics] = ()
    classes: LabelStatistics = NO_LABEL_STATISTICS
    partner_bands: Sequence[AnyBandStatistics] = ()
    """Of the second images."""
    part_counts: Sequence[int] = ()
    """Chips of each split, where there are some."""
    taken: Optional[PlacesTaken] = None
    """Which of its places became chips, if any did."""
    file_count: int = 0
    """Images and labels of its chips, not what lies beside them."""
    blank_count: int = 0
    """Chips with empty label images, as no label in them covers the middle of a pixel."""


def map_lines(chip: ChipRecord) -> Iterator[str]:
    r"""The lines of a chip in map.txt: one for each of its labels, or one without.

    >>> list(map_lines(ChipRecord(("images/7.tif",), ("labels/7.xml",))))
    ['images\\7.tif  labels\\7.xml\r\n']
    """
    images = "".join(f"{image} " for image in chip.images)
    for label in chip.labels or ("",):
        line = f"{images} {label}" if label else images
        yield line.replace("/", "\\") + "\r\n"
