"""The file of a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..files import DatasetFile
from ..progress import StopSignal
from ..request import ExportRequest
from .gathering import report_of
from .names import report_name
from .written_dataset import WrittenDataset


def report_file(
    request: ExportRequest,
    written: Sequence[WrittenDataset],
    warnings: Iterable[str],
    stop: StopSignal,
) -> DatasetFile:
    """The report of an export in the form that the request wants. Raises ExportCancelled."""
    report = report_of(request, written, warnings, stop)
    name = report_name(request.response_format)
    if request.response_format == "html":
        from .page import html_report

        return DatasetFile(name, map(_encodable, html_report(report)))
    from .document import json_report

    text = json_report(report, request.response_format == "pjson")
    return DatasetFile(name, [_encodable(text)])


def _encodable(text: str) -> str:
    r"""A text without what is no text: names of files may be any bytes.

    >>> _encodable("/data/caf\udce9.tif")
    '/data/caf?.tif'
    """
    return text.encode("utf-8", "replace").decode("utf-8")
