"""From a strip to what is to become chips: read and burned once, its places chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Optional

import numpy as np
from numpy.typing import NDArray

from .choosing import ChipChoice
from .errors import ExportCancelled
from .labels import NO_LABELS, Labels, LabelSource, StripLabels
from .measuring import Measured, measured
from .plan import Batch, Strip, filled_shares, place_pixels
from .progress import StopSignal
from .raster_masks import RasterMask
from .report.places_taken import PlacesTaken
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

    def taken(self) -> PlacesTaken:
        """Which places become chips, and which of these have labels."""
        labeled = np.zeros(len(self.wanted), bool) if self.labels is None else self.labels.labeled
        return PlacesTaken(self.strip.first, self.wanted, labeled & self.wanted)

    def partner_of(self, place: int) -> Optional[Pixels]:
        """The pixels of the second image at a place."""
        return None if self.partner is None else place_pixels(self.partner, self.strip, place)


@dataclass(frozen=True, eq=False)
class WeighedStrip:
    """A strip of which it is known what becomes a chip; its pixels are not kept."""

    strip: Strip
    allowed: NDArray[np.bool_]
    """Whether each place may become a chip, whatever is in it."""
    candidates: NDArray[np.bool_]
    """Whether its labels are enough, too."""
    wanted: NDArray[np.bool_]
    """Whether it becomes a chip."""
    labels: Optional[StripLabels]
    nodata_shares: NDArray[np.float64]
    """For each place, its share of no-data, as far as anything depends on it."""


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

    def weighed(self, batch: Batch) -> Iterator[WeighedStrip]:
        """What is known of strips before they are cut; pixels are read only if they decide."""
        grids = [strip.grid for strip in batch] if self._pixels_decide else []
        reader = shared(self.reader, grids)
        partner = None if self.partner is None else shared(self.partner, grids)
        for strip in batch:
            self._stop_if_asked_to()
            allowed = self.choice.allowed(strip)
            candidates, labels = self._candidates(strip, allowed)
            wanted, shares = candidates, filled_shares(strip)
            if self._pixels_decide and candidates.any():
                images = self._images(strip, reader, partner)
                wanted = self._with_data(candidates, images)
                shares = 1 - np.min([image.data_shares() for image in images], axis=0)
            yield WeighedStrip(strip, allowed, candidates, wanted, labels, shares)

    @property
    def _pixels_decide(self) -> bool:
        """Whether it depends on pixels which of the candidates become chips."""
        readers = [self.reader] if self.partner is None else [self.reader, self.partner]
        has_mask = self.mask is not None or self.partner_mask is not None
        may_lack_data = has_mask or any(reader.raster.may_lack_data for reader in readers)
        return may_lack_data or not self.choice.takes_any_data

    def _cut(self, strip: Strip, reader: PixelReader, partner: Optional[PixelReader]) -> CutStrip:
        """Read a strip; its pixels are not even read if no chip of it is wanted."""
        self._stop_if_asked_to()
        wanted, labels = self._candidates(strip, self.choice.allowed(strip))
        if not wanted.any():
            return CutStrip(strip, wanted, 0, NO_PIXELS, None, (), NO_LABEL_STATISTICS)
        images = self._images(strip, reader, partner)
        enough = self._with_data(wanted, images)
        return _with_images(strip, enough, labels, images, self.choice.parts_of(strip))

    def _stop_if_asked_to(self) -> None:
        if self.stop.is_raised():
            raise ExportCancelled("The export was cancelled.")

    def _candidates(
        self, strip: Strip, allowed: NDArray[np.bool_]
    ) -> tuple[NDArray[np.bool_], Optional[StripLabels]]:
        """Which of the allowed places become chips, whatever their pixels are, and the labels."""
        labels = self.labels.labels(strip) if self.labels is not None and allowed.any() else None
        return self.choice.labeled_enough(labels, allowed), labels

    def _images(
        self, strip: Strip, reader: PixelReader, partner: Optional[PixelReader]
    ) -> list[Measured]:
        images = [self._measured(strip, reader)]
        if partner is not None:
            images.append(measured(partner, strip, self.partner_mask))
        return images

    def _with_data(
        self, wanted: NDArray[np.bool_], images: Sequence[Measured]
    ) -> NDArray[np.bool_]:
        """Which of the wanted places have data enough, in both images if there are two."""
        for image in images:
            wanted = wanted & self.choice.with_data(image.data_shares())
        return wanted

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
