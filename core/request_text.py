"""A request as one text, read into the values of the parameters."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from .errors import InvalidRequest
from .request import (
    CHIP_FORMATS,
    COMPRESSIONS,
    EDGE_POLICIES,
    EXISTING_OUTPUT,
    METADATA_FORMATS,
    PIXEL_SCALINGS,
    REFERENCE_SYSTEMS,
    RESPONSE_FORMATS,
)
from .request_words import named_values, shown

IN_CONTEXT = ("cellSize", "extent", "parallelProcessingFactor", "exportAllTiles", "startIndex")
SIZES = ("tileSize", "strideSize")
IGNORED = ("token", "callback", "returnZ", "returnM", "returnTrueCurves", "returnFeatureCollection")
"""What the service itself takes with every request; none of it is for an export."""
NAME_IN_BRACES = re.compile(r'\{\s*"?([^"{}:,]+?)"?\s*\}')
KINDS_OF_SOURCE = "itemId, url, uri, serviceProperties, itemProperties"
DRIVE = re.compile(r"[A-Za-z]:[\\/]|[A-Za-z]:$")
FURTHEST = 2**63


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


Reader = Callable[[str, Any], Any]
"""What a parameter's value means; raises InvalidRequest for a value of another kind."""


def request_values(text: str) -> dict[str, Any]:
    """The values that a request gives, by parameter.

    Sizes come as tileSizeX, tileSizeY, strideSizeX, strideSizeY, the settings of `context` under
    their own names. Sources are SourceReferences, an extent is a Box. What is empty is left out.
    Raises InvalidRequest naming the parameter.
    """
    given = named_values(text, (*NAMES, *IGNORED), _is_whole)
    return _read(given, NAMES, "the request")


def _read(given: Mapping[str, Any], allowed: Mapping[str, Reader], whole: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name in IGNORED:
            continue
        if name not in allowed:
            raise InvalidRequest(name, f"is no parameter of {whole}; {_hint(name, allowed)}")
        if value is None or value == "":
            continue
        read = allowed[name](name, value)
        for key, each in read.items() if name in SEVERAL else [(name, read)]:
            if key in values:
                raise InvalidRequest(key, "is given twice; keep one of the two.")
            values[key] = each
    return values


def _hint(name: str, allowed: Mapping[str, Reader]) -> str:
    same = [each for each in allowed if each.lower() == name.lower()]
    close = same or get_close_matches(name, allowed, 1)
    return f"is {close[0]} meant?" if close else f"it has {', '.join(allowed)}."


def _is_whole(name: str, value: str) -> bool:
    """Whether a value ends by itself, so that the next parameter may begin."""
    if value.endswith(("}", "]")):
        return True
    reader = NAMES.get(name)
    if reader is None or reader in ENDLESS or not value:
        return False
    try:
        reader(name, value)
    except InvalidRequest:
        return False
    return True


# Plain values


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise InvalidRequest(name, f"is {shown(value)}, but must be a text.")
    return str(value).strip()


def _name_of_field(name: str, value: Any) -> str:
    """A text, with or without the braces that the service's samples put around it."""
    found = NAME_IN_BRACES.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1] if found else _text(name, value)


def _one_of(words: tuple[str, ...]) -> Reader:
    def read(name: str, value: Any) -> str:
        text = _text(name, value)
        if text not in words:
            raise InvalidRequest(name, f"'{shown(text)}' is none of {', '.join(words)}.")
        return text

    return read


def _reference_system(name: str, value: Any) -> str:
    """IMAGE_SPACE is a value of the service; the export says what it thinks of it."""
    return _one_of((*REFERENCE_SYSTEMS, "IMAGE_SPACE"))(name, value)


def _number(name: str, value: Any) -> float:
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            number = math.nan
        if math.isfinite(number):
            return number
    raise InvalidRequest(name, f"is {_quoted(value)}, but must be a number.")


def _whole_number(name: str, value: Any) -> int:
    number = _number(name, value)
    if not number.is_integer() or abs(number) >= FURTHEST:
        raise InvalidRequest(name, f"is {_quoted(value)}, but must be a whole number.")
    return int(value) if isinstance(value, int) else int(number)


def _flag(name: str, value: Any) -> bool:
    word = value.strip().lower() if isinstance(value, str) else value
    flags = {"true": True, "false": False}
    if isinstance(word, bool):
        return word
    if isinstance(word, str) and word in flags:
        return flags[word]
    raise InvalidRequest(name, f"is {_quoted(value)}, but must be true or false.")


def _quoted(value: Any) -> str:
    return f"'{shown(value)}'" if isinstance(value, str) else shown(value)


# Values of several parts


def _bands(name: str, value: Any) -> list[int]:
    if isinstance(value, str):
        value = [word for word in re.split(r"[\s,;]+", value) if word]
    return [_whole_number(name, each) for each in (value if isinstance(value, list) else [value])]


def _percentiles(name: str, value: Any) -> str:
    if not isinstance(value, list):
        return _text(name, value)
    if len(value) != 2:
        raise InvalidRequest(name, f"is {shown(value)}, but must be two numbers such as 2-98.")
    low, high = (_number(name, each) for each in value)
    return f"{low:g}-{high:g}"


def _size(name: str, value: Any) -> dict[str, int]:
    if not isinstance(value, dict) or set(value) - {"x", "y"}:
        problem = f'is {_quoted(value)}, but must be an object such as {{"x": 256, "y": 256}}.'
        raise InvalidRequest(name, problem)
    return {f"{name}{side.upper()}": _whole_number(name, value[side]) for side in value}


def _context(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        problem = f'is {_quoted(value)}, but must be an object such as {{"cellSize": 0.5}}.'
        raise InvalidRequest(name, problem)
    return _read(value, {each: NAMES[each] for each in IN_CONTEXT}, "context")


def _extent(name: str, value: Any) -> Any:
    """A box; a text is left to whoever knows the coordinate systems."""
    if isinstance(value, str):
        return value.strip()
    sides = ("xmin", "ymin", "xmax", "ymax")
    if not isinstance(value, dict) or not set(sides) <= set(value):
        problem = f"is {shown(value)}, but must be an object with xmin, ymin, xmax and ymax."
        raise InvalidRequest(name, problem)
    left, bottom, right, top = (_number(name, value[side]) for side in sides)
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


def _location(name: str, value: Any) -> str:
    """A folder; an object that names an item of the service's own stores gives none."""
    if isinstance(value, dict):
        value = value.get("uri") or value.get("path") or value.get("url") or ""
        if not value:
            return ""
    return _name_of_field(name, value)


# Sources


def _reference(name: str, value: Any) -> SourceReference:
    if isinstance(value, str):
        return _by_text(value.strip())
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
        return _by_text(_text(name, url))
    if value.get("uri"):
        return _by_text(_text(name, value["uri"]))
    problem = f"is {shown(value)}, but must have one of {KINDS_OF_SOURCE}."
    raise InvalidRequest(name, problem)


def _item_id(name: str, value: Any) -> str:
    text = _text(name, value)
    if not re.fullmatch(r"[0-9A-Za-z_-]+", text):
        problem = f"has the itemId '{shown(text)}'; it must be made of letters and digits."
        raise InvalidRequest(name, problem)
    return text


def _by_text(text: str) -> SourceReference:
    """A URL is asked for what it is; anything else is a path, an address or a name."""
    schemes = ("http", "https", "ftp", "s3", "gs", "az")
    is_url = not DRIVE.match(text) and urlsplit(text).scheme.lower() in schemes and "://" in text
    return SourceReference(url=text) if is_url else SourceReference(uri=text)


def _references(name: str, value: Any) -> list[SourceReference]:
    if isinstance(value, str):
        value = [item for item in value.split(";") if item.strip()]
    return [_reference(name, each) for each in (value if isinstance(value, list) else [value])]


NAMES: dict[str, Reader] = {
    "inputRaster": _reference,
    "rasterItems": _references,
    "outputLocation": _location,
    "inputClassData": _reference,
    "chipFormat": _one_of(CHIP_FORMATS),
    "tileSize": _size,
    "tileSizeX": _whole_number,
    "tileSizeY": _whole_number,
    "strideSize": _size,
    "strideSizeX": _whole_number,
    "strideSizeY": _whole_number,
    "metadataFormat": _one_of(METADATA_FORMATS),
    "classValueField": _name_of_field,
    "bufferRadius": _number,
    "inputMaskPolygons": _reference,
    "rotationAngle": _number,
    "referenceSystem": _reference_system,
    "processAllRasterItems": _flag,
    "blackenAroundFeature": _flag,
    "fixChipSize": _flag,
    "additionalInputRaster": _reference,
    "inputInstanceData": _reference,
    "instanceClassValueField": _name_of_field,
    "minPolygonOverlapRatio": _number,
    "context": _context,
    "cellSize": _number,
    "extent": _extent,
    "parallelProcessingFactor": _text,
    "exportAllTiles": _flag,
    "startIndex": _whole_number,
    "f": _one_of(RESPONSE_FORMATS),
    "existingOutput": _one_of(EXISTING_OUTPUT),
    "edgePolicy": _one_of(EDGE_POLICIES),
    "compression": _one_of(COMPRESSIONS),
    "jpegQuality": _whole_number,
    "selectedFeaturesOnly": _flag,
    "bands": _bands,
    "pixelScaling": _one_of(PIXEL_SCALINGS),
    "scalingPercentiles": _percentiles,
    "maxNodataRatio": _number,
    "negativeRatio": _number,
    "minLabelRatio": _number,
    "split": _text,
    "seed": _whole_number,
    "classPriority": _text,
}
"""Every parameter and how its value is read, in the order of the request."""
SEVERAL = (*SIZES, "context")
"""Parameters that stand for several values."""
ENDLESS = (_text, _name_of_field, _location, _reference, _references, _extent, _percentiles, _bands)
"""Readers of values that do not say where they end."""


def sources_of(values: Mapping[str, Any]) -> dict[str, list[SourceReference]]:
    """The sources among the values of a request, by parameter."""
    lists = {name: each if isinstance(each, list) else [each] for name, each in values.items()}
    return {
        name: each
        for name, each in lists.items()
        if each and all(isinstance(item, SourceReference) for item in each)
    }
