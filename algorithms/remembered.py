"""Progress that remembers what was said, for the answer of a job."""

from __future__ import annotations

from ..core.job_answer import ERROR, INFORMATION, WARNING, JobMessage
from ..core.progress import PassingProgress, Progress


class RememberedProgress(PassingProgress):
    """Keeps all messages that it passes on."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(progress)
        self.messages: list[JobMessage] = []

    def info(self, message: str) -> None:
        """Remember it and pass it on."""
        self.messages.append(JobMessage(INFORMATION, message))
        super().info(message)

    def warning(self, message: str) -> None:
        """Remember it and pass it on."""
        self.messages.append(JobMessage(WARNING, message))
        super().warning(message)

    def failed(self, message: str) -> None:
        """Remember why the job failed; whoever runs it says so."""
        self.messages.append(JobMessage(ERROR, message))
