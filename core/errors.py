"""What can go wrong, told to the person exporting chips."""

from __future__ import annotations


class ChipExportError(Exception):
    """Base of every error that the export raises on purpose; its text is for the user."""

    def add(self, note: str) -> None:
        """Say something more, as a sentence of its own."""
        said = str(self)
        self.args = (f"{said}{'' if said.endswith('.') else '.'} {note}",)


class InvalidRequest(ChipExportError):
    """A parameter whose value cannot be honoured.

    `parameter` is the request's own spelling ("tileSizeX"), `problem` says what was found and what
    to do.
    """

    def __init__(self, parameter: str, problem: str) -> None:
        super().__init__(f"{parameter}: {problem}")
        self.parameter = parameter
        self.problem = problem

    def __reduce__(self) -> tuple[type[InvalidRequest], tuple[str, str]]:
        """As an exception of two arguments, it does not find its way from a worker by itself."""
        return type(self), (self.parameter, self.problem)


class UnreadableSource(ChipExportError):
    """A raster or label source that cannot be opened, or stops being readable."""


class UnwritableOutput(ChipExportError):
    """A folder or file of the dataset that cannot be written."""


class ExportCancelled(ChipExportError):
    """The user asked to stop."""


class NotEnoughMemory(ChipExportError):
    """The system gives no more of it."""
