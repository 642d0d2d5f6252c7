"""From a strip to its chips: read and burned once, then sliced and written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Optional

import numpy as np
from numpy.typing import NDArray

from .chip import Chip
from .chip_format import ChipFormat
from .choosing import ChipChoice
from .classes import NO_CLASSES, ClassTable
from .errors import ExportCancelled
from .files import ChipImage, Line, PartnerImage, split_list
from .labels import NO_LABELS, Labels, LabelSource, StripLabels
from .measuring import Measured, measured
from .output import ChipFolder
from .plan import Batch, Strip, place_pixels
from .progress import StopSignal
from .raster_masks import RasterMask
from .records import ChipRecord, StripRecord
from .shared_window import PixelReader, shared
from .statistics import NO_LABEL_STATISTICS, AnyBandStatistics, LabelStatistics

if TYPE_CHECKING:
    from .blackening import Blackening
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
    partner: Optional[Pixels] = None
    """Pixels of the second image, (band, row, column)."""
    partner_bands: Sequence[AnyBandStatistics] = ()
    parts: Optional[NDArray[np.int8]] = None
    """For each place, the number of the part of the dataset it belongs to, where there are some."""

    @property
    def chip_count(self) -> int:
        """Number of chips that it becomes."""
        return int(self.wanted.sum())

    def labels_of(self, place: int) -> Labels:
        """The labels of a place."""
        return NO_LABELS if self.labels is None else self.labels.of_place(place)

    def part_of(self, place: int) -> int:
        """Number of the part of the dataset that a place belongs to."""
        return 0 if self.parts is None else int(self.parts[place])

    def part_counts(self) -> tuple[int, ...]:
        """Chips of each part, where there are parts."""
        if self.parts is None:
            return ()
        return tuple(np.bincount(self.parts[self.wanted]).tolist())

    def partner_of(self, place: int) -> Optional[Pixels]:
        """The pixels of the second image at a place."""
        return None if self.partner is None else place_pixels(self.partner, self.strip, place)


Glanced = tuple[Strip, NDArray[np.bool_], Optional[StripLabels]]
"""A strip, which of its places are wanted, and its labels."""


@dataclass(frozen=True, eq=False)
class StripReader:
    """Reads strips: decides which chips are wanted and takes their statistics."""

    reader: PixelReader
    labels: Optional[LabelSource]
    choice: ChipChoice
    stop: StopSignal = field(default_factory=StopSignal)
    partner: Optional[PixelReader] = None
    """The second image."""
    blackening: Optional[Blackening] = None
    mask: Optional[RasterMask] = None
    """Of the image."""
    partner_mask: Optional[RasterMask] = None

    def __call__(self, batch: Batch) -> list[CutStrip]:
        """Read the strips of a batch, what they share once."""
        grids = [strip.grid for strip in batch]
        reader = shared(self.reader, grids)
        partner = None if self.partner is None else shared(self.partner, grids)
        return [self._cut(strip, reader, partner) for strip in batch]

    def glanced(self, batch: Batch) -> Iterator[Glanced]:
        """What is known of strips before they are cut; pixels are read only if they decide."""
        if self._pixels_decide:
            yield from ((cut.strip, cut.wanted, cut.labels) for cut in self(batch))
            return
        for strip in batch:
            wanted, labels = self.candidates(strip)
            yield strip, wanted, labels if wanted.any() else None

    @property
    def _pixels_decide(self) -> bool:
        """Whether it depends on pixels which of the candidates become chips."""
        readers = [self.reader] if self.partner is None else [self.reader, self.partner]
        has_mask = self.mask is not None or self.partner_mask is not None
        may_lack_data = has_mask or any(reader.raster.may_lack_data for reader in readers)
        return may_lack_data or not self.choice.takes_any_data

    def _cut(self, strip: Strip, reader: PixelReader, partner: Optional[PixelReader]) -> CutStrip:
        """Read a strip; its pixels are not even read if no chip of it is wanted."""
        if self.stop.is_raised():
            raise ExportCancelled("The export was cancelled.")
        wanted, labels = self.candidates(strip)
        if not wanted.any():
            return CutStrip(strip, wanted, 0, NO_PIXELS, None, (), NO_LABEL_STATISTICS)
        images = [self._measured(strip, reader)]
        if partner is not None:
            images.append(measured(partner, strip, self.partner_mask))
        for image in images:
            wanted = wanted & self.choice.with_data(image.data_shares())
        return _with_images(strip, wanted, labels, images, self.choice.parts_of(strip))

    def candidates(self, strip: Strip) -> tuple[NDArray[np.bool_], Optional[StripLabels]]:
        """Which places may become chips, whatever their pixels are, and the labels."""
        wanted = self.choice.allowed(strip)
        labels = self.labels.labels(strip) if self.labels is not None and wanted.any() else None
        return self.choice.labeled_enough(labels, wanted), labels

    def _measured(self, strip: Strip, reader: PixelReader) -> Measured:
        if self.blackening is None:
            return measured(reader, strip, self.mask)
        return measured(self.blackening.over(reader, strip), strip, self.mask)


def _with_images(
    strip: Strip,
    wanted: NDArray[np.bool_],
    labels: Optional[StripLabels],
    images: Sequence[Measured],
    parts: Optional[NDArray[np.int8]],
) -> CutStrip:
    first, *second = images
    return CutStrip(
        strip,
        wanted,
        0 if labels is None else int((labels.labeled & wanted).sum()),
        first.pixels,
        labels,
        first.bands(wanted),
        NO_LABEL_STATISTICS if labels is None else labels.statistics(wanted),
        second[0].pixels if second else None,
        second[0].bands(wanted) if second else (),
        parts,
    )


@dataclass(frozen=True)
class NumberedStrip:
    """A strip and the number of its first chip."""

    cut: CutStrip
    first_number: int
    begin: int = 0
    end: Optional[int] = None
    """Only the chips between these ranks among those of the strip are to be written."""

    def parts(self, most: int) -> list[NumberedStrip]:
        """Parts of so many chips; at least one, for a strip without chips has places."""
        begins = range(0, max(1, self.cut.chip_count), most)
        return [replace(self, begin=begin, end=begin + most) for begin in begins]


@dataclass(frozen=True, eq=False)
class StripWriter:
    """Writes the wanted chips of strips."""

    chip_format: ChipFormat
    folder: ChipFolder
    stop: StopSignal = field(default_factory=StopSignal)
    classes: ClassTable = NO_CLASSES
    splits: Sequence[str] = ()
    """Names of the parts of the dataset, where it has some."""

    def __call__(self, batch: Sequence[NumberedStrip]) -> list[StripRecord]:
        """Write the chips of some strips, each numbered on from its first number."""
        return [self._record(numbered) for numbered in batch]

    def _record(self, numbered: NumberedStrip) -> StripRecord:
        """What was written; all else that a strip adds up to is told with its first chip."""
        cut, begin = numbered.cut, numbered.begin
        places = np.flatnonzero(cut.wanted)[begin : numbered.end].tolist()
        lines: list[Line] = []
        for number, place in enumerate(places, start=numbered.first_number + begin):
            lines.extend(self._write(self._chip(cut, place, number)))
        if begin:
            return StripRecord(len(places), lines, 0, 0, (), NO_LABEL_STATISTICS)
        return StripRecord(
            len(places),
            lines,
            cut.strip.place_count,
            cut.labeled_count,
            cut.bands,
            cut.classes,
            cut.partner_bands,
            cut.part_counts(),
        )

    def _write(self, chip: Chip) -> Iterator[Line]:
        """Write the files of a chip; what it adds to files about the dataset."""
        if self.stop.is_raised():
            raise ExportCancelled("The export was cancelled.")
        images: list[str] = []
        labels: list[str] = []
        for file in self.chip_format.files(chip):
            paths = images if isinstance(file, (ChipImage, PartnerImage)) else labels
            paths.append(self.folder.write(file))
        yield from self.chip_format.lines(chip, ChipRecord(tuple(images), tuple(labels)))
        if chip.split:
            yield Line(split_list(chip.split), f"{chip.name}\n")

    def _chip(self, cut: CutStrip, place: int, number: int) -> Chip:
        return Chip(
            chip_name(number),
            cut.strip.place_grid(place),
            place_pixels(cut.pixels, cut.strip, place),
            cut.labels_of(place),
            self.folder.image_ending,
            self.classes,
            self.splits[cut.part_of(place)] if self.splits else "",
            cut.partner_of(place),
        )


def chip_name(number: int) -> str:
    """File stem of a chip.

    >>> chip_name(42)
    '000000042'
    """
    return f"{number:09d}"
