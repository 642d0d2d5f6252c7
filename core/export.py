"""The one verb: export the chips that a request asks for."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, groupby
from typing import Optional

from .block_cache import bounded_block_cache, shared_bytes
from .cancelling import stop_if_cancelled
from .classes import NO_CLASSES
from .cutting import CutStrip, NumberedStrip, StripReader, StripWriter
from .dataset_folder import DatasetFolder
from .destination import destination
from .encodings import Encoding, ImageFormat, chip_encoding, label_encoding
from .files import DatasetFile
from .fingerprint import parameters
from .frames import frames_of
from .image import first_nodata
from .journal import Confirmed
from .manifest import Manifest, joined
from .output import ChipFolder
from .plan import Batch
from .preparation import Prepared, prepare
from .progress import Progress, Silence, StopSignal
from .raster import Raster
from .records import StripRecord
from .request import ExportRequest
from .selecting import selected
from .split_files import split_file
from .split_shares import split_shares
from .summary import summarise, tell_kept, tell_left_out
from .survey import StripSurvey, SurveyReader, survey_of
from .unfinished import settle
from .workers import ordered_map, worker_count

Pools = tuple[Executor, Executor]
"""Threads that read and threads that write."""
STRIPS_AHEAD = 2
"""Strips that are read before they are written; more cost memory and gain nothing."""


def export(request: ExportRequest, progress: Optional[Progress] = None) -> Manifest:
    """Write the dataset that a request asks for.

    Everything that can be checked is checked before the first byte is written. Raises
    ChipExportError: InvalidRequest, UnreadableSource, UnwritableOutput or ExportCancelled; its text
    says whether chips were kept, which existingOutput=resume goes on from, or are gone again.
    """
    progress = progress or Silence()
    began = time.monotonic()
    stop = StopSignal()
    settle(request.output_location, request.existing_output, parameters(request))
    prepared = prepare(request, progress, stop)
    rounds = 2 if request.chooses_places else 1
    done = WorkDone([image.plan.place_count * rounds for image in prepared], progress)
    datasets = [list(images) for _, images in groupby(prepared, key=lambda image: image.folder)]
    folder = destination(datasets)
    with bounded_block_cache(shared_bytes(image.image.raster for image in prepared)):
        if request.chooses_places:
            datasets = [_with_choice(images, done, stop, progress) for images in datasets]
        with folder, _pools(request, stop) as pools:
            kept = tell_kept(folder.confirmed.values(), progress)
            manifests = [
                _written(rank, images, folder, pools, done, stop)
                for rank, images in enumerate(datasets)
            ]
            for images, manifest in zip(datasets, manifests):
                folder.finish(_dataset_files(images[0], manifest, folder))
    firsts = [images[0] for images in datasets]
    summarise(list(zip(firsts, manifests)), time.monotonic() - began, progress, kept)
    return joined(manifests)


def _with_choice(
    images: Sequence[Prepared], done: WorkDone, stop: StopSignal, progress: Progress
) -> list[Prepared]:
    """The images of a dataset with a choice among their places, for which all are looked at."""
    request = images[0].request
    with _pools(request, stop) as (readers, _):
        surveys = []
        for image, frame in zip(images, frames_of([each.image for each in images])):
            look = SurveyReader(_reader(image, stop), frame.grid)
            batches = image.plan.batches()
            looked_at = ordered_map(readers, look, batches, STRIPS_AHEAD, done.watch)
            strips = (strip for batch in looked_at for strip in _counted(batch, done))
            surveys.append(survey_of(image.plan.place_count, strips, frame.number))
    split = split_shares(request.split) if request.split else None
    choice = selected(request, surveys, split)
    tell_left_out(choice, progress)
    splits = () if split is None else split.used
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
        done.add(places)
        first_number = reached.manifest.next_number
        for records in _records(image, places, first_number, pools, done, stop):
            manifest = reached.manifest
            for record in records:
                manifest = manifest.add(record)
                places += record.place_count
                for line in record.lines:
                    folder.append(image.folder + line.path, line.text)
            reached = Confirmed(rank, number, places, manifest)
            folder.confirm(reached)
    return reached.manifest


def _dataset_files(
    first: Prepared, manifest: Manifest, folder: DatasetFolder
) -> Iterator[DatasetFile]:
    """The files about a dataset, of whose images one is the first."""

    def grown(path: str) -> Iterator[str]:
        earlier = iter(()) if first.earlier is None else first.earlier.grown(path)
        return chain(earlier, folder.grown(first.folder + path))

    files = chain(
        split_file(first.dataset.splits, grown),
        first.chip_format.dataset_files(first.dataset, manifest, grown),
    )
    return (DatasetFile(first.folder + file.path, file.text) for file in files)


def _manifest(prepared: Prepared) -> Manifest:
    """The sums to begin with: nothing, or those of what is there."""
    if prepared.earlier is None:
        return Manifest(prepared.first_number)
    partner = prepared.partner
    image_type = prepared.image.raster.data_type
    partner_type = image_type if partner is None else partner.raster.data_type
    return prepared.earlier.manifest(prepared.first_number, (image_type, partner_type))


def _records(
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
    readers, writers = pools
    reader, writer = _reader(prepared, stop), _writer(prepared, stop)
    batches = _after(places, prepared.plan.batches())
    cut = ordered_map(readers, reader, batches, STRIPS_AHEAD, done.watch)
    numbered = _numbered(cut, first_number)
    ahead = _thread_count(writers) + 1
    for records in ordered_map(writers, writer, numbered, ahead, done.watch):
        yield records
        done.add(sum(record.place_count for record in records))


def _after(places: int, batches: Iterable[Batch]) -> Iterator[Batch]:
    """The batches after those of so many places."""
    for batch in batches:
        if places > 0:
            places -= sum(strip.place_count for strip in batch)
        else:
            yield batch


class WorkDone:
    """How much is done of some datasets that are written one after the other."""

    def __init__(self, place_counts: Sequence[int], progress: Progress) -> None:
        self._total = max(sum(place_counts), 1)
        self._done = 0
        self._progress = progress

    def watch(self) -> None:
        """Raise ExportCancelled if the user wants to stop."""
        stop_if_cancelled(self._progress)

    def add(self, places: int) -> None:
        """So many places more."""
        self._done += places
        self._progress.fraction(self._done / self._total)


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


@contextmanager
def _pools(request: ExportRequest, stop: StopSignal) -> Iterator[Pools]:
    """Threads that read and threads that write.

    Reading is a few long calls into GDAL. Writing uncompressed TIFF is many short calls that hold
    the interpreter, so a second thread at it only gets in the way of the first (measured); encoders
    let go of the interpreter, and as many threads as there are workers are used.
    """
    workers = worker_count(request.parallel_processing_factor)
    if workers == 1:
        with ThreadPoolExecutor(1) as pool, _stopping(stop):
            yield pool, pool
        return
    encodes = not _image_format(request).is_plain
    with (
        ThreadPoolExecutor(1) as readers,
        ThreadPoolExecutor(workers if encodes else 1) as writers,
        _stopping(stop),
    ):
        yield readers, writers


@contextmanager
def _stopping(stop: StopSignal) -> Iterator[None]:
    """What breaks the work off ends the threads at their next chip."""
    try:
        yield
    except BaseException:
        stop.raise_it()
        raise


def _thread_count(executor: Executor) -> int:
    return int(getattr(executor, "_max_workers", 1))


def _reader(prepared: Prepared, stop: StopSignal) -> StripReader:
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


def _writer(prepared: Prepared, stop: StopSignal) -> StripWriter:
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
    return chip_encoding(_image_format(prepared.request), first_nodata(raster))


def _image_format(request: ExportRequest) -> ImageFormat:
    return ImageFormat(
        request.chip_format, request.compression, request.jpeg_quality, request.png_level
    )
