"""A request as one text, read into the values of the parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from .errors import InvalidRequest
from .plain_values import (
    Reader,
    quoted,
    read_field_name,
    read_flag,
    read_number,
    read_one_of,
    read_reference_system,
    read_text,
    read_whole_number,
)
from .request_choices import (
    CHIP_FORMATS,
    COMPRESSIONS,
    EDGE_POLICIES,
    EXISTING_OUTPUT,
    METADATA_FORMATS,
    PIXEL_SCALINGS,
    RESPONSE_FORMATS,
)
from .request_words import named_values, shown
from .source_references import read_extent, read_reference, read_references

IN_CONTEXT = ("cellSize", "extent", "parallelProcessingFactor", "exportAllTiles", "startIndex")
SIZES = ("tileSize", "strideSize")
IGNORED = ("token", "callback", "returnZ", "returnM", "returnTrueCurves", "returnFeatureCollection")
"""What the service itself takes with every request; none of it is for an export."""


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


def _bands(name: str, value: Any) -> list[int]:
    if isinstance(value, str):
        value = [word for word in re.split(r"[\s,;]+", value) if word]
    return [
        read_whole_number(name, each) for each in (value if isinstance(value, list) else [value])
    ]


def _percentiles(name: str, value: Any) -> str:
    if not isinstance(value, list):
        return read_text(name, value)
    if len(value) != 2:
        raise InvalidRequest(name, f"is {shown(value)}, but must be two numbers such as 2-98.")
    low, high = (read_number(name, each) for each in value)
    return f"{low:g}-{high:g}"


def _size(name: str, value: Any) -> dict[str, int]:
    if not isinstance(value, dict) or set(value) - {"x", "y"}:
        problem = f'is {quoted(value)}, but must be an object such as {{"x": 256, "y": 256}}.'
        raise InvalidRequest(name, problem)
    return {f"{name}{side.upper()}": read_whole_number(name, value[side]) for side in value}


def _context(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        problem = f'is {quoted(value)}, but must be an object such as {{"cellSize": 0.5}}.'
        raise InvalidRequest(name, problem)
    return _read(value, {each: NAMES[each] for each in IN_CONTEXT}, "context")


def _location(name: str, value: Any) -> str:
    """A folder; an object that names an item of the service's own stores gives none."""
    if isinstance(value, dict):
        value = value.get("uri") or value.get("path") or value.get("url") or ""
        if not value:
            return ""
    return read_field_name(name, value)


NAMES: dict[str, Reader] = {
    "inputRaster": read_reference,
    "rasterItems": read_references,
    "outputLocation": _location,
    "inputClassData": read_reference,
    "chipFormat": read_one_of(CHIP_FORMATS),
    "tileSize": _size,
    "tileSizeX": read_whole_number,
    "tileSizeY": read_whole_number,
    "strideSize": _size,
    "strideSizeX": read_whole_number,
    "strideSizeY": read_whole_number,
    "metadataFormat": read_one_of(METADATA_FORMATS),
    "classValueField": read_field_name,
    "bufferRadius": read_number,
    "inputMaskPolygons": read_reference,
    "rotationAngle": read_number,
    "referenceSystem": read_reference_system,
    "processAllRasterItems": read_flag,
    "blackenAroundFeature": read_flag,
    "fixChipSize": read_flag,
    "additionalInputRaster": read_reference,
    "inputInstanceData": read_reference,
    "instanceClassValueField": read_field_name,
    "minPolygonOverlapRatio": read_number,
    "context": _context,
    "cellSize": read_number,
    "extent": read_extent,
    "parallelProcessingFactor": read_text,
    "exportAllTiles": read_flag,
    "startIndex": read_whole_number,
    "f": read_one_of(RESPONSE_FORMATS),
    "existingOutput": read_one_of(EXISTING_OUTPUT),
    "edgePolicy": read_one_of(EDGE_POLICIES),
    "compression": read_one_of(COMPRESSIONS),
    "jpegQuality": read_whole_number,
    "pngLevel": read_whole_number,
    "selectedFeaturesOnly": read_flag,
    "bands": _bands,
    "pixelScaling": read_one_of(PIXEL_SCALINGS),
    "scalingPercentiles": _percentiles,
    "maxNodataRatio": read_number,
    "negativeRatio": read_number,
    "minLabelRatio": read_number,
    "split": read_text,
    "seed": read_whole_number,
    "classPriority": read_text,
    "daskScheduler": read_text,
}
"""Every parameter and how its value is read, in the order of the request."""
SEVERAL = (*SIZES, "context")
"""Parameters that stand for several values."""
ENDLESS = (
    read_text,
    read_field_name,
    _location,
    read_reference,
    read_references,
    read_extent,
    _percentiles,
    _bands,
)
"""Readers of values that do not say where they end."""
