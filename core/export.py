"""The one verb: export the chips that a request asks for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Optional

from .cancelling import stop_if_cancelled
from .classes import NO_CLASSES
from .cutting import CutStrip, NumberedStrip, StripReader, StripWriter
from .dataset_folder import DatasetFolder
from .encodings import chip_encoding
from .image import first_nodata
from .manifest import Manifest
from .output import ChipFolder
from .preparation import Prepared, prepare
from .progress import Progress, Silence, StopSignal
from .raster import RasterReader
from .request import ExportRequest
from .tiff import TiffEncoding
from .workers import ordered_map, worker_count

STRIPS_AHEAD = 2
"""Strips that are read before they are written; more cost memory and gain nothing."""


def export(request: ExportRequest, progress: Optional[Progress] = None) -> Manifest:
    """Write the dataset that a request asks for.

    Everything that can be checked is checked before the first byte is written. Raises
    ChipExportError: InvalidRequest, UnreadableSource, UnwritableOutput or ExportCancelled; then
    what was written is gone again.
    """
    progress = progress or Silence()
    began = time.monotonic()
    stop = StopSignal()
    prepared = prepare(request, progress, stop)
    with DatasetFolder(request.output_location) as folder:
        manifest = _cut(prepared, folder, progress, stop)
        files = prepared.chip_format.dataset_files(prepared.dataset, manifest, folder.grown)
        folder.finish(files)
    _summarise(prepared, manifest, time.monotonic() - began, progress)
    return manifest


def _cut(
    prepared: Prepared, folder: DatasetFolder, progress: Progress, stop: StopSignal
) -> Manifest:
    """Read, number and write all strips; their order decides everything, timing nothing."""
    manifest = Manifest(prepared.request.start_index)
    done, total = 0, max(prepared.plan.place_count, 1)

    def watch() -> None:
        stop_if_cancelled(progress)

    with _pools(prepared.request, stop) as (readers, writers):
        reader, writer = _reader(prepared, stop), _writer(prepared, stop)
        cut = ordered_map(readers, reader, prepared.plan.strips(), STRIPS_AHEAD, watch)
        numbered = _numbered(cut, manifest.start_index)
        ahead = _thread_count(writers) + 1
        for record in ordered_map(writers, writer, numbered, ahead, watch):
            manifest = manifest.add(record)
            for line in record.lines:
                folder.append(line.path, line.text)
            done += record.place_count
            progress.fraction(done / total)
    return manifest


def _numbered(strips: Iterable[CutStrip], first_number: int) -> Iterator[NumberedStrip]:
    """Strips with the number of their first chip: without gaps, in order."""
    for strip in strips:
        yield NumberedStrip(strip, first_number)
        first_number += strip.chip_count


@contextmanager
def _pools(request: ExportRequest, stop: StopSignal) -> Iterator[tuple[Executor, Executor]]:
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
    encodes = request.chip_format != "TIFF"
    with (
        ThreadPoolExecutor(1) as readers,
        ThreadPoolExecutor(workers if encodes else 1) as writers,
        _stopping(stop),
    ):
        yield readers, writers


@contextmanager
def _stopping(stop: StopSignal) -> Iterator[None]:
    """Whatever ends the work ends the threads at their next chip."""
    try:
        yield
    finally:
        stop.raise_it()


def _thread_count(executor: Executor) -> int:
    return int(getattr(executor, "_max_workers", 1))


def _reader(prepared: Prepared, stop: StopSignal) -> Callable[..., CutStrip]:
    return StripReader(
        RasterReader(prepared.image.raster, stop=stop),
        prepared.labels,
        prepared.mask,
        only_labeled=prepared.request.only_labeled or prepared.chip_format.only_labeled,
        stop=stop,
    )


def _writer(prepared: Prepared, stop: StopSignal) -> StripWriter:
    request, raster = prepared.request, prepared.image.raster
    chips = chip_encoding(
        request.chip_format, request.tile_size.columns, request.jpeg_quality, first_nodata(raster)
    )
    folder = ChipFolder(request.output_location, chips, TiffEncoding())
    classes = NO_CLASSES if prepared.labels is None else prepared.labels.classes
    return StripWriter(prepared.chip_format, folder, stop, classes)


def _summarise(prepared: Prepared, manifest: Manifest, seconds: float, progress: Progress) -> None:
    """Say what was done, and what the user may not have expected."""
    rate = manifest.chip_count / max(seconds, 1e-9)
    progress.info(
        f"{manifest.chip_count} chips in {seconds:.1f} s ({rate:.0f} chips/s), "
        f"{manifest.labeled_count} of them with labels."
    )
    dataset = prepared.dataset
    classes = manifest.labels.per_class if dataset.has_labels else {}
    for value, entry in sorted(classes.items()):
        count = (
            f"{entry.sizes.count} labels"
            if dataset.from_features
            else f"{entry.sizes.total} pixels"
        )
        progress.info(f"  {value} {dataset.class_name(value)}: {count} in {entry.images} chips")
    if not manifest.chip_count:
        progress.warning("No chip was written: none fits the mask, the labels and the data.")
    elif dataset.has_labels and not manifest.labeled_count:
        progress.warning(
            "inputClassData: no chip has a label; most trainers cannot load such a dataset. Check "
            "that the labels lie on the image."
        )
