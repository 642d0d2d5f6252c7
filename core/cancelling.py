"""The user's wish to stop, as an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from .errors import ExportCancelled
from .progress import Progress

PIECES = 256
"""Between two looks at whether to stop."""
MOMENT = 0.4
"""Seconds in which work ends that is told to stop, unless GDAL does not let go of it."""
Watch = Callable[[], None]


def stop_if_cancelled(progress: Progress) -> None:
    """Raise ExportCancelled if the user wants to stop."""
    if progress.cancelled():
        raise ExportCancelled("The export was cancelled.")


def watched(pieces: Iterable[str], watch: Watch) -> Iterator[str]:
    """Pieces of a text, or names, with a look now and then, which may raise an error to stop."""
    for number, piece in enumerate(pieces):
        if number % PIECES == 0:
            watch()
        yield piece
