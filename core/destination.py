"""Which folder a request writes into, and what becomes of the dataset that is there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat
from pathlib import Path

from .changed_datasets import AppendedDataset, ReplacedDataset, ResumedDataset
from .dataset_folder import DatasetFolder, parts_in
from .fingerprint import check_same, fingerprint
from .journal import Header
from .preparation import Prepared
from .unfinished import resumable


def destination(datasets: Sequence[Sequence[Prepared]]) -> DatasetFolder:
    """The folder to write datasets of some images into, which nobody has touched so far.

    Raises InvalidRequest if it holds what another request began.
    """
    request = datasets[0][0].request
    location, policy = request.output_location, request.existing_output
    header = _header(datasets)
    begun = resumable(location) if policy == "resume" else None
    if begun is not None:
        check_same(begun.header.fingerprint, header.fingerprint)
        return ResumedDataset(location, header)
    if policy == "replace" and parts_in(Path(location)):
        return ReplacedDataset(location, header)
    if any(images[0].earlier for images in datasets):
        numbers = {images[0].folder: images[0].first_number for images in datasets}
        return AppendedDataset(location, numbers, header)
    return DatasetFolder(location, header)


def _header(datasets: Sequence[Sequence[Prepared]]) -> Header:
    images = zip(chain(["inputRaster"], repeat("rasterItems")), datasets[0])
    sources = [(parameter, each.image.raster.source) for parameter, each in images]
    return Header(fingerprint(datasets[0][0].request, sources))
