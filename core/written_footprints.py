"""The footprints of the chips that an export has written.

It noted which places became chips; what else is to be said of them is looked at once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .choosing import ChipChoice, Selection
from .footprints import Footprint, FootprintLayer, FootprintMaker
from .looking import LookedAt, PlaceReader, Verdict
from .pools import Pools, ahead
from .prepared import Prepared
from .progress import StopSignal
from .report.taken import TakenImage, taken_images
from .selecting import LEFT_OUT
from .strip_flow import strip_reader
from .work_done import WorkDone
from .workers import ordered_map

Written = tuple[Sequence[Prepared], Iterable[str]]
"""The images of a dataset, and the lines that say which of their places became chips."""


def written_footprints(
    datasets: Sequence[Written], pools: Pools, done: WorkDone, stop: StopSignal
) -> FootprintLayer:
    """Those of all chips, in the system of the first image.

    Raises ChipExportError while they are taken.
    """
    target = datasets[0][0][0].image.grid.crs_wkt

    def footprints() -> Iterator[Footprint]:
        for images, place_lines in datasets:
            for image in taken_images(images, place_lines):
                maker = FootprintMaker(image.prepared, target)
                yield from _of_image(image, maker, pools, done, stop)

    return FootprintLayer(target, footprints())


def _of_image(
    image: TakenImage, maker: FootprintMaker, pools: Pools, done: WorkDone, stop: StopSignal
) -> Iterator[Footprint]:
    prepared, parts, number = image.prepared, _parts(image), image.first_number
    chips_alone = replace(prepared, choice=_choice_of(parts, prepared.choice))
    look = PlaceReader(strip_reader(chips_alone, stop), prepared.image.grid)
    batches = prepared.plan.batches()
    for batch in ordered_map(pools.readers, look, batches, ahead(pools.readers), done.watch):
        for looked in batch:
            for footprint in maker.footprints(_as_written(looked, parts), number):
                if footprint.kept:
                    number += 1
                    yield footprint
        done.add(sum(looked.strip.place_count for looked in batch))


def _parts(image: TakenImage) -> NDArray[np.int8]:
    """For each place, the part of the dataset that its chip belongs to."""
    selection = image.prepared.choice.selection
    of_chips = np.zeros(len(image.taken.wanted), np.int8) if selection is None else selection.part
    return np.where(image.taken.wanted, of_chips, LEFT_OUT).astype(np.int8)


def _choice_of(parts: NDArray[np.int8], choice: ChipChoice) -> ChipChoice:
    """The places that became chips by a choice, of which no more is asked than of their pixels."""
    return ChipChoice(max_nodata_ratio=choice.max_nodata_ratio, selection=Selection(parts))


def _as_written(looked: LookedAt, parts: NDArray[np.int8]) -> LookedAt:
    """With what became of the places, whatever is to be seen there by now."""
    of_strip = Selection(parts).parts_of(looked.strip)
    verdicts = np.where(of_strip >= 0, Verdict.KEPT, Verdict.SURPLUS)
    return replace(looked, verdicts=verdicts.astype(np.int8), parts=of_strip)
