"""The request in the service's words, and how to run it again."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Union

from ..addresses import shown
from ..grid import Size
from ..reference_systems import spatial_reference
from ..remote_sources import is_remote
from ..request import ExportRequest, Extent, FeatureSource, RasterSource
from ..request_choices import parameter_name

EXPORT, EXPORT_BY_TEXT = "chipwright:exporttrainingdata", "chipwright:runexportrequest"
SERVICES = ("http://", "https://")
"""What the addresses begin with that only the second of them takes."""
NEW_FOLDER = "dataset"
"""Where the commands write: the folder of the report holds its dataset already."""
WITHOUT_EFFECT = (
    "output_location",
    "existing_output",
    "parallel_processing_factor",
    "dask_scheduler",
)
"""Fields that decide where and how fast; a dataset is the same whatever they are, and so is its
report."""
OF_CONTEXT = ("cell_size", "extent", "export_all_tiles", "start_index")
"""Fields that the service's request holds in its `context`."""
ALWAYS_GIVEN = ("chip_format", "tile_size", "stride_size", "metadata_format")
"""Fields that the commands name even where they are what they are by default."""
MEMORY = "/vsimem/"
SECRET = re.compile(r"(?i)\b(passw(?:or)?d|pwd|token|secret|api_?key)\s*=\s*(?:'[^']*'|[^\s&|;,]+)")

Value = Union[str, int, float, bool, list[Union[str, int]]]
"""Of a Processing parameter."""


@dataclass(frozen=True)
class Asked:
    """What was asked for."""

    request: dict[str, Any]
    """JSON: the request, its objects as the service has them."""
    command: str
    """For a POSIX shell."""
    python: str
    """For QGIS's Python console."""
    notes: tuple[str, ...]
    """What has to be known to run them."""


def asked(request: ExportRequest) -> Asked:
    """The request of a report."""
    by_text = any(_is_service(source) for source in _sources(request))
    algorithm = EXPORT_BY_TEXT if by_text else EXPORT
    parameters = _text_parameters(request) if by_text else dict(_parameters(request))
    return Asked(
        request_object(request),
        _command(algorithm, parameters),
        _python(algorithm, parameters),
        tuple(_notes(request)),
    )


def request_object(request: ExportRequest) -> dict[str, Any]:
    """The request as JSON, all defaults said."""
    found: dict[str, Any] = {}
    context: dict[str, Any] = {}
    for each in fields(request):
        if each.name in WITHOUT_EFFECT:
            continue
        place = context if each.name in OF_CONTEXT else found
        place[parameter_name(each.name)] = _json(getattr(request, each.name))
    return {**found, "context": context}


def _json(value: Any) -> Any:
    if isinstance(value, (RasterSource, FeatureSource)):
        return {"url" if _is_service(value) else "uri": _uri(value)}
    if isinstance(value, Size):
        return {"x": value.columns, "y": value.rows}
    if isinstance(value, Extent):
        system = {"wkt": value.crs_wkt} if value.crs_wkt else {}
        sides = (value.left, value.bottom, value.right, value.top)
        corners = dict(zip(("xmin", "ymin", "xmax", "ymax"), sides))
        return {**corners, "spatialReference": system} if system else corners
    return [_json(each) for each in value] if isinstance(value, tuple) else value


# Commands


def _given(request: ExportRequest) -> Iterator[tuple[str, Any]]:
    """What has to be given, by parameter."""
    for each in fields(request):
        value = getattr(request, each.name)
        is_default = value == each.default and each.name not in ALWAYS_GIVEN
        if each.name not in WITHOUT_EFFECT and not is_default:
            yield parameter_name(each.name), value
    if request.existing_output == "append":
        yield "existingOutput", "append"


def _parameters(request: ExportRequest) -> Iterator[tuple[str, Value]]:
    """Of an export."""
    for name, value in _given(request):
        if isinstance(value, Size):
            yield f"{name}X", value.columns
            yield f"{name}Y", value.rows
        elif name == "scalingPercentiles":
            yield name, "-".join(f"{share:.12g}" for share in value)
        else:
            yield name, _plain(value)
    yield "outputLocation", NEW_FOLDER


def _text_parameters(request: ExportRequest) -> dict[str, Value]:
    """Of an export whose request is a text."""
    given = {name: _json(value) for name, value in _given(request)}
    image = request.input_raster.address
    items = [_json(it) for it in request.raster_items if not image or it.address != image]
    if "rasterItems" in given:  # images attached to features of a service have one address
        given["rasterItems"] = items
    return {"request": json.dumps(given, ensure_ascii=False), "outputLocation": NEW_FOLDER}


def _plain(value: Any) -> Value:
    """A value as Processing takes it."""
    if isinstance(value, (RasterSource, FeatureSource)):
        return _uri(value)
    if isinstance(value, Extent):
        return _box(value)
    if isinstance(value, tuple):
        return [_uri(each) if isinstance(each, RasterSource) else each for each in value]
    plain: Value = value
    return plain


def _uri(source: Union[RasterSource, FeatureSource]) -> str:
    """A source as QGIS opens it, without passwords."""
    path = source.path
    if source.address:
        return _public(source.address)
    if _stands_in(source):
        return _public(source.name) or path.rpartition("/")[2]
    if os.path.exists(path):
        path = os.path.abspath(path)
    if isinstance(source, FeatureSource):
        return _public(f"{path}|layername={source.layer}" if source.layer else path)
    return _public("".join([path, *(f"|option:{option}" for option in source.open_options)]))


def _stands_in(source: Union[RasterSource, FeatureSource]) -> bool:
    """Whether it is a file that was made of what the user has, and is gone by now."""
    is_made = bool(source.name) and not is_remote(source.path)
    return not source.address and (is_made or source.path.startswith(MEMORY))


def _is_service(source: Union[RasterSource, FeatureSource]) -> bool:
    """Whether it was given by a URL that QGIS opens no layer of."""
    return source.address.startswith(SERVICES)


def _public(text: str) -> str:
    """A text without what nobody is to know.

    >>> _public("PG:host=db user=me token='a b' table=roofs")
    'PG:host=db user=me token=… table=roofs'
    """
    return SECRET.sub(r"\1=…", shown(text))


def _box(extent: Extent) -> str:
    """West, east, south, north, and the system."""
    sides = (extent.left, extent.right, extent.bottom, extent.top)
    box = ",".join(map(repr, sides))
    return f"{box} [{_system(extent.crs_wkt)}]" if extent.crs_wkt else box


def _system(wkt: str) -> str:
    """The short name of a system, or its text where it has none."""
    known = spatial_reference(wkt)
    names = () if known is None else (known.GetAuthorityName(None), known.GetAuthorityCode(None))
    return ":".join(names) if names and all(names) else f"WKT:{wkt}"


def _command(algorithm: str, parameters: dict[str, Value]) -> str:
    """In a POSIX shell; a list is given by naming the parameter several times."""
    given = [
        shlex.quote(f"{name}={_word(each)}")
        for name, value in parameters.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    return " \\\n  ".join([f"qgis_process run {algorithm} --", *given])


def _word(value: Union[str, int, float, bool]) -> str:
    """A value on the command line.

    >>> _word(True), _word(0.25), _word(256)
    ('true', '0.25', '256')
    """
    return str(value).lower() if isinstance(value, bool) else str(value)


def _python(algorithm: str, parameters: dict[str, Value]) -> str:
    lines = [f"    {name!r}: {value!r}," for name, value in parameters.items()]
    return "\n".join(["import processing", "", f'processing.run("{algorithm}", {{', *lines, "})"])


def _notes(request: ExportRequest) -> Iterator[str]:
    yield (
        f"Both write into the new folder '{NEW_FOLDER}' of the folder they are run in; the dataset "
        "is the same, byte for byte, whatever the number of workers."
    )
    yield "In a Windows shell, write it in one line and put values in double quotes."
    for source in _sources(request):
        if _stands_in(source):
            yield (
                f"'{_uri(source)}' is a layer in memory (a selection, a filter, unsaved edits) or "
                "of a server: have it in the project, or save it to a file and name that."
            )
        elif _public(source.address or source.path) != (source.address or source.path):
            yield f"'{_uri(source)}' is shown without its password or key: put it in again."
    if any(source.address for source in _sources(request)):
        yield "What services give may have changed since."
    if any(_is_service(source) for source in _sources(request)):
        yield "If a service asks for a login, give it as authConfig once more."
    if request.existing_output == "append":
        yield "The chips were appended: copy the earlier dataset into that folder first."


def _sources(request: ExportRequest) -> Iterator[Union[RasterSource, FeatureSource]]:
    given = [getattr(request, each.name) for each in fields(request)]
    for source in (*given, *request.raster_items):
        if isinstance(source, (RasterSource, FeatureSource)):
            yield source
