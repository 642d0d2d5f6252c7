"""Rasters on the web and in the cloud: GDAL's settings for them, and what went wrong with one.

Settings are those of the thread alone, and hold only while something is opened or read; what the
user has set for GDAL stays as it is. How much GDAL fetches at least (CPL_VSIL_CURL_CHUNK_SIZE), and
how much it keeps of what it fetched (CPL_VSIL_CURL_CACHE_SIZE), it reads once in a process: those
are left to the user.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from osgeo import gdal

from .gdal_settings import thread_settings

REMOTE = re.compile(
    r"/vsi(curl|s3|gs|az|adls|oss|swift|webhdfs|hdfs)(_streaming)?[/?]|\b(https?|ftp)://"
)
"""What is in the path of a remote source, be it within an archive or in the text of a VRT."""

NETWORK = {
    # blocks that are read together are asked for together up to so many bytes; GDAL's 10 MB are
    # less than a strip, and the rest would come a few kilobytes at a time
    "GDAL_MAX_RAW_BLOCK_CACHE_SIZE": str(256 << 20),
    "GDAL_HTTP_MAX_RETRY": "3",
    "GDAL_HTTP_RETRY_DELAY": "1",
    "GDAL_HTTP_CONNECTTIMEOUT": "20",
    # a connection over which nothing comes for so many seconds is given up
    "GDAL_HTTP_LOW_SPEED_TIME": "60",
    "GDAL_HTTP_LOW_SPEED_LIMIT": "1",
}
"""Without effect on local files."""
FILES = {
    # files that accompany a raster are asked for by name: its folder may list thousands
    "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE",
    # where the blocks lie is read once, instead of piece by piece in between
    "GTIFF_USE_DEFER_STRILE_LOADING": "NO",
}
THREADS = {"GDAL_NUM_THREADS": "1"}
"""Each of several threads would ask for one block at a time, each of which takes a round trip."""


KEPT, KEPT_BYTES = "CPL_VSIL_CURL_CACHE_SIZE", 16 << 20
"""GDAL's option, and what it is if nobody sets it."""
KNOWN = 64
"""Every chip asks about the same few sources."""
PLAIN_ENDINGS = (".tif", ".tiff", ".jp2", ".png", ".jpg", ".jpeg", ".img", ".gpkg")


@lru_cache(maxsize=KNOWN)
def is_remote(path: str) -> bool:
    """Whether a path leads to the web or the cloud; known of the last ones, for texts may be long.

    >>> is_remote("/vsizip//vsis3/maps/a.zip/a.tif")
    True
    """
    return REMOTE.search(path) is not None


@lru_cache(maxsize=KNOWN)
def is_plain_file(path: str) -> bool:
    """Whether a path is that of a file which refers to no other.

    >>> is_plain_file("/maps/a.tif"), is_plain_file("/maps/a.vrt")
    (True, False)
    """
    return path.lower().endswith(PLAIN_ENDINGS) and not is_remote(path)


@contextmanager
def remote_settings(path: str) -> Iterator[None]:
    """While a source is opened or read, what makes GDAL read remote sources well.

    Parts of a local mosaic may be remote, too, so some of it is set for those.
    """
    if is_plain_file(path):  # asking GDAL for its settings takes time with every chip
        yield
        return
    wanted = dict(NETWORK)
    if is_remote(path):
        wanted.update(FILES)
    missing = {name: value for name, value in wanted.items() if gdal.GetConfigOption(name) is None}
    if is_remote(path):
        missing.update(THREADS)
    with thread_settings(missing):
        yield


def fetched_at_once() -> int:
    """Bytes to read at once: GDAL fetches no more together than it keeps, and in whole pieces.

    What goes on where it ended before it takes for a file that is read from front to end, and
    fetches more than is read. It keeps that for later, unless another raster comes in between. So
    rasters are read from their end to their front.
    """
    kept = gdal.GetConfigOption(KEPT) or ""
    return (int(kept) if kept.isdecimal() else KEPT_BYTES) * 15 // 16


def look_for_companions(dataset: gdal.Dataset) -> None:
    """Ask for what may stand in files beside a raster, while the settings for that hold.

    GDAL looks for them when something of them is asked for, not when the raster is opened.
    """
    dataset.GetGeoTransform()
    if dataset.RasterCount:
        dataset.GetRasterBand(1).GetMaskFlags()


STATUS = re.compile(r"(?:HTTP[^:]*:|HTTP error code|response_code=|error) ?:? ?([45]\d\d)\b")
CAUSES = (
    ("resolve host", "its host is not known; check the address and the connection to the network"),
    (
        "onnect",  # Failed to connect, Couldn't connect, Connection refused
        "its host does not answer; check the address, the connection to the network and the proxy",
    ),
    ("imed out", "its host takes too long to answer; try again later"),
    ("imeout", "its host takes too long to answer; try again later"),
    ("SSL", "the certificate of its host is not accepted; check the address and the proxy"),
)
"""Parts of messages of GDAL and curl, and what they mean."""
PAGE = (b"<!doctype", b"<html", b"<?xml", b"{")
PAGE_BYTES = 512


def explained(path: str, reason: str) -> str:
    """Why a remote source cannot be opened, and what to do; `reason` is what GDAL said.

    Also makes GDAL forget that it could not be opened: it would not ask again in this process.
    """
    status = STATUS.search(reason)
    if status is not None:
        return _status_explained(int(status[1]))
    for part, cause in CAUSES:
        if part in reason:
            return f"{cause} ({reason})."
    if _is_page(path):
        return (
            "what lies there is a text or a web page (of a viewer or a log-in?), not a raster; "
            "give the address of the file itself."
        )
    return reason


def _status_explained(status: int) -> str:
    if status in (401, 403):
        return (
            f"its server refuses access (HTTP {status}); the address may have expired, or GDAL "
            "lacks a key or password: docs/remote.md says how to give it one."
        )
    if status in (404, 410):
        return f"its server has no such file (HTTP {status}); check the address."
    if status == 429:
        return "its server is asked too often (HTTP 429); try again later."
    if status >= 500:
        return f"its server has failed (HTTP {status}); try again later."
    return f"its server does not accept the request (HTTP {status}); check the address."


def forget_failure(path: str) -> None:
    """Let GDAL ask again for what it could not open."""
    gdal.VSICurlPartialClearCache(path)


def _is_page(path: str) -> bool:
    """Whether a file begins as a text that servers answer with."""
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        file = gdal.VSIFOpenL(path, "rb")
        if file is None:
            return False
        begin = gdal.VSIFReadL(1, PAGE_BYTES, file)
        gdal.VSIFCloseL(file)
    except RuntimeError:
        return False
    finally:
        gdal.PopErrorHandler()
    return bytes(begin or b"").lstrip().lower().startswith(PAGE)
