"""Some chips of a dataset, read once more as they were when they were written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

import numpy as np
from numpy.typing import NDArray

from ..cutting import CutStrip
from ..errors import ExportCancelled
from ..labels import Labels
from ..pixel_statistics import valid_pixels
from ..prepared import Prepared
from ..progress import StopSignal
from ..strip_flow import strip_reader
from ..strip_writing import chip_name
from .taken import TakenImage, strip_alone

if TYPE_CHECKING:
    from ..files import Pixels

MOST = 12
LEAST = 3
MOST_BYTES = 64 << 20
"""Of all that are read, unless even a few have more."""
VALUES = 1 << 13
"""Pixels of each chip that are looked at for a histogram."""


@dataclass(frozen=True, eq=False)
class Sample:
    """A chip to be shown."""

    prepared: Prepared
    name: str
    pixels: Pixels
    """(band, row, column)"""
    labels: Labels
    split: str
    valid: Optional[NDArray[np.bool_]]
    """(row, column, band); None means all."""
    partner: Optional[Pixels]
    """Of the second image."""


def samples_of(images: Sequence[TakenImage], most: int, stop: StopSignal) -> list[Sample]:
    """Chips at even distances, those with labels if there are any. Raises ChipExportError."""
    chosen = _chosen(images, most)
    return [
        sample
        for image, places in zip(images, chosen)
        if len(places)
        for sample in _read(image, places, stop)
    ]


def sample_count(chip_bytes: int) -> int:
    """How many chips of so many bytes are shown.

    >>> sample_count(256 * 256 * 3), sample_count(1 << 30)
    (12, 3)
    """
    return max(LEAST, min(MOST, MOST_BYTES // max(chip_bytes, 1)))


def _chosen(images: Sequence[TakenImage], most: int) -> list[NDArray[np.intp]]:
    """The places of each image."""
    labeled = [np.flatnonzero(image.taken.labeled) for image in images]
    if not any(map(len, labeled)):
        labeled = [np.flatnonzero(image.taken.wanted) for image in images]
    counts = np.cumsum([0, *map(len, labeled)])
    count = int(min(most, counts[-1]))
    ranks = np.unique(np.linspace(0, max(counts[-1] - 1, 0), count).round().astype(np.intp))
    return [
        places[ranks[(ranks >= begin) & (ranks < begin + len(places))] - begin]
        for places, begin in zip(labeled, counts)
    ]


def _read(image: TakenImage, places: NDArray[np.intp], stop: StopSignal) -> Iterator[Sample]:
    reader = strip_reader(image.prepared, stop)
    for strip, _ in image.strips():
        end = strip.first + strip.place_count
        for place in places[(places >= strip.first) & (places < end)].tolist():
            if stop.is_raised():
                raise ExportCancelled("The export was cancelled.")
            (cut,) = reader([strip_alone(strip, place - strip.first)])
            if cut.chip_count:
                yield _sample(image, place, cut)


def _sample(image: TakenImage, place: int, cut: CutStrip) -> Sample:
    splits = image.prepared.dataset.splits
    nodata = image.prepared.image.raster.nodata
    return Sample(
        image.prepared,
        image.prepared.folder + chip_name(image.number_of(place)),
        cut.pixels,
        cut.labels_of(0),
        splits[cut.part_of(0)] if splits else "",
        valid_pixels(cut.pixels.transpose(1, 2, 0), nodata),
        cut.partner,
    )


def band_values(samples: Sequence[Sample], band: int) -> NDArray[np.float64]:
    """Values of a band, without no-data, of so many pixels of each chip."""
    found = []
    for sample in samples:
        step = max(1, int(np.ceil(np.sqrt(sample.pixels[0].size / VALUES))))
        values = sample.pixels[band, ::step, ::step]
        if sample.valid is not None:
            values = values[sample.valid[::step, ::step, band]]
        found.append(values.ravel().astype(float))
    return np.concatenate(found) if found else np.zeros(0)
