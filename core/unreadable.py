"""Rasters that stop being readable: why, and what to do."""

from __future__ import annotations

from .errors import UnreadableSource
from .gdal_errors import NO_REASON, GdalFailure, open_raster
from .remote_sources import explained, forget_failure, is_remote
from .request import RasterSource


def unreadable(source: RasterSource, failure: GdalFailure) -> UnreadableSource:
    """The error of a raster that was open and cannot be read on, for the user."""
    if is_remote(source.path):
        return UnreadableSource(f"'{source}' cannot be read: {_of_server(source, str(failure))}")
    reason = f" ({failure})" if str(failure) != NO_REASON else ""
    return UnreadableSource(
        f"'{source}' cannot be read{reason}; check whether the file is damaged, cut short or gone."
    )


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
