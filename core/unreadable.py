"""Rasters that stop being readable: why, and what to do."""

from __future__ import annotations

from .errors import UnreadableSource
from .gdal_errors import GdalFailure, open_raster
from .remote_sources import explained, forget_failure, is_remote
from .request import RasterSource
from .unopened import why_not_read


def unreadable(parameter: str, source: RasterSource, failure: GdalFailure) -> UnreadableSource:
    """The error of a raster that was open and cannot be read on, for the user."""
    why = _of_server if is_remote(source.path) else _of_file
    return UnreadableSource(f"{parameter}: '{source}' cannot be read: {why(source, str(failure))}")


def _of_file(source: RasterSource, reason: str) -> str:
    return why_not_read(source.path, reason)


def _of_server(source: RasterSource, reason: str) -> str:
    """Where GDAL does not say what the server answered, it is asked for the header once more."""
    why = explained(source.path, reason)
    if why != reason:
        return why
    forget_failure(source.path)
    try:
        open_raster(source.path, source.open_options)
    except GdalFailure as refusal:
        return str(refusal)
    return (
        f"its server does not give all of it ({reason.rstrip('.')}); try again, or copy it to this "
        "machine."
    )
