"""How much of an export is done."""

from __future__ import annotations

from collections.abc import Sequence

from .cancelling import stop_if_cancelled
from .progress import Progress


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
