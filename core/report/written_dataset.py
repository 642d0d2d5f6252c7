"""What a report is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..manifest import Manifest
from ..prepared import Prepared


@dataclass(frozen=True, eq=False)
class WrittenDataset:
    """A dataset that is written but for the files about it."""

    images: Sequence[Prepared]
    manifest: Manifest
    place_lines: Iterable[str]
    """Which places became chips."""
