"""Band statistics of a strip's chips, from one look at each pixel.

Chips overlap, so a pixel counts once for every chip it is in. The edges of the places cut a strip
into cells; all pixels of a cell lie in the same chips. Moments are taken per cell and weighted.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from numpy.typing import NDArray

from .statistics import AnyBandStatistics, BandStatistics, RealBandStatistics

if TYPE_CHECKING:
    from .files import Pixels
    from .grid import Size
    from .plan import Strip

EXACT_ROWS = 256
"""So many squares of 8-bit numbers still add up exactly in 32-bit floats (256 · 255² < 2²⁴)."""
COLUMNS_AT_ONCE = 1536
"""Values of a row that are looked at together, so that they stay in the processor's cache."""


@dataclass(frozen=True, eq=False)
class Cells:
    """How the edges of places cut a strip into cells."""

    row_edges: NDArray[np.intp]
    column_edges: NDArray[np.intp]
    rows_of_places: Runs
    """The rows of cells in each row of places."""
    columns_of_places: Runs
    """The columns of cells in each column of places."""

    def cover(self, wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
        """For each cell (row, column), the number of wanted places that hold it."""
        places = wanted.reshape(len(self.rows_of_places.begin), -1).astype(np.int64)
        return self.columns_of_places.spread(self.rows_of_places.spread(places).T).T

    def sums(self, pixels: NDArray[Any]) -> NDArray[np.int64]:
        """Sums of the pixels (row, column) of a strip over each place, in the order of places."""
        rows = np.add.reduceat(pixels, self.row_edges[:-1], axis=0, dtype=np.int64)
        columns = rows[:, : self.column_edges[-1]]
        return self.per_place(np.add.reduceat(columns, self.column_edges[:-1], axis=1))

    def per_place(self, cells: NDArray[Any]) -> NDArray[Any]:
        """Sums over the cells (row, column) of each place, in the order of places."""
        return self.columns_of_places.sums(self.rows_of_places.sums(cells).T).T.ravel()


@dataclass(frozen=True, eq=False)
class Runs:
    """Runs of neighbouring cells along one side of a strip: first cell, and the one after the last.

    Sums over them cost as much as there are cells and runs, however many cells a run has.
    """

    begin: NDArray[np.intp]
    end: NDArray[np.intp]
    cell_count: int

    def spread(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each cell, the sum of the values (run, …) of all runs that it is in."""
        steps = np.zeros((self.cell_count + 1, *values.shape[1:]), np.int64)
        np.add.at(steps, self.begin, values)
        np.subtract.at(steps, self.end, values)
        return np.cumsum(steps[:-1], axis=0)

    def sums(self, cells: NDArray[Any]) -> NDArray[Any]:
        """For each run, the sum of its cells (cell, …)."""
        sums = np.zeros((self.cell_count + 1, *cells.shape[1:]), cells.dtype)
        np.cumsum(cells, axis=0, out=sums[1:])
        return sums[self.end] - sums[self.begin]


def cells_of(strip: Strip) -> Cells:
    """The cells of a strip."""
    return _cells(strip.tops, strip.lefts, strip.tile, strip.on_image)


@lru_cache(maxsize=64)
def _cells(
    tops: tuple[int, ...],
    lefts: tuple[int, ...],
    tile: Size,
    on_image: Optional[tuple[int, int, int, int]],
) -> Cells:
    """Most strips of an image are cut alike."""
    left, top, right, bottom = on_image or (0, 0, lefts[-1] + tile.columns, tops[-1] + tile.rows)
    row_edges = _edges(tops, tile.rows, (top, bottom))
    column_edges = _edges(lefts, tile.columns, (left, right))
    return Cells(
        row_edges,
        column_edges,
        _runs(tops, tile.rows, row_edges),
        _runs(lefts, tile.columns, column_edges),
    )


def _edges(corners: Sequence[int], length: int, image_edges: tuple[int, int]) -> NDArray[np.intp]:
    starts = np.asarray(corners, np.intp)
    return np.unique(np.concatenate([starts, starts + length, image_edges]))


def _runs(corners: Sequence[int], length: int, edges: NDArray[np.intp]) -> Runs:
    starts = np.asarray(corners, np.intp)
    begin, end = np.searchsorted(edges, starts), np.searchsorted(edges, starts + length)
    return Runs(begin, end, len(edges) - 1)


@dataclass(frozen=True, eq=False)
class CellMoments:
    """Moments of each cell and band: arrays of (row of cells, column of cells, band)."""

    count: NDArray[np.int64]
    minimum: NDArray[Any]
    maximum: NDArray[Any]
    total: NDArray[Any]
    squares: NDArray[Any]
    """Σx² for whole numbers, Σ(x − mean of the cell)² for real ones"""


def cell_moments(
    pixels: Pixels,
    cells: Cells,
    nodata: Sequence[Optional[float]],
    unmasked: Optional[NDArray[np.bool_]] = None,
) -> CellMoments:
    """Moments of the cells of `pixels` (band, row, column), which lie pixel-interleaved.

    Values count that are not no-data and, where a mask is given, unmasked (row, column, 1).
    """
    interleaved = pixels.transpose(1, 2, 0)
    valid = valid_pixels(interleaved, nodata)
    if unmasked is not None:
        everywhere = np.broadcast_to(unmasked, interleaved.shape)
        valid = everywhere if valid is None else valid & unmasked
    take = _small_integers if is_small_integer(pixels.dtype) else _real_numbers
    rows = [
        take(interleaved[top:bottom], None if valid is None else valid[top:bottom], cells)
        for top, bottom in zip(cells.row_edges[:-1], cells.row_edges[1:])
    ]
    return CellMoments(*(np.stack(part) for part in zip(*rows)))


def is_small_integer(dtype: np.dtype[Any]) -> bool:
    """Whether sums of squares of this type can be kept as exact integers."""
    return dtype.kind in "iu" and dtype.itemsize <= 2


def valid_pixels(pixels: Pixels, nodata: Sequence[Optional[float]]) -> Optional[NDArray[np.bool_]]:
    """Which values of (row, column, band) are data; None means all. NaN and infinity never are."""
    real = pixels.dtype.kind == "f"
    if not real and all(value is None for value in nodata):
        return None
    valid = np.isfinite(pixels) if real else np.ones(pixels.shape, bool)
    for bands, value in _nodata_of_bands(nodata):
        valid[..., bands] &= pixels[..., bands] != _as_stored(value, pixels.dtype)
    return valid


def _nodata_of_bands(nodata: Sequence[Optional[float]]) -> Iterator[tuple[slice, float]]:
    """Bands and their no-data value, all bands in one where it is the same: that is quicker."""
    alike = len(set(nodata)) == 1
    for band, value in enumerate(nodata[:1] if alike else nodata):
        if value is not None and value == value:
            yield slice(None) if alike else slice(band, band + 1), value


def _as_stored(value: float, dtype: np.dtype[Any]) -> Any:
    """The no-data value as it appears among the pixels; float32 rounds it."""
    return dtype.type(value) if dtype.kind == "f" else value


Moments = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]


def _small_integers(pixels: Pixels, valid: Optional[NDArray[np.bool_]], cells: Cells) -> Moments:
    """Moments of a row of cells, exact: down the columns first, then along the cells."""
    rows, columns, bands = pixels.shape
    flat = np.ascontiguousarray(pixels).reshape(rows, columns * bands)
    if valid is None or valid.all():
        lows, highs = flat.min(axis=0), flat.max(axis=0)
        totals, squares = _column_sums(flat)
        counts = np.full(columns * bands, rows, np.int64)
    else:
        known = np.ascontiguousarray(valid).reshape(flat.shape)
        limits = np.iinfo(flat.dtype)
        lows = np.where(known, flat, limits.max).min(axis=0)
        highs = np.where(known, flat, limits.min).max(axis=0)
        totals, squares = _column_sums(np.where(known, flat, 0).astype(flat.dtype))
        counts = known.sum(axis=0, dtype=np.int64)
    starts, stop = cells.column_edges[:-1], cells.column_edges[-1]

    def along(ufunc: np.ufunc, values: NDArray[Any]) -> NDArray[Any]:
        return ufunc.reduceat(values.reshape(columns, bands)[:stop], starts, axis=0)

    return (
        along(np.add, counts),
        along(np.minimum, lows),
        along(np.maximum, highs),
        along(np.add, totals),
        along(np.add, squares),
    )


def _column_sums(flat: Pixels) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Σx and Σx² down the columns of (row, value), taken in floats wide enough to be exact."""
    scratch = _scratch.floats(np.float32 if flat.dtype.itemsize == 1 else np.float64)
    totals = np.zeros(flat.shape[1], np.int64)
    squares = np.zeros(flat.shape[1], np.int64)
    for top in range(0, flat.shape[0], EXACT_ROWS):
        for left in range(0, flat.shape[1], COLUMNS_AT_ONCE):
            part = slice(left, left + COLUMNS_AT_ONCE)
            block = flat[top : top + EXACT_ROWS, part]
            precise = scratch[: block.shape[0], : block.shape[1]]
            np.copyto(precise, block)
            totals[part] += np.add.reduce(precise, axis=0).astype(np.int64)
            squares[part] += np.einsum("ij,ij->j", precise, precise).astype(np.int64)
    return totals, squares


class _Scratch(threading.local):
    """Memory of a thread to compute in: to get it anew for each block costs more than the sums."""

    def __init__(self) -> None:
        self._floats: dict[Any, NDArray[Any]] = {}

    def floats(self, dtype: type[np.floating[Any]]) -> NDArray[Any]:
        """(EXACT_ROWS, COLUMNS_AT_ONCE) floats of any value."""
        if dtype not in self._floats:
            self._floats[dtype] = np.empty((EXACT_ROWS, COLUMNS_AT_ONCE), dtype)
        return self._floats[dtype]


_scratch = _Scratch()


def _real_numbers(pixels: Pixels, valid: Optional[NDArray[np.bool_]], cells: Cells) -> Moments:
    """Moments of a row of cells in two passes: means first, then squared differences from them."""
    values = pixels.astype(np.float64)
    known = np.ones(values.shape, bool) if valid is None else valid
    edges = cells.column_edges
    starts, widths, stop = edges[:-1], np.diff(edges), edges[-1]

    def along(ufunc: np.ufunc, columns: NDArray[Any]) -> NDArray[Any]:
        return ufunc.reduceat(columns[:stop], starts, axis=0)

    counts = along(np.add, known.sum(axis=0, dtype=np.int64))
    totals = along(np.add, np.where(known, values, 0.0).sum(axis=0))
    means = totals / np.maximum(counts, 1)
    centred = np.where(known, values, 0.0)[:, :stop]
    centred = np.where(known[:, :stop], centred - np.repeat(means, widths, axis=0), 0.0)
    return (
        counts,
        along(np.minimum, np.where(known, values, np.inf).min(axis=0)),
        along(np.maximum, np.where(known, values, -np.inf).max(axis=0)),
        totals,
        along(np.add, np.einsum("ijk,ijk->jk", centred, centred)),
    )


def band_statistics(moments: CellMoments, cover: NDArray[np.int64]) -> list[AnyBandStatistics]:
    """Statistics of each band over all chips; `cover` says in how many chips each cell lies."""
    bands = range(moments.count.shape[2])
    if moments.squares.dtype.kind == "i":
        equals = [(times, cover == times) for times in np.unique(cover).tolist()]
        return [_integer_band(moments, cover, equals, band) for band in bands]
    return [_real_band(moments, cover, band) for band in bands]


Cover = Sequence[tuple[int, NDArray[np.bool_]]]
"""How often cells are covered, and which those are."""


def _integer_band(
    moments: CellMoments, cover: NDArray[np.int64], equals: Cover, band: int
) -> BandStatistics:
    used = (cover > 0) & (moments.count[..., band] > 0)
    if not used.any():
        return BandStatistics()
    return BandStatistics(
        _weighted(moments.count[..., band], equals),
        _weighted(moments.total[..., band], equals),
        _weighted(moments.squares[..., band], equals),
        int(moments.minimum[..., band][used].min()),
        int(moments.maximum[..., band][used].max()),
    )


def _weighted(sums: NDArray[np.int64], equals: Cover) -> int:
    """Sum of sums, each as often as its cell is covered; in integers that do not overflow."""
    return sum(times * int(sums[cells].sum()) for times, cells in equals)


def _real_band(moments: CellMoments, cover: NDArray[np.int64], band: int) -> RealBandStatistics:
    counts = moments.count[..., band]
    used = (cover > 0) & (counts > 0)
    if not used.any():
        return RealBandStatistics()
    weights = (counts * cover)[used]
    means = (moments.total[..., band] / np.maximum(counts, 1))[used]
    mean = float((weights * means).sum() / weights.sum())
    spread = (moments.squares[..., band] * cover)[used].sum()
    shift = (weights * (means - mean) ** 2).sum()
    return RealBandStatistics(
        int(weights.sum()),
        mean,
        float(spread + shift),
        float(moments.minimum[..., band][used].min()),
        float(moments.maximum[..., band][used].max()),
    )
