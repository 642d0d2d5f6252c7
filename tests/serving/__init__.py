"""A loopback web server that says what was asked of it, and which blocks of a raster that means."""

from .blocks import FetchedBlocks, fetched_blocks
from .server import Answer, FileServer

__all__ = ["Answer", "FetchedBlocks", "FileServer", "fetched_blocks"]
