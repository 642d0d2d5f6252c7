"""The user's wish to stop, as an error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .errors import ExportCancelled
from .progress import Progress

PIECES = 256
"""Of a text, between two looks at whether to stop."""


def stop_if_cancelled(progress: Progress) -> None:
    """Raise ExportCancelled if the user wants to stop."""
    if progress.cancelled():
        raise ExportCancelled("The export was cancelled.")


def watched(text: Iterable[str], progress: Progress) -> Iterator[str]:
    """A text in pieces, which ends with ExportCancelled if the user wants to stop."""
    for number, piece in enumerate(text):
        if number % PIECES == 0:
            stop_if_cancelled(progress)
        yield piece
