"""The user's wish to stop, as an error."""

from __future__ import annotations

from .errors import ExportCancelled
from .progress import Progress


def stop_if_cancelled(progress: Progress) -> None:
    """Raise ExportCancelled if the user wants to stop."""
    if progress.cancelled():
        raise ExportCancelled("The export was cancelled.")
