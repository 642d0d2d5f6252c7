"""Progress that remembers what was said, for the answer of a job."""

from __future__ import annotations

from ..core.job_answer import ERROR, INFORMATION, WARNING, JobMessage
from ..core.progress import Progress


class RememberedProgress:
    """Passes everything on."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.messages: list[JobMessage] = []

    def fraction(self, done: float) -> None:
        """Pass it on."""
        self._progress.fraction(done)

    def info(self, message: str) -> None:
        """Remember it and pass it on."""
        self.messages.append(JobMessage(INFORMATION, message))
        self._progress.info(message)

    def warning(self, message: str) -> None:
        """Remember it and pass it on."""
        self.messages.append(JobMessage(WARNING, message))
        self._progress.warning(message)

    def failed(self, message: str) -> None:
        """Remember why the job failed; whoever runs it says so."""
        self.messages.append(JobMessage(ERROR, message))

    def cancelled(self) -> bool:
        """Whether the user wants to stop."""
        return self._progress.cancelled()
