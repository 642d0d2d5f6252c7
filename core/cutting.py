"""From a strip to its chips: read and burned once, then sliced and written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Optional

import numpy as np
from numpy.typing import NDArray

from .chip import Chip
from .chip_format import ChipFormat
from .classes import NO_CLASSES, ClassTable
from .errors import ExportCancelled
from .feature_labels import place_pixels
from .files import ChipImage, Line
from .labels import NO_LABELS, Labels, LabelSource, StripLabels
from .masking import Mask
from .output import ChipFolder
from .pixel_statistics import CellMoments, Cells, band_statistics, cell_moments, cells_of
from .plan import Strip
from .progress import StopSignal
from .raster import RasterReader
from .records import ChipRecord, StripRecord
from .statistics import AnyBandStatistics, LabelStatistics

if TYPE_CHECKING:
    from .files import Pixels

NO_PIXELS: Pixels = np.zeros((0, 0, 0), np.uint8)


@dataclass(frozen=True, eq=False)
class CutStrip:
    """A strip whose wanted chips are known and whose pixels and labels are at hand."""

    strip: Strip
    wanted: NDArray[np.bool_]
    labeled_count: int
    """How many of the wanted chips have labels."""
    pixels: Pixels
    """(band, row, column); empty if no chip is wanted."""
    labels: Optional[StripLabels]
    bands: Sequence[AnyBandStatistics]
    classes: LabelStatistics

    @property
    def chip_count(self) -> int:
        """Number of chips that it becomes."""
        return int(self.wanted.sum())

    def labels_of(self, place: int) -> Labels:
        """The labels of a place."""
        return NO_LABELS if self.labels is None else self.labels.of_place(place)


@dataclass(frozen=True, eq=False)
class StripReader:
    """Reads strips: decides which chips are wanted and takes their statistics."""

    reader: RasterReader
    labels: Optional[LabelSource]
    mask: Optional[Mask]
    only_labeled: bool
    stop: StopSignal = field(default_factory=StopSignal)

    def __call__(self, strip: Strip) -> CutStrip:
        """Read a strip; its pixels are not even read if no chip of it is wanted."""
        if self.stop.is_raised():
            raise ExportCancelled("The export was cancelled.")
        wanted = np.ones(strip.place_count, bool) if self.mask is None else self.mask.holds(strip)
        labels = self.labels.labels(strip) if self.labels is not None and wanted.any() else None
        if labels is not None and self.only_labeled:
            wanted &= labels.labeled
        if not wanted.any():
            return CutStrip(strip, wanted, 0, NO_PIXELS, None, (), LabelStatistics())
        return self._with_pixels(strip, wanted, labels)

    def _with_pixels(
        self, strip: Strip, wanted: NDArray[np.bool_], labels: Optional[StripLabels]
    ) -> CutStrip:
        pixels = self.reader.read(strip.grid)
        cells = cells_of(strip)
        moments = cell_moments(pixels, cells, self.reader.raster.nodata)
        wanted = wanted & has_data(moments, cells)
        return CutStrip(
            strip,
            wanted,
            0 if labels is None else int((labels.labeled & wanted).sum()),
            pixels,
            labels,
            band_statistics(moments, cells.cover(wanted)),
            LabelStatistics() if labels is None else labels.statistics(wanted),
        )


def has_data(moments: CellMoments, cells: Cells) -> NDArray[np.bool_]:
    """For each place, whether any band has a pixel that is not no-data."""
    return cells.per_place(moments.count.max(axis=2)) > 0


@dataclass(frozen=True)
class NumberedStrip:
    """A strip and the number of its first chip."""

    cut: CutStrip
    first_number: int


@dataclass(frozen=True, eq=False)
class StripWriter:
    """Writes the wanted chips of strips."""

    chip_format: ChipFormat
    folder: ChipFolder
    stop: StopSignal = field(default_factory=StopSignal)
    classes: ClassTable = NO_CLASSES

    def __call__(self, numbered: NumberedStrip) -> StripRecord:
        """Write the chips of a strip, numbered on from its first number."""
        cut = numbered.cut
        places = np.flatnonzero(cut.wanted).tolist()
        lines: list[Line] = []
        for number, place in enumerate(places, start=numbered.first_number):
            lines.extend(self._write(self._chip(cut, place, number)))
        return StripRecord(
            len(places), lines, cut.strip.place_count, cut.labeled_count, cut.bands, cut.classes
        )

    def _write(self, chip: Chip) -> Iterator[Line]:
        """Write the files of a chip; what it adds to files about the dataset."""
        if self.stop.is_raised():
            raise ExportCancelled("The export was cancelled.")
        images: list[str] = []
        labels: list[str] = []
        for file in self.chip_format.files(chip):
            paths = images if isinstance(file, ChipImage) else labels
            paths.append(self.folder.write(file))
        return self.chip_format.lines(chip, ChipRecord(tuple(images), tuple(labels)))

    def _chip(self, cut: CutStrip, place: int, number: int) -> Chip:
        return Chip(
            chip_name(number),
            cut.strip.place_grid(place),
            place_pixels(cut.pixels, cut.strip, place),
            cut.labels_of(place),
            self.folder.image_ending,
            self.classes,
        )


def chip_name(number: int) -> str:
    """File stem of a chip.

    >>> chip_name(42)
    '000000042'
    """
    return f"{number:09d}"
