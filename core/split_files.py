"""Which chips belong to which split, for trainers of any format."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from .chip_format import Grown
from .files import DatasetFile, split_list

SPLIT_FILE = "splits.json"


def split_file(splits: Sequence[str], grown: Grown) -> Iterator[DatasetFile]:
    """`splits.json`: the stems of the chips of each split, if there are splits."""
    if splits:
        yield DatasetFile(SPLIT_FILE, _split_text(splits, grown))


def _split_text(splits: Sequence[str], grown: Grown) -> Iterator[str]:
    for rank, split in enumerate(splits):
        yield f"{',' if rank else '{'}\n{json.dumps(split)}: ["
        for number, stem in enumerate(grown(split_list(split))):
            yield f"{', ' if number else ''}{json.dumps(stem.strip())}"
        yield "]"
    yield "\n}\n"
