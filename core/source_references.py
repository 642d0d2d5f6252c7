"""Sources and boxes in a request in text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .errors import InvalidRequest
from .plain_values import read_number, read_text
from .request_words import shown

KINDS_OF_SOURCE = "itemId, url, uri, serviceProperties, itemProperties"
URL = re.compile(r"(https?|ftp|s3|gs|az)://", re.IGNORECASE)


@dataclass(frozen=True)
class SourceReference:
    """Where a raster or features are; only one of the fields is not empty."""

    item_id: str = ""
    """Of an item of a portal."""
    url: str = ""
    """Of a service or of a file that GDAL opens."""
    uri: str = ""
    """A path, a provider's address, or the name of a layer of the project."""

    @property
    def is_remote(self) -> bool:
        """Whether somebody must be asked what it is."""
        return bool(self.item_id or self.url)

    def __str__(self) -> str:
        return self.item_id or self.url or self.uri


@dataclass(frozen=True)
class Box:
    """A box in a system: `EPSG:32633`, `ESRI:102100` or WKT; empty for an unknown one."""

    left: float
    bottom: float
    right: float
    top: float
    crs: str = ""


def read_reference(name: str, value: Any) -> SourceReference:
    """A source as an object of the service, or as a plain text. Raises InvalidRequest."""
    if isinstance(value, str):
        return _by_text(name, value.strip())
    if not isinstance(value, dict):
        problem = f'is {shown(value)}, but must be an object such as {{"url": "https://…"}}.'
        raise InvalidRequest(name, problem)
    known = (*KINDS_OF_SOURCE.split(", "), "serviceToken", "token", "name")
    unknown = [each for each in value if each not in known]
    if unknown:
        problem = f"has '{shown(unknown[0])}', which is none of {KINDS_OF_SOURCE}."
        raise InvalidRequest(name, problem)
    return _by_object(name, value)


def _by_object(name: str, value: Mapping[str, Any]) -> SourceReference:
    item, service = value.get("itemProperties"), value.get("serviceProperties")
    item_id = value.get("itemId") or (isinstance(item, dict) and item.get("itemId"))
    url = value.get("url") or (isinstance(service, dict) and service.get("serviceUrl"))
    if item_id:
        return SourceReference(item_id=_item_id(name, item_id))
    if url:
        return _by_text(name, read_text(name, url))
    if value.get("uri"):
        return _by_text(name, read_text(name, value["uri"]))
    problem = f"is {shown(value)}, but must have one of {KINDS_OF_SOURCE}."
    raise InvalidRequest(name, problem)


def _item_id(name: str, value: Any) -> str:
    text = read_text(name, value)
    if not re.fullmatch(r"[0-9A-Za-z_-]+", text):
        problem = f"has the itemId '{shown(text)}'; it must be made of letters and digits."
        raise InvalidRequest(name, problem)
    return text


def _by_text(name: str, text: str) -> SourceReference:
    """A URL is asked for what it is; anything else is a path, an address or a name."""
    if not URL.match(text):
        return SourceReference(uri=text)
    try:
        urlsplit(text)
    except ValueError as error:
        raise InvalidRequest(name, f"is no URL that can be read: {error}.") from error
    return SourceReference(url=text)


def read_references(name: str, value: Any) -> list[SourceReference]:
    """Sources in a list, or in a text with semicolons. Raises InvalidRequest."""
    if isinstance(value, str):
        value = [item for item in value.split(";") if item.strip()]
    return [read_reference(name, each) for each in (value if isinstance(value, list) else [value])]


def sources_of(values: Mapping[str, Any]) -> dict[str, list[SourceReference]]:
    """The sources among the values of a request, by parameter."""
    lists = {name: each if isinstance(each, list) else [each] for name, each in values.items()}
    return {
        name: each
        for name, each in lists.items()
        if each and all(isinstance(item, SourceReference) for item in each)
    }


def read_extent(name: str, value: Any) -> Any:
    """A box; a text is left to whoever knows the coordinate systems."""
    if isinstance(value, str):
        return value.strip()
    sides = ("xmin", "ymin", "xmax", "ymax")
    if not isinstance(value, dict) or not set(sides) <= set(value):
        problem = f"is {shown(value)}, but must be an object with xmin, ymin, xmax and ymax."
        raise InvalidRequest(name, problem)
    left, bottom, right, top = (read_number(name, value[side]) for side in sides)
    return Box(left, bottom, right, top, crs_of(name, value.get("spatialReference")))


def crs_of(name: str, value: Any) -> str:
    """A spatial reference of the service, as a code or as WKT; empty for none.

    >>> crs_of("extent", {"wkid": 102100, "latestWkid": 3857})
    'EPSG:3857'
    """
    if not value:
        return ""
    if isinstance(value, dict) and isinstance(value.get("wkt") or value.get("wkt2"), str):
        return str(value.get("wkt") or value.get("wkt2"))
    code = value.get("latestWkid", value.get("wkid")) if isinstance(value, dict) else value
    if isinstance(code, bool) or not isinstance(code, int):
        problem = f'has the spatialReference {shown(value)}; give it as {{"wkid": 32633}}.'
        raise InvalidRequest(name, problem)
    # EPSG numbers end there; greater ones are those of the makers of the service
    return f"{'ESRI' if code > 32767 else 'EPSG'}:{code}"
