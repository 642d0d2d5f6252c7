"""Progress through the files of a dataset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from ..errors import ExportCancelled
from ..progress import Progress

Item = TypeVar("Item")


def watched(items: Sequence[Item], progress: Progress) -> Iterator[Item]:
    """The items one by one, with progress. Raises ExportCancelled when the user wants to stop."""
    for number, item in enumerate(items):
        if progress.cancelled():
            raise ExportCancelled("The check was cancelled; nothing in the dataset was changed.")
        progress.fraction(number / len(items))
        yield item
    progress.fraction(1)
