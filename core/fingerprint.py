"""What decides the bytes of a dataset: the request and the files it reads."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, fields, is_dataclass
from typing import Any, Union

from osgeo import gdal

from .addresses import shown
from .errors import InvalidRequest
from .gdal_errors import GdalFailure, gdal_messages, open_features, open_raster
from .grid import Size
from .remote_sources import is_remote
from .request import ExportRequest, FeatureSource, RasterSource
from .request_choices import parameter_name

WITHOUT_EFFECT = (
    "output_location",
    "existing_output",
    "parallel_processing_factor",
    "dask_scheduler",
    "response_format",
)
"""Fields of a request that decide where and how fast, and what is told of it, but not the chips."""
HEAD = 1 << 16
"""Bytes at the beginning of a file that are looked at."""
MOST_HEADS = 1000
"""Of a mosaic of more files, the rest is only known by size and time."""
PASSING = ("-wal", "-shm", "-journal", ".aux.xml")
"""Endings of files that programs make that only look at the file beside."""
MEMORY = "/vsimem/"
Source = Union[RasterSource, FeatureSource]
Fingerprint = dict[str, Any]
"""JSON: "parameters" by their names, and "files" by the parameter and their paths."""


def fingerprint(request: ExportRequest, images: Sequence[tuple[str, RasterSource]]) -> Fingerprint:
    """That of a request whose images, with the parameters they came by, were found.

    A second image, labels and a mask are those of the request.
    """
    others = (
        ("additionalInputRaster", request.additional_input_raster),
        ("inputClassData", request.input_class_data),
        ("inputInstanceData", request.input_instance_data),
        ("inputMaskPolygons", request.input_mask_polygons),
    )
    files: dict[str, dict[str, list[Any]]] = {}
    for parameter, source in (*images, *others):
        if source is not None:
            known = files.setdefault(parameter, {})
            known.update(_files_of(source, MOST_HEADS - len(known)))
    return {"parameters": parameters(request), "files": files}


def parameters(request: ExportRequest) -> dict[str, Any]:
    """All that is asked for and decides what is written, by the names of the parameters."""
    found: dict[str, Any] = {}
    for each in fields(request):
        value = getattr(request, each.name)
        name = parameter_name(each.name)
        if isinstance(value, Size):
            found.update({f"{name}X": value.columns, f"{name}Y": value.rows})
        elif each.name not in WITHOUT_EFFECT:
            found[name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    """As it comes back from JSON."""
    if isinstance(value, RasterSource):
        return " ".join([_place(value.path), *value.open_options])
    if isinstance(value, FeatureSource):
        return f"features of {_place(value.path)} {value.layer}".rstrip()
    if is_dataclass(value) and not isinstance(value, type):
        return [*astuple(value)]
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _place(path: str) -> str:
    """A path that means the same from any folder and at any time.

    In memory, names are made up anew each time, and addresses may be signed anew.
    """
    if path.startswith(MEMORY):
        return MEMORY
    if is_remote(path):
        return shown(path)
    return os.path.abspath(path) if os.path.exists(path) else path


# Files


def _files_of(source: Source, heads: int) -> dict[str, list[Any]]:
    """What is known of each file of a source, the first ones with a checksum of their heads."""
    found: dict[str, list[Any]] = {}
    for rank, path in enumerate(sorted(set(_paths_of(source)))):
        if path.startswith(MEMORY):
            found[f"{MEMORY}{rank}"] = [_memory_checksum(path)]
        elif os.path.isfile(path):
            about = os.stat(path)
            head = _head_checksum(path) if rank < heads else ""
            found[os.path.abspath(path)] = [about.st_size, about.st_mtime_ns, head]
    return found


def _paths_of(source: Source) -> Iterator[str]:
    """Files that GDAL reads for a source; none of a server's, which is not asked again."""
    if is_remote(source.path) and "<" not in source.path:  # else it is a mosaic, parts may be files
        return
    try:
        if isinstance(source, RasterSource):
            opened = open_raster(source.path, source.open_options)
        else:
            opened = open_features(source.path)
        with gdal_messages():
            paths: Iterable[str] = opened.GetFileList() or ()
    except GdalFailure:
        return
    for path in paths:
        if not path.endswith(PASSING):
            yield _archive(path)


def _archive(path: str) -> str:
    """The file on disk that holds a file which GDAL sees in it.

    >>> _archive("/vsizip/no/such.zip/image.tif")
    '/vsizip/no/such.zip/image.tif'
    """
    for kind in ("/vsizip/", "/vsitar/", "/vsigzip/", "/vsi7z/", "/vsirar/"):
        if path.startswith(kind):
            held = path[len(kind) :].strip("{}")
            while held and not os.path.isfile(held):
                held = os.path.dirname(held) if os.path.dirname(held) != held else ""
            return held or path
    return path


def _head_checksum(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.sha256(file.read(HEAD)).hexdigest()


def _memory_checksum(path: str) -> str:
    """That of a whole file in memory, which may contain its own name."""
    file = gdal.VSIFOpenL(path, "rb")
    if file is None:
        return ""
    try:
        content = gdal.VSIFReadL(1, gdal.VSIStatL(path).size, file)
    finally:
        gdal.VSIFCloseL(file)
    name = os.path.splitext(os.path.basename(path))[0]
    return hashlib.sha256(bytes(content).replace(name.encode(), b"")).hexdigest()


# What differs


def check_same(there: Fingerprint, asked: Fingerprint) -> None:
    """Refuse to go on with what another request began, or this one from other files.

    Raises InvalidRequest, naming the parameter.
    """
    check_same_parameters(there, asked["parameters"])
    for parameter, files in asked["files"].items():
        before = there["files"].get(parameter, {})
        for path in sorted(before.keys() | files.keys()):
            if before.get(path) != files.get(path):
                raise InvalidRequest(
                    parameter,
                    f"'{path}' {_change(before.get(path), files.get(path))} since the export was "
                    "broken off, so the chips that are there may not fit; nothing was changed. "
                    "Export into another folder, or remove what is there.",
                )


def check_same_parameters(there: Fingerprint, asked: dict[str, Any]) -> None:
    """The same for the parameters alone. Raises InvalidRequest."""
    before = there["parameters"]
    for parameter, value in asked.items():
        if before.get(parameter) != value:
            raise InvalidRequest(
                parameter,
                f"is {_shown(value)}, but {_shown(before.get(parameter))} in the export that was "
                "broken off; nothing was changed. Choose the same to go on with it, or export into "
                "another folder.",
            )


def _change(before: Any, now: Any) -> str:
    if before is None or now is None:
        return "was added" if before is None else "is gone"
    if before[0] != now[0] and len(now) > 1:
        return f"has become {now[0]} bytes from {before[0]}"
    return "was changed"


def _shown(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)
