"""The one verb: export the chips that a request asks for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial, reduce
from itertools import chain, groupby, starmap
from typing import TYPE_CHECKING, Optional

from .aside import aside
from .block_cache import bounded_block_cache, shared_bytes
from .cancelling import stop_if_cancelled, watched
from .chosen_places import chosen_places
from .crew.crews import CrewStart
from .dataset_folder import DatasetFolder
from .destination import destination
from .files import DatasetFile, Line, joined_lines
from .fingerprint import parameters
from .frames import frames_of
from .journal import Confirmed
from .manifest import Manifest, joined
from .memory_errors import memory_told
from .pools import Pools, ahead, worker_pools
from .preparation import prepare
from .prepared import Prepared
from .progress import NotingProgress, Progress, Silence, StopSignal
from .records import StripRecord
from .remote_sources import forget_failure, is_remote
from .report.names import REPORT_FILES
from .report.places_taken import PLACES
from .request import ExportRequest
from .split_files import split_file
from .strip_flow import strip_reader, strip_records
from .summary import summarise, tell_kept, warnings_of
from .survey import StripSurvey, SurveyReader, survey_of
from .unfinished import settle, untouched
from .work_done import WorkDone
from .workers import ordered_map

if TYPE_CHECKING:
    from .footprints import FootprintLayer

TakeFootprints = Callable[["FootprintLayer"], None]


def export(
    request: ExportRequest,
    progress: Optional[Progress] = None,
    take_footprints: Optional[TakeFootprints] = None,
) -> Manifest:
    """Write the dataset that a request asks for.

    The footprints of all its new chips, if somebody takes them, are found once these are written,
    and before the dataset is whole.

    Everything that can be checked is checked before the first byte is written. Raises
    ChipExportError: InvalidRequest, UnreadableSource, UnwritableOutput or ExportCancelled; its text
    says whether chips were kept, which existingOutput=resume goes on from, or are gone again.
    """
    listener = progress or Silence()
    shared = _shared(request)
    settle(shared.output_location, shared.existing_output, parameters(shared), listener)
    if shared.existing_output == "resume":
        _forget_servers(shared)
    with CrewStart() as start:
        return _exported(request, shared, listener, take_footprints, start)


def _exported(
    request: ExportRequest,
    shared: ExportRequest,
    listener: Progress,
    take_footprints: Optional[TakeFootprints],
    start: CrewStart,
) -> Manifest:
    """Export what is asked for, by a request that all who work on it can carry out."""
    noting, began, stop = NotingProgress(listener), time.monotonic(), StopSignal()
    with memory_told(), untouched(shared):
        prepared = aside(lambda relayed: _prepared(shared, start, relayed, stop), noting, stop)
        datasets = [list(images) for _, images in groupby(prepared, key=lambda it: it.folder)]
        folder = aside(lambda _: destination(datasets), noting, stop)
    rounds = 1 + shared.chooses_places + (take_footprints is not None)
    done = WorkDone([image.plan.place_count * rounds for image in prepared], listener)
    cache = bounded_block_cache(shared_bytes(image.image.raster for image in prepared))
    with cache, memory_told():
        if shared.chooses_places:
            with untouched(shared):
                datasets = [_with_choice(images, done, stop, noting) for images in datasets]
        folder.watch = done.watch
        pools_of_all = worker_pools(shared, stop, listener, prepared, start)
        with folder, memory_told(), pools_of_all as pools:
            kept = tell_kept(folder.confirmed.values(), listener)
            manifests = [
                _written(rank, images, folder, pools, done, stop)
                for rank, images in enumerate(datasets)
            ]
            if take_footprints is not None:
                take_footprints(_footprints(datasets, folder, pools, done, stop, listener))
            _finish(request, datasets, manifests, folder, noting, stop)
    summarise(_firsts(datasets, manifests), time.monotonic() - began, listener, kept)
    return joined(manifests)


def _shared(request: ExportRequest) -> ExportRequest:
    """The request as all who work on it can carry it out."""
    if not request.dask_scheduler:
        return request
    from .cluster.shared_request import shared_request

    return shared_request(request)


def _prepared(
    request: ExportRequest, start: CrewStart, progress: Progress, stop: StopSignal
) -> tuple[Prepared, ...]:
    """Workers come while what they need is prepared."""
    start.begin(request)
    return prepare(request, progress, stop)


def _forget_servers(request: ExportRequest) -> None:
    """Have remote rasters fetched anew: of an answer that was cut short, GDAL may keep that."""
    for source in (request.input_raster, *request.raster_items, request.additional_input_raster):
        if source is not None and is_remote(source.path):
            forget_failure(source.path)


def _firsts(
    datasets: Sequence[Sequence[Prepared]], manifests: Sequence[Manifest]
) -> list[tuple[Prepared, Manifest]]:
    """The first image of each dataset, with what was written of it."""
    return [(images[0], manifest) for images, manifest in zip(datasets, manifests)]


def _finish(
    request: ExportRequest,
    datasets: Sequence[Sequence[Prepared]],
    manifests: Sequence[Manifest],
    folder: DatasetFolder,
    noting: NotingProgress,
    stop: StopSignal,
) -> None:
    """Write the files about the datasets: first the report, for the map makes a dataset whole.

    An earlier report would tell of what is no more.
    """
    reports = []
    if request.wants_report:
        said = [*noting.warnings, *warnings_of(_firsts(datasets, manifests))]
        asked = _as_begun(request, datasets)
        work = partial(_report, asked, datasets, manifests, folder, said, stop)
        reports.append(aside(lambda _: work(), noting, stop))
    outdated = set(REPORT_FILES) - {report.path for report in reports}
    folder.finish(reports, outdated)
    for images, manifest in zip(datasets, manifests):
        folder.finish(_dataset_files(images[0], manifest, folder, noting))


def _as_begun(request: ExportRequest, datasets: Sequence[Sequence[Prepared]]) -> ExportRequest:
    """The request as it was at first, if what it goes on with is to add to a dataset."""
    adds = any(images[0].earlier for images in datasets)
    return replace(request, existing_output="append") if adds else request


def _footprints(
    datasets: Sequence[Sequence[Prepared]],
    folder: DatasetFolder,
    pools: Pools,
    done: WorkDone,
    stop: StopSignal,
    progress: Progress,
) -> FootprintLayer:
    from .footprints import tell_of_system
    from .written_footprints import written_footprints

    tell_of_system(datasets[0][0].image.grid, "footprints", progress)
    written = [(images, folder.grown(images[0].folder + PLACES)) for images in datasets]
    return written_footprints(written, pools, done, stop)


def _report(
    request: ExportRequest,
    datasets: Sequence[Sequence[Prepared]],
    manifests: Sequence[Manifest],
    folder: DatasetFolder,
    warnings: Sequence[str],
    stop: StopSignal,
) -> DatasetFile:
    from .report.writing import report_file
    from .report.written_dataset import WrittenDataset

    written = [
        WrittenDataset(images, manifest, folder.grown(images[0].folder + PLACES))
        for images, manifest in zip(datasets, manifests)
    ]
    return report_file(request, written, warnings, stop)


def _with_choice(
    images: Sequence[Prepared], done: WorkDone, stop: StopSignal, progress: Progress
) -> list[Prepared]:
    """The images of a dataset with a choice among their places, for which all are looked at."""
    request = images[0].request
    with worker_pools(request, stop, progress) as pools:
        surveys = []
        for image, frame in zip(images, frames_of([each.image for each in images])):
            look = SurveyReader(strip_reader(image, stop), frame.grid)
            batches = image.plan.batches()
            looked_at = ordered_map(pools.readers, look, batches, ahead(pools.readers), done.watch)
            strips = (strip for batch in looked_at for strip in _counted(batch, done))
            surveys.append(survey_of(image.plan.place_count, strips, frame.number))
    choice, splits = aside(lambda relayed: chosen_places(request, surveys, relayed), progress, stop)
    return [
        replace(
            image,
            choice=replace(image.choice, selection=selection),
            dataset=replace(image.dataset, splits=splits),
        )
        for image, selection in zip(images, choice.selections)
    ]


def _counted(batch: Sequence[StripSurvey], done: WorkDone) -> Sequence[StripSurvey]:
    done.add(sum(len(strip.wanted) for strip in batch))
    return batch


def _written(
    rank: int,
    images: Sequence[Prepared],
    folder: DatasetFolder,
    pools: Pools,
    done: WorkDone,
    stop: StopSignal,
) -> Manifest:
    """Write the chips of a dataset, which has a rank among others, from where it had come to."""
    reached = folder.confirmed.get(rank) or Confirmed(rank, 0, 0, _manifest(images[0]))
    for number, image in enumerate(images):
        places = reached.places_of(number, image.plan.place_count)
        if places:
            done.add(places)
        first_number = reached.manifest.next_number
        for records in strip_records(image, places, first_number, pools, done, stop):
            for path, text in joined_lines(_lines(records, number)).items():
                folder.append(image.folder + path, text)
            places += sum(record.place_count for record in records)
            manifest = reduce(Manifest.add, records, reached.manifest)
            reached = Confirmed(rank, number, places, manifest)
            folder.confirm(reached)
    return reached.manifest


def _lines(records: Sequence[StripRecord], image: int) -> Iterator[Line]:
    """What strips of an image, by its number, add to files that grow."""
    for record in records:
        yield from starmap(Line, record.texts.items())
        if record.taken is not None:
            yield Line(PLACES, record.taken.line(image))


def _dataset_files(
    first: Prepared, manifest: Manifest, folder: DatasetFolder, progress: Progress
) -> Iterator[DatasetFile]:
    """The files about a dataset, of whose images one is the first. Their texts raise
    ExportCancelled.
    """

    def grown(path: str) -> Iterator[str]:
        earlier = iter(()) if first.earlier is None else first.earlier.grown(path)
        return chain(earlier, folder.grown(first.folder + path))

    files = chain(
        split_file(first.dataset.splits, grown),
        first.chip_format.dataset_files(first.dataset, manifest, grown),
    )
    watch = partial(stop_if_cancelled, progress)
    return (DatasetFile(first.folder + file.path, watched(file.text, watch)) for file in files)


def _manifest(prepared: Prepared) -> Manifest:
    """The sums to begin with: nothing, or those of what is there."""
    if prepared.earlier is None:
        return Manifest(prepared.first_number)
    partner = prepared.partner
    image_type = prepared.image.raster.data_type
    partner_type = image_type if partner is None else partner.raster.data_type
    return prepared.earlier.manifest(prepared.first_number, (image_type, partner_type))
