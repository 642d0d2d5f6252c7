"""Which folder a request writes into, and what becomes of the dataset that is there."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import chain, repeat
from pathlib import Path

from .changed_datasets import (
    AppendedDataset,
    ReplacedDataset,
    ResumedAppending,
    ResumedDataset,
)
from .dataset_folder import DatasetFolder
from .dataset_parts import UNFINISHED, parts_in
from .fingerprint import check_same, fingerprint
from .journal import Confirmed, Header
from .kept_chips import check_kept
from .prepared import Prepared
from .unfinished import otherwise, resumable


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
        _check_chips(datasets, begun.reached(Path(location) / UNFINISHED).confirmed())
        if begun.header.policy == "append":
            return ResumedAppending(location, begun.header.first_numbers, header)
        return ResumedDataset(location, header)
    if policy == "replace" and parts_in(Path(location)):
        return ReplacedDataset(location, header)
    if any(images[0].earlier for images in datasets):
        numbers = {images[0].folder: images[0].first_number for images in datasets}
        return AppendedDataset(location, numbers, header)
    return DatasetFolder(location, header)


def _check_chips(
    datasets: Sequence[Sequence[Prepared]], confirmed: Mapping[int, Confirmed]
) -> None:
    """Refuse a dataset whose chips are not there any more. Raises InvalidRequest."""
    for rank, reached in confirmed.items():
        first = datasets[rank][0]
        location = first.request.output_location
        check_kept(os.path.join(location, first.folder), reached.manifest, otherwise(location))


def _header(datasets: Sequence[Sequence[Prepared]]) -> Header:
    images = zip(chain(["inputRaster"], repeat("rasterItems")), datasets[0])
    sources = [(parameter, each.image.raster.source) for parameter, each in images]
    return Header(fingerprint(datasets[0][0].request, sources))
