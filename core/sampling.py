"""Pixels on a grid that is turned against those of an image, by the rule of four neighbours.

GDAL's warper takes a turned grid for a coarser one and blurs it; here each pixel of the grid gets
the value that the image has at its centre, interpolated between the four nearest pixels (bilinear)
or that of the pixel it lies in (nearest). Chips of one angle lie alike to the pixels of the image,
so where their neighbours are is computed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from numpy.typing import NDArray

from .grid import PixelGrid
from .interleaving import interleaved
from .pixel_statistics import valid_pixels

if TYPE_CHECKING:
    from .files import Pixels

DIGITS = 9
"""Of positions in pixels: what differs by less lies alike."""
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Lie:
    """How a grid lies to the pixels of an image: position = corner + axes · (column, row)."""

    axes: tuple[float, float, float, float]
    """Columns and rows of the image for each column of the grid, then for each row."""
    corner: tuple[float, float]
    """Column and row of the grid's upper-left corner within its pixel, 0 … 1."""
    columns: int
    rows: int


def lie_of(image: PixelGrid, grid: PixelGrid) -> tuple[Lie, int, int]:
    """How a grid lies, and the column and row of the image's pixel that its corner is in."""
    corners = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0])
    columns, rows = image.to_pixels(*grid.to_map(*corners))
    left, top = round(float(columns[0]), DIGITS), round(float(rows[0]), DIGITS)
    axes = (columns[1] - columns[0], rows[1] - rows[0], columns[2] - columns[0], rows[2] - rows[0])
    corner = (round(left % 1, DIGITS), round(top % 1, DIGITS))
    lie = Lie(tuple(round(float(a), DIGITS) for a in axes), corner, grid.columns, grid.rows)  # type: ignore[arg-type]
    return lie, int(np.floor(left)), int(np.floor(top))


@lru_cache(maxsize=32)
def _positions(lie: Lie) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Column and row of the image, continuous, under the centre of each pixel (row, column)."""
    across, down = np.arange(lie.columns) + 0.5, (np.arange(lie.rows) + 0.5)[:, None]
    along_column, along_row, down_column, down_row = lie.axes
    columns = lie.corner[0] + across * along_column + down * down_column
    rows = lie.corner[1] + across * along_row + down * down_row
    return columns, rows


@lru_cache(maxsize=32)
def _nearest(lie: Lie) -> tuple[Indices, Indices]:
    columns, rows = _positions(lie)
    return np.floor(columns).astype(np.int64).ravel(), np.floor(rows).astype(np.int64).ravel()


@dataclass(frozen=True, eq=False)
class _Neighbours:
    """The upper-left one of four neighbours of each pixel, and the weights of the four."""

    column: Indices
    row: Indices
    weights: tuple[NDArray[np.float32], ...]
    """For (row, column) + (0, 0), (0, 1), (1, 0), (1, 1), repeated for each band."""
    nearest: Indices
    """Which of the four each pixel lies in."""
    reach: tuple[int, int, int, int]
    """The least and greatest column and row of the upper-left ones."""


@lru_cache(maxsize=32)
def _neighbours(lie: Lie, bands: int) -> _Neighbours:
    columns, rows = (axis.ravel() - 0.5 for axis in _positions(lie))
    left, top = np.floor(columns), np.floor(rows)
    across, down = columns - left, rows - top
    weights = ((1 - across) * (1 - down), across * (1 - down), (1 - across) * down, across * down)
    return _Neighbours(
        left.astype(np.int64),
        top.astype(np.int64),
        tuple(np.repeat(w.astype(np.float32)[:, None], bands, axis=1) for w in weights),
        np.argmax(np.stack(weights), axis=0),
        (int(left.min()), int(left.max()), int(top.min()), int(top.max())),
    )


@lru_cache(maxsize=32)
def _offsets(lie: Lie, bands: int, width: int) -> Indices:
    """Where the upper-left neighbours are in a window of so many columns, from that of (0, 0)."""
    found = _neighbours(lie, bands)
    return found.row * width + found.column


@dataclass(frozen=True, eq=False)
class Window:
    """A part of an image that is in memory."""

    padded: Pixels
    """(row, column, band), contiguous; bands are filled up to a number that is quick to take."""
    bands: int
    left: int
    top: int

    def offsets(self, columns: Indices, rows: Indices) -> Indices:
        """Where some pixels of the image are; at its edge those of the edge."""
        height, width, _ = self.padded.shape
        columns, rows = columns - self.left, rows - self.top
        if columns.min() < 0 or columns.max() >= width or rows.min() < 0 or rows.max() >= height:
            columns, rows = np.clip(columns, 0, width - 1), np.clip(rows, 0, height - 1)
        rows *= width
        rows += columns
        return rows

    def take(self, offsets: Indices, onwards: int = 0) -> NDArray[Any]:
        """The values (pixel, padded band) of the pixels so many pixels onwards from some."""
        size = self.padded.shape[2] * self.padded.itemsize
        whole = np.dtype(f"u{size}") if size in WORDS else np.dtype((np.void, size))
        values = self.padded.reshape(-1).view(whole)[onwards:].take(offsets)
        return values.view(self.padded.dtype).reshape(len(offsets), -1)

    def holds(self, reach: tuple[int, int, int, int], left: int, top: int) -> bool:
        """Whether all neighbours on the right of and below some pixels are in the window, too."""
        least_column, last_column, least_row, last_row = reach
        height, width, _ = self.padded.shape
        column, row = left - self.left, top - self.top
        return (
            column + least_column >= 0
            and row + least_row >= 0
            and column + last_column + 1 < width
            and row + last_row + 1 < height
        )


WORDS = (1, 2, 4, 8)
"""Bytes that are moved as one number."""


def padded_bands(bands: int, data_type: str) -> int:
    """So many bands that a pixel is one number of the machine, where that is possible."""
    size = np.dtype(data_type).itemsize
    return next((word // size for word in WORDS if word >= size * bands), bands)


def nearest(window: Window, image: PixelGrid, grid: PixelGrid) -> Pixels:
    """Pixels (row, column, band) of a grid, each that of the image's pixel it lies in."""
    lie, left, top = lie_of(image, grid)
    columns, rows = _nearest(lie)
    values = window.take(window.offsets(columns + left, rows + top))
    return interleaved(values.reshape(grid.rows, grid.columns, -1)[..., : window.bands])


def bilinear(
    window: Window, image: PixelGrid, grid: PixelGrid, nodata: Sequence[Optional[float]]
) -> Pixels:
    """Pixels (row, column, band) of a grid, each from the four neighbours of its centre.

    Neighbours without data do not count; where the nearest is such, the result is no-data, too.
    """
    lie, left, top = lie_of(image, grid)
    found = _neighbours(lie, window.padded.shape[2])
    corners = _four(window, lie, left, top)
    of_bands = [corner[:, : window.bands] for corner in corners]
    valid = [valid_pixels(corner[None], nodata) for corner in of_bands]
    if all(each is None or each.all() for each in valid):
        mixed = _mixed(corners, found.weights)
    else:
        mixed = _mixed_valid(of_bands, found, [each[0] for each in valid if each is not None])
        mixed = _with_nodata(mixed, of_bands[0], nodata)
    pixels = _as_type(mixed, window.padded.dtype)
    return interleaved(pixels.reshape(grid.rows, grid.columns, -1)[..., : window.bands])


def _four(window: Window, lie: Lie, left: int, top: int) -> list[NDArray[Any]]:
    """The values of the four neighbours; side by side unless the edge of the image is near."""
    bands, width = window.padded.shape[2], window.padded.shape[1]
    found = _neighbours(lie, bands)
    if window.holds(found.reach, left, top):
        first = _offsets(lie, bands, width) + ((top - window.top) * width + left - window.left)
        return [window.take(first, onwards) for onwards in (0, 1, width, width + 1)]
    column, row = found.column + left, found.row + top
    return [window.take(window.offsets(column + i, row + j)) for j in (0, 1) for i in (0, 1)]


def _mixed(corners: Sequence[NDArray[Any]], weights: Sequence[NDArray[Any]]) -> NDArray[Any]:
    precise = np.float32 if corners[0].dtype.itemsize <= 2 else np.float64
    total = np.multiply(corners[0], weights[0], dtype=precise)
    part = np.empty_like(total)
    for corner, weight in zip(corners[1:], weights[1:]):
        np.multiply(corner, weight, out=part)
        np.add(total, part, out=total)
    return total


def _mixed_valid(
    corners: Sequence[NDArray[Any]], found: _Neighbours, valid: Sequence[NDArray[np.bool_]]
) -> NDArray[Any]:
    """Means (pixel, band) of what is data, not a number where there is none.

    As GDAL has it: a pixel is empty if the nearest has no data in any band.
    """
    bands = corners[0].shape[1]
    total, weight_sum = (np.zeros(corners[0].shape, np.float64) for _ in range(2))
    for corner, weight, counts in zip(corners, found.weights, valid):
        total += np.where(counts, corner, 0) * weight[:, :bands]
        weight_sum += counts * weight[:, :bands]
    is_pixel = np.stack(valid)[found.nearest, np.arange(len(total))].any(axis=1)
    there = is_pixel[:, None] & (weight_sum > 0)
    return np.where(there, total / np.where(there, weight_sum, 1.0), np.nan)


def _with_nodata(
    mixed: NDArray[Any], stored: NDArray[Any], nodata: Sequence[Optional[float]]
) -> NDArray[Any]:
    """The no-data value of each band for what is not a number; NaN where it has none."""
    filling = np.array([np.nan if value is None else value for value in nodata])
    filled = np.where(np.isnan(mixed), filling, mixed)
    return filled if stored.dtype.kind == "f" else np.where(np.isnan(filled), 0, filled)


def _as_type(values: NDArray[Any], data_type: np.dtype[Any]) -> NDArray[Any]:
    """Rounded to whole numbers where the type has no others; means never leave its range."""
    if data_type.kind == "f":
        return values.astype(data_type, copy=False)
    if data_type.kind == "i":
        return np.floor(values + 0.5).astype(data_type)
    values += 0.5  # what is not negative is cut off where it would be rounded down
    return values.astype(data_type)
