"""All strips of an image on their way: read, numbered, written, in the order of the plan."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Optional

from .classes import NO_CLASSES
from .cutting import CutStrip, StripReader
from .encodings import Encoding, chip_encoding, image_format, label_encoding
from .image import first_nodata
from .output import ChipFolder
from .plan import Batch, ChipPlan, Plan
from .pools import Pools, ahead
from .prepared import Prepared
from .progress import StopSignal
from .raster import Raster
from .records import StripRecord
from .shared_pieces import Overlap, overlap_of
from .strip_writing import NumberedStrip, StripWriter
from .work_done import WorkDone
from .workers import ordered_map


def strip_records(
    prepared: Prepared,
    places: int,
    first_number: int,
    pools: Pools,
    done: WorkDone,
    stop: StopSignal,
) -> Iterator[list[StripRecord]]:
    """Read, number and write all strips after so many places, batch by batch.

    Their order decides everything, timing nothing.
    """
    reader, writer = strip_reader(prepared, stop), strip_writer(prepared, stop)
    batches = _after(places, prepared.plan.batches())
    cut = ordered_map(pools.readers, reader, batches, ahead(pools.readers), done.watch)
    parts = Parts(_numbered(cut, first_number), pools.chips_together)
    written = ordered_map(
        pools.writers, writer, parts, ahead(pools.writers, pools.waiting), done.watch
    )
    for records in parts.joined(written):
        yield records
        done.add(sum(record.place_count for record in records))


def _after(places: int, batches: Iterable[Batch]) -> Iterator[Batch]:
    """The batches after those of so many places."""
    for batch in batches:
        if places > 0:
            places -= sum(strip.place_count for strip in batch)
        else:
            yield batch


def _numbered(
    batches: Iterable[Sequence[CutStrip]], first_number: int
) -> Iterator[list[NumberedStrip]]:
    """Strips with the number of their first chip: without gaps, in order."""
    for batch in batches:
        numbered = []
        for strip in batch:
            numbered.append(NumberedStrip(strip, first_number))
            first_number += strip.chip_count
        yield numbered


class Parts:
    """Batches of strips in parts of so many chips, and what became of them batch by batch again."""

    def __init__(
        self, batches: Iterable[list[NumberedStrip]], chips_together: Optional[int]
    ) -> None:
        self._batches = batches
        self._chips_together = chips_together
        self._ends: deque[bool] = deque()
        """For each part that was given away, whether it is the last of its batch."""

    def __iter__(self) -> Iterator[list[NumberedStrip]]:
        for batch in self._batches:
            parts = self._parts(batch)
            self._ends.extend([False] * (len(parts) - 1) + [True])
            yield from parts

    def _parts(self, batch: list[NumberedStrip]) -> list[list[NumberedStrip]]:
        most = self._chips_together
        if most is None or sum(strip.cut.chip_count for strip in batch) <= most:
            return [batch]
        return [[part] for strip in batch for part in strip.parts(most)]

    def joined(self, records: Iterable[Sequence[StripRecord]]) -> Iterator[list[StripRecord]]:
        """The records of parts, those of a batch together."""
        of_batch: list[StripRecord] = []
        for of_part in records:
            of_batch.extend(of_part)
            if self._ends.popleft():
                yield of_batch
                of_batch = []


def strip_reader(prepared: Prepared, stop: StopSignal) -> StripReader:
    """What reads the strips of an image."""
    partner = prepared.partner
    return StripReader(
        prepared.image.reader,
        prepared.labels,
        prepared.choice,
        stop,
        partner=None if partner is None else partner.on_image(),
        blackening=prepared.blackening,
        mask=prepared.image.mask,
        partner_mask=None if partner is None else partner.mask_on_image(),
    )


def strip_writer(prepared: Prepared, stop: StopSignal) -> StripWriter:
    """What writes their chips."""
    path = os.path.join(prepared.request.output_location, prepared.folder)
    folder = ChipFolder(
        path.rstrip("/"),
        _encoding(prepared, prepared.image.raster),
        label_encoding(prepared.request.compression),
        _encoding(prepared, prepared.partner.raster if prepared.partner else prepared.image.raster),
    )
    classes = NO_CLASSES if prepared.labels is None else prepared.labels.classes
    return StripWriter(prepared.chip_format, folder, stop, classes, prepared.dataset.splits)


def _encoding(prepared: Prepared, raster: Raster) -> Encoding:
    overlap = _overlap(prepared.plan, raster)
    return chip_encoding(image_format(prepared.request), first_nodata(raster), overlap)


def _overlap(plan: ChipPlan, raster: Raster) -> Optional[Overlap]:
    """What chips of a grid have in common; others are cut each for itself."""
    if not isinstance(plan, Plan):
        return None
    return overlap_of(plan.tile.rows, plan.stride.rows, plan.tile.columns * raster.pixel_bytes)
