"""What no export could carry out: refused before anything is counted or read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import InvalidRequest

if TYPE_CHECKING:
    from .grid import PixelGrid, Size
    from .request import ExportRequest

MOST_SIDE = 2**31 - 1
"""Pixels in a row or column of an image: GDAL counts no further."""
MOST_CHIP_BYTES = 2**31 - 1
"""Several chips are in memory at a time."""
MOST_JPEG_SIDE = 65500
"""Of the library that nearly everybody writes them with; the format itself ends at 65535."""
MOST_CHIPS = 10**9
"""Of a dataset: their names have nine digits."""


def check_cell_size(size: float, grid: PixelGrid, parameter: str) -> None:
    """Refuse cells of which too many, or none, cover the raster that a parameter names."""
    width, height = (side * count for side, count in zip(grid.cell_size, (grid.columns, grid.rows)))
    if max(width, height) > MOST_SIDE * size:
        raise InvalidRequest(
            "cellSize",
            f"is {size:g}, so small that more than {MOST_SIDE} cells would lie side by side on "
            f"{parameter}, which covers {width:g} × {height:g} map units; choose a larger one.",
        )


def check_chip(tile: Size, pixel_bytes: int, chip_format: str) -> None:
    """Refuse chips that do not fit into memory, or into their format."""
    side = max(tile.columns, tile.rows)
    parameter = "tileSizeX" if side == tile.columns else "tileSizeY"
    if chip_format == "JPEG" and side > MOST_JPEG_SIDE:
        raise InvalidRequest(
            parameter,
            f"is {side}, but JPEG chips have at most {MOST_JPEG_SIDE} pixels side by side; choose "
            "a smaller tile, or chipFormat TIFF.",
        )
    size = tile.columns * tile.rows * pixel_bytes
    if size > MOST_CHIP_BYTES:
        raise InvalidRequest(
            parameter,
            f"is {side}, with which a chip of {tile.columns} × {tile.rows} pixels would take "
            f"{size / 2**30:.0f} GB; at most 2 GB are possible, so choose a smaller tile.",
        )


def check_count(request: ExportRequest, grid: PixelGrid, count: int) -> None:
    """Refuse more places for chips than a dataset can have."""
    if count <= MOST_CHIPS:
        return
    raise InvalidRequest(
        "strideSizeX",
        f"is {request.stride_size.columns} (strideSizeY {request.stride_size.rows}), which makes "
        f"{count} places for chips of {grid.columns} × {grid.rows} pixels; a dataset has at most "
        f"{MOST_CHIPS} chips. Choose larger steps, larger cells (cellSize), or a part of the image "
        "(extent).",
    )
