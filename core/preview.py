"""The dry run of an export: which chips there will be, and which places become none, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from .aside import aside
from .chosen_places import chosen_places
from .footprints import Footprint, FootprintLayer, FootprintMaker, Kept, tell_of_system
from .frames import frames_of
from .looking import LookedAt, PlaceReader
from .pools import ahead, worker_pools
from .preparation import opened
from .prepared import Prepared
from .progress import Progress, StopSignal
from .request import ExportRequest
from .strip_flow import strip_reader
from .survey import survey_of
from .work_done import WorkDone
from .workers import ordered_map

NOWHERE = "(preview)"
"""The outputLocation of a request of which nothing is written."""


def preview(request: ExportRequest, progress: Progress) -> FootprintLayer:
    """Do all that an export of this request does, but write nothing: the footprints of all places.

    outputLocation, existingOutput and daskScheduler have no meaning here. Raises ChipExportError,
    also while the footprints are taken.
    """
    request = replace(request, output_location=NOWHERE, existing_output="refuse", dask_scheduler="")
    stop = StopSignal()
    prepared = aside(lambda relayed: opened(request, relayed, stop), progress, stop)
    grid = prepared[0].image.grid
    tell_of_system(grid, "OUTPUT", progress)
    return FootprintLayer(grid.crs_wkt, _footprints(prepared, progress, stop))


def _footprints(
    prepared: Sequence[Prepared], progress: Progress, stop: StopSignal
) -> Iterator[Footprint]:
    done = WorkDone([image.plan.place_count for image in prepared], progress)
    target = prepared[0].image.grid.crs_wkt
    counted = Kept()
    for _, of_dataset in groupby(prepared, key=lambda image: image.folder):
        images = list(of_dataset)
        number = images[0].first_number
        for image, strips in _looked_at(images, done, progress, stop):
            maker = FootprintMaker(image, target)
            for strip in strips:
                for footprint in maker.footprints(strip, number):
                    number += footprint.kept
                    counted.add(footprint)
                    yield footprint
    counted.tell(progress)


def _looked_at(
    images: Sequence[Prepared], done: WorkDone, progress: Progress, stop: StopSignal
) -> Iterator[tuple[Prepared, Iterable[LookedAt]]]:
    """Each image of a dataset with all its places, from which is chosen if that is asked for."""
    request = images[0].request
    with worker_pools(request, stop, progress) as pools:
        frames = frames_of([each.image for each in images])

        def strips_of(image: Prepared, look: PlaceReader) -> Iterator[LookedAt]:
            batches = image.plan.batches()
            looked = ordered_map(pools.readers, look, batches, ahead(pools.readers), done.watch)
            for batch in looked:
                done.add(sum(each.strip.place_count for each in batch))
                yield from batch

        looks = [
            strips_of(image, PlaceReader(strip_reader(image, stop), frame.grid))
            for image, frame in zip(images, frames)
        ]
        if not request.chooses_places:
            yield from zip(images, looks)
            return
        kept = [list(strips) for strips in looks]
    numbers = [frame.number for frame in frames]
    yield from _chosen(images, kept, numbers, progress)


def _chosen(
    images: Sequence[Prepared],
    looks: Sequence[Sequence[LookedAt]],
    frames: Sequence[int],
    progress: Progress,
) -> Iterator[tuple[Prepared, Iterable[LookedAt]]]:
    """The same after the choice among the places of all images."""
    surveys = [
        survey_of(image.plan.place_count, (each.survey for each in strips), frame)
        for image, strips, frame in zip(images, looks, frames)
    ]
    choice, splits = chosen_places(images[0].request, surveys, progress)
    for image, strips, selection in zip(images, looks, choice.selections):
        with_splits = replace(image, dataset=replace(image.dataset, splits=splits))
        yield with_splits, [each.chosen(selection.part) for each in strips]
