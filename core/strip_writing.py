"""The chips of strips that were cut, numbered and written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Optional

import numpy as np

from .chip import Chip
from .chip_format import ChipFormat
from .classes import NO_CLASSES, ClassTable
from .cutting import CutStrip
from .errors import ExportCancelled
from .files import ChipImage, Line, PartnerImage, joined_lines, split_list
from .labels import DRAWN, Labels
from .output import ChipFolder
from .plan import place_pixels
from .progress import StopSignal
from .records import ChipRecord, StripRecord


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
        file_count = blank_count = 0
        for number, place in enumerate(places, start=numbered.first_number + begin):
            chip = self._chip(cut, place, number)
            files = self._write(chip)
            file_count += len(files.images) + len(files.labels)
            blank_count += self._is_blank(cut, place, chip.labels)
            lines.extend(self._lines(chip, files))
        record = StripRecord(
            len(places), joined_lines(lines), file_count=file_count, blank_count=blank_count
        )
        if begin:
            return record
        return replace(
            record,
            place_count=cut.strip.place_count,
            labeled_count=cut.labeled_count,
            bands=cut.bands,
            classes=cut.classes,
            partner_bands=cut.partner_bands,
            part_counts=cut.part_counts(),
            taken=cut.taken() if cut.chip_count else None,
        )

    def _is_blank(self, cut: CutStrip, place: int, labels: Labels) -> bool:
        """Whether labels reach into a place, and are nowhere in its label images."""
        if cut.labels is None or self.chip_format.needs not in DRAWN:
            return False
        return bool(cut.labels.labeled[place]) and not labels.has_pixels

    def _write(self, chip: Chip) -> ChipRecord:
        """Write the files of a chip."""
        if self.stop.is_raised():
            raise ExportCancelled("The export was cancelled.")
        images: list[str] = []
        labels: list[str] = []
        for file in self.chip_format.files(chip):
            paths = images if isinstance(file, (ChipImage, PartnerImage)) else labels
            paths.append(self.folder.write(file))
        return ChipRecord(tuple(images), tuple(labels))

    def _lines(self, chip: Chip, files: ChipRecord) -> Iterator[Line]:
        """What a chip adds to files about the dataset."""
        yield from self.chip_format.lines(chip, files)
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
