"""Why a local file cannot be opened or read, and what to do about it: ends of sentences."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from osgeo import gdal

from .remote_sources import is_remote

NO_REASON = "GDAL gave no reason"
"""As where it failed in a thread of its own."""
ANOTHER = "choose another one"
ANEW = "make or fetch it anew"
ADDRESS = re.compile(r"[A-Za-z]\w+:|<")
"""Begins what GDAL takes for the address of something, or for the text of a VRT."""
UNKNOWN_FORMAT = "not recognized as"
GONE = re.compile(r"no such file|does not exist", re.IGNORECASE)


class Unopened(NamedTuple):
    """What was found, and what helps."""

    cause: str
    advice: str


def why_not_opened(path: str, kind: int, reason: str) -> Unopened:
    """Of a file that is no raster (gdal.OF_RASTER), or no vector data, as was asked for.

    `reason` is what GDAL said; it is passed on where it tells more than a look at the file does.
    """
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        return _looked_at(path, kind, reason)
    except RuntimeError:
        return _told(path, reason)
    finally:
        gdal.PopErrorHandler()


def why_not_read(path: str, reason: str) -> str:
    """Of a raster that was opened, but whose pixels cannot be had."""
    said = _plain(path, reason)
    told = "" if said == NO_REASON else f" ({said})"
    if is_remote(path):
        return f"it does not come{told}; check the address and the connection, or copy it here."
    if GONE.search(said):
        return f"a file that it is made of is not there{told}; put it there, or make it anew."
    return f"it is cut short or damaged{told}; {ANEW}."


def _looked_at(path: str, kind: int, reason: str) -> Unopened:
    about = gdal.VSIStatL(path)
    if about is None:
        if ADDRESS.match(path):
            return _told(path, reason)
        return Unopened("there is nothing of this name", f"check it, or {ANOTHER}")
    if about.IsDirectory():
        return Unopened("it is a folder", "choose a file")
    if os.path.exists(path) and not os.access(path, os.R_OK):
        return Unopened("you may not read it", f"ask whoever owns it, or {ANOTHER}")
    if about.size == 0:
        return Unopened("it is empty", f"{ANEW}, or {ANOTHER}")
    if kind == gdal.OF_RASTER and _opens(path, gdal.OF_VECTOR):
        return Unopened("it holds features, but no pixels", "choose a raster")
    if kind == gdal.OF_VECTOR and _opens(path, gdal.OF_RASTER):
        return Unopened("it holds pixels, but no features", "choose a vector layer")
    return _told(path, reason)


def _told(path: str, reason: str) -> Unopened:
    """What GDAL said."""
    if UNKNOWN_FORMAT in reason:
        return Unopened("it is in no format that GDAL can read here", ANOTHER)
    if ADDRESS.match(path):
        return Unopened(_plain(path, reason), f"check it, or {ANOTHER}")
    return Unopened(
        f"it is damaged or incomplete ({_plain(path, reason)})", f"{ANEW}, or {ANOTHER}"
    )


def _opens(path: str, kind: int) -> bool:
    return gdal.OpenEx(path, kind | gdal.OF_READONLY) is not None


def _plain(path: str, reason: str) -> str:
    """In one line, without the name that the sentence begins with.

    >>> _plain("a.tif", "a.tif: cannot be read.")
    'cannot be read'
    """
    line = " ".join(reason.split()).rstrip(".")
    return line[len(path) + 2 :] if line.startswith((f"{path}: ", f"{path}, ")) else line
