"""Which blocks of a TIFF were sent, and how often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

from .server import Answer

Block = tuple[int, int]
"""Where its bytes begin and end in the file."""


@dataclass(frozen=True)
class FetchedBlocks:
    """The blocks of the full resolution of a raster, each counted once."""

    all: int
    fetched: int
    """Of which every byte was sent."""
    twice: int
    """Of which every byte was sent more than once."""
    bytes_twice: int
    """How many bytes of the whole file, header included, were sent in vain."""


def fetched_blocks(path: Path, answers: Sequence[Answer]) -> FetchedBlocks:
    """What the answers of a server mean for a TIFF."""
    times = np.zeros(path.stat().st_size, np.int32)
    for answer in answers:
        times[answer.first : answer.end] += 1
    blocks = list(tiff_blocks(path))
    return FetchedBlocks(
        len(blocks),
        sum(bool(times[first:end].min() > 0) for first, end in blocks),
        sum(bool(times[first:end].min() > 1) for first, end in blocks),
        int(np.maximum(times - 1, 0).sum()),
    )


def tiff_blocks(path: Path) -> Iterator[Block]:
    """The blocks of the full resolution that are there."""
    dataset = gdal.Open(str(path))
    is_shared = dataset.GetMetadataItem("INTERLEAVE", "IMAGE_STRUCTURE") == "PIXEL"
    for number in (1,) if is_shared else range(1, dataset.RasterCount + 1):
        yield from _blocks_of_band(dataset.GetRasterBand(number))


def _blocks_of_band(band: Any) -> Iterator[Block]:
    width, height = band.GetBlockSize()
    for row in range(-(-band.YSize // height)):
        for column in range(-(-band.XSize // width)):
            first = band.GetMetadataItem(f"BLOCK_OFFSET_{column}_{row}", "TIFF")
            size = band.GetMetadataItem(f"BLOCK_SIZE_{column}_{row}", "TIFF")
            if first is not None:
                yield int(first), int(first) + int(size)
