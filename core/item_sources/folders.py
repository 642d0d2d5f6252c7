"""The rasters of a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from osgeo import gdal

from ..errors import InvalidRequest
from ..gdal_errors import GdalFailure, gdal_messages, open_raster
from ..request import RasterSource

SIDECARS = (".ovr", ".msk", ".rrd", ".aux")
"""Endings of files that GDAL opens as rasters, but that only accompany one."""


def real_path(path: str) -> str:
    """The same text for two paths to the same file."""
    return os.path.normcase(os.path.realpath(path)) if os.path.exists(path) else path


@dataclass(frozen=True)
class _Entry:
    """A file of a folder that GDAL opens as a raster."""

    path: str
    companions: frozenset[str]
    """Further files that belong to it, as `real_path` writes them."""
    is_mosaic: bool
    """Those are rasters in their own right."""


def is_folder(path: str) -> bool:
    """Whether there is a folder, as GDAL sees it."""
    with gdal_messages():
        about = gdal.VSIStatL(path)
    return about is not None and bool(about.IsDirectory())


def rasters_in_folder(folder: RasterSource, parameter: str) -> tuple[RasterSource, ...]:
    """Rasters of a folder by name, without its subfolders, sidecars and hidden files."""
    entries = [entry for path in _files_in(folder.path) for entry in _entries(path)]
    rasters = tuple(RasterSource(entry.path) for entry in _without_sidecars(entries))
    if not rasters:
        raise InvalidRequest(
            parameter,
            f"the folder '{folder}' has no raster that GDAL can open (its subfolders are not "
            "searched); choose a folder with rasters in it, or the rasters themselves.",
        )
    return rasters


def _files_in(folder: str) -> list[str]:
    with gdal_messages():
        names = gdal.ReadDir(folder) or []
    wanted = sorted(
        name for name in names if not name.startswith(".") and not name.lower().endswith(SIDECARS)
    )
    paths = [f"{folder.rstrip('/')}/{name}" for name in wanted]
    return [path for path in paths if not is_folder(path)]


def _entries(path: str) -> Iterator[_Entry]:
    """The file if it is a raster with bands."""
    try:
        dataset = open_raster(path)
        with gdal_messages():
            files = {real_path(each) for each in dataset.GetFileList() or ()}
    except GdalFailure:
        return
    if dataset.RasterCount > 0:
        is_mosaic = dataset.GetDriver().ShortName in ("VRT", "GTI")
        yield _Entry(path, frozenset(files - {real_path(path)}), is_mosaic)


def _without_sidecars(entries: Sequence[_Entry]) -> Iterator[_Entry]:
    """Leave out parts of other rasters, and mosaics of rasters that are there themselves."""
    paths = {real_path(entry.path) for entry in entries}
    sidecars: set[str] = set()
    for entry in entries:
        if not entry.is_mosaic and real_path(entry.path) not in sidecars:
            sidecars |= entry.companions
    for entry in entries:
        adds_nothing = entry.is_mosaic and not paths.isdisjoint(entry.companions)
        if real_path(entry.path) not in sidecars and not adds_nothing:
            yield entry
