"""What the files of reports are called."""

from __future__ import annotations

HTML, JSON = "report.html", "report.json"
REPORT_FILES = (HTML, JSON)
"""They lie beside the files about the dataset."""


def report_name(response_format: str) -> str:
    """The file of a response format of the request.

    >>> report_name("pjson")
    'report.json'
    """
    return HTML if response_format == "html" else JSON
