"""A request as workers elsewhere can carry it out: with nothing that only this process knows."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from typing import Any

from ..errors import InvalidRequest
from ..request import ExportRequest, RasterSource
from ..request_choices import parameter_name

MEMORY = "/vsimem/"
VRT = b"<VRTDataset"
BESIDE = b'relativeToVRT="1"'
"""In a VRT, said of sources that lie where it lies itself."""


def shared_request(request: ExportRequest) -> ExportRequest:
    """The same request with absolute paths, and with rasters that are not in memory.

    Features are read here, so they may lie anywhere. Raises InvalidRequest naming a parameter.
    """
    changed = {
        each.name: _shared(getattr(request, each.name), parameter_name(each.name))
        for each in fields(request)
    }
    location = os.path.abspath(request.output_location)
    return replace(request, **{**changed, "output_location": location})


def _shared(value: Any, parameter: str) -> Any:
    if isinstance(value, tuple):
        return tuple(_shared(item, parameter) for item in value)
    return _shared_raster(value, parameter) if isinstance(value, RasterSource) else value


def _shared_raster(source: RasterSource, parameter: str) -> RasterSource:
    """A description of a raster in memory travels as a text; its pixels would be too many."""
    path = source.path
    if path.startswith(MEMORY):
        path = _description(source, parameter)
    elif os.path.exists(path):
        path = os.path.abspath(path)
    if MEMORY in path:
        raise _only_here(source, parameter)
    return RasterSource(path, source.open_options, str(source))


def _description(source: RasterSource, parameter: str) -> str:
    """The text of a VRT that lies in memory, as GDAL opens it in the place of its path."""
    from osgeo import gdal

    from ..memory_folder import contents

    content = contents(source.path) if gdal.VSIStatL(source.path) is not None else b""
    if not content.lstrip().startswith(VRT) or BESIDE in content:
        raise _only_here(source, parameter)
    return content.decode("utf-8")


def _only_here(source: RasterSource, parameter: str) -> InvalidRequest:
    return InvalidRequest(
        parameter,
        f"'{source}' lies in the memory of this process, where the workers of daskScheduler do "
        "not see it; save it to a file that they see, or leave daskScheduler empty.",
    )
