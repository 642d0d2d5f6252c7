"""QGIS's feedback as the progress that core reports to."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import QgsProcessingFeedback


@dataclass(frozen=True)
class FeedbackProgress:
    """Shows an export's progress in the dialog, the model log or the terminal."""

    feedback: QgsProcessingFeedback

    def fraction(self, done: float) -> None:
        """The progress bar, from 0 to 1."""
        self.feedback.setProgress(100 * done)

    def info(self, message: str) -> None:
        """A line in the log."""
        self.feedback.pushInfo(message)

    def warning(self, message: str) -> None:
        """A highlighted line in the log; the export goes on."""
        self.feedback.pushWarning(message)

    def cancelled(self) -> bool:
        """Whether the user pressed Cancel."""
        return bool(self.feedback.isCanceled())
