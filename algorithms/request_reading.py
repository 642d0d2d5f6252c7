"""A request in text, or in a file, as parameters of the export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingContext,
    QgsRectangle,
    QgsReferencedRectangle,
)

from ..core.errors import InvalidRequest
from ..core.request_text import request_values
from ..core.source_references import Box, SourceReference, sources_of
from .declaring import default_of
from .export_training_data import ExportTrainingData
from .parameter_values import ParameterValues
from .request_sources import LocalSources, local_values
from .requested_export import RequestedExport, requested_export

MOST_BYTES = 10 << 20
STORES = ("fileshares", "rasterstores", "cloudstores")
"""First folders of paths in the data stores of a service."""


@dataclass(frozen=True)
class GivenRequest:
    """What a request says, by parameter, and the folder on this computer that it is for."""

    values: Mapping[str, Any]
    folder: str

    @property
    def references(self) -> Mapping[str, Sequence[SourceReference]]:
        """Its sources, by parameter."""
        return sources_of(self.values)

    @property
    def response_format(self) -> str:
        """The form of the answer, and of the report."""
        return str(self.values.get("f", default_of("f")))

    def requested(self, context: QgsProcessingContext) -> RequestedExport:
        """The export, with stand-ins for remote sources. In the main thread.

        Raises InvalidRequest.
        """
        algorithm = ExportTrainingData()
        algorithm.initAlgorithm()
        plain = ParameterValues(algorithm, self._parameters(), context)
        sources = LocalSources(plain, self.values, self.folder)
        return requested_export(plain, self.folder, sources)

    def _parameters(self) -> dict[str, Any]:
        """Values as Processing takes them."""
        values = local_values(self.values)
        if isinstance(values.get("extent"), Box):
            values["extent"] = _rectangle(values["extent"])
        return values


def given_request(text: str, folder: str) -> GivenRequest:
    """Read a request, or the file whose path is given; a folder replaces that of the request.

    Raises InvalidRequest.
    """
    values = request_values(text_of(text))
    own = str(values.get("outputLocation", ""))
    return GivenRequest(values, folder or _local_folder(own))


def text_of(given: str) -> str:
    """The text itself, or that of the file whose path it is. Raises InvalidRequest."""
    stripped = given.strip()
    if stripped.lower().startswith("file://"):
        return _text_in(_path_of(stripped))
    if not stripped or "\n" in stripped or stripped.startswith("{"):
        return given
    if "=" in stripped and not _is_file(stripped):
        return given
    return _text_in(Path(stripped))


def _path_of(url: str) -> Path:
    try:
        return Path(url2pathname(urlsplit(url).path))
    except ValueError as error:
        raise InvalidRequest(
            "request", f"'{url}' is neither a request nor a file with one: {error}."
        ) from error


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):  # too long, or with characters that no path has
        return False


def _text_in(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InvalidRequest("request", f"'{path}' is too large to be a request.")
        return path.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise InvalidRequest(
            "request",
            f"'{path}' is neither a request nor a file with one; give a JSON object, a query "
            "string, a URL or the path of a text file.",
        ) from error


def _local_folder(location: str) -> str:
    """A folder on this computer; those in the service's data stores are not."""
    first = location.replace("\\", "/").lstrip("/").split("/")[0].lower()
    if not location or (first in STORES and not Path(location).parent.is_dir()):
        what = f"'{location}' is a folder of the service's" if location else "names no folder"
        raise InvalidRequest(
            "outputLocation", f"{what}; give a folder on this computer (outputLocation)."
        )
    return location


def _rectangle(box: Box) -> QgsReferencedRectangle:
    crs = QgsCoordinateReferenceSystem()
    if box.crs and (not crs.createFromUserInput(box.crs) or not crs.isValid()):
        raise InvalidRequest("extent", f"has the unknown coordinate system '{box.crs}'.")
    return QgsReferencedRectangle(QgsRectangle(box.left, box.bottom, box.right, box.top), crs)
