"""Band statistics of a strip's chips, from one look at each pixel.

Chips overlap, so a pixel counts once for every chip it is in. The edges of the places cut a strip
into cells; all pixels of a cell lie in the same chips. Moments are taken per cell and weighted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from numpy.typing import NDArray

from .column_moments import ColumnMoments, Known, column_moments
from .statistics import AnyBandStatistics, BandStatistics, RealBandStatistics

if TYPE_CHECKING:
    from .files import Pixels
    from .grid import Size
    from .plan import Strip


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
        if self.cell_count == 1:  # as of chips that are cut for themselves: it is quicker so
            return values.sum(axis=0, keepdims=True)
        steps = np.zeros((self.cell_count + 1, *values.shape[1:]), np.int64)
        np.add.at(steps, self.begin, values)
        np.subtract.at(steps, self.end, values)
        return np.cumsum(steps[:-1], axis=0)

    def sums(self, cells: NDArray[Any]) -> NDArray[Any]:
        """For each run, the sum of its cells (cell, …)."""
        if self.cell_count == 1:
            return cells[self.begin]
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
    interleaved = np.ascontiguousarray(pixels.transpose(1, 2, 0))
    counting = _Counting(interleaved, nodata, unmasked)
    rows = [
        _moments_of_row(interleaved[top:bottom], counting.below(top), cells)
        for top, bottom in zip(cells.row_edges[:-1], cells.row_edges[1:])
    ]
    if len(rows) == 1:
        return CellMoments(*(part[None] for part in rows[0]))
    return CellMoments(*(np.stack(part) for part in zip(*rows)))


def is_small_integer(dtype: np.dtype[Any]) -> bool:
    """Whether sums of squares of this type can be kept as exact integers."""
    return dtype.kind in "iu" and dtype.itemsize <= 2


def valid_pixels(pixels: Pixels, nodata: Sequence[Optional[float]]) -> Optional[NDArray[np.bool_]]:
    """Which values of (row, column, band) are data; None means all. NaN and infinity never are."""
    real = pixels.dtype.kind == "f"
    if not real and all(value is None for value in nodata):
        return None
    if not real and len(set(nodata)) == 1 and nodata[0] == nodata[0]:
        differs: NDArray[np.bool_] = pixels != nodata[0]  # one look at all bands is quicker
        return differs
    valid = np.isfinite(pixels) if real else np.ones(pixels.shape, bool)
    for band, value in enumerate(nodata):
        if value is not None and value == value:
            valid[..., band] &= pixels[..., band] != _as_stored(value, pixels.dtype)
    return valid


def _as_stored(value: float, dtype: np.dtype[Any]) -> Any:
    """The no-data value as it appears among the pixels; float32 rounds it."""
    return dtype.type(value) if dtype.kind == "f" else value


@dataclass(frozen=True, eq=False)
class _Counting:
    """Which of some values count, looked at block by block: most blocks have all of theirs."""

    pixels: NDArray[Any]
    """(row, column, band)"""
    nodata: Sequence[Optional[float]]
    unmasked: Optional[NDArray[np.bool_]]
    top: int = 0

    def below(self, top: int) -> _Counting:
        """The same, rows counted from another one."""
        return _Counting(self.pixels, self.nodata, self.unmasked, top)

    def __call__(self, rows: slice, columns: slice) -> Known:
        """For a block of rows and of columns of values, of which each pixel has one a band."""
        bands = self.pixels.shape[2]
        window = (
            slice(self.top + rows.start, self.top + rows.stop),
            slice(columns.start // bands, columns.stop // bands),
        )
        valid = valid_pixels(self.pixels[window], self.nodata)
        if self.unmasked is not None:
            unmasked = np.broadcast_to(self.unmasked[window], self.pixels[window].shape)
            valid = unmasked if valid is None else valid & unmasked
        return None if valid is None or valid.all() else valid.reshape(len(valid), -1)


Moments = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]


def _moments_of_row(pixels: NDArray[Any], counting: _Counting, cells: Cells) -> Moments:
    """Moments of a row of cells: down the columns first, then along the cells."""
    rows, columns, bands = pixels.shape
    are_whole = is_small_integer(pixels.dtype)
    of_columns = column_moments(pixels.reshape(rows, -1), counting, bands, are_whole)
    edges = cells.column_edges

    def along(ufunc: np.ufunc, values: NDArray[Any]) -> NDArray[Any]:
        return ufunc.reduceat(values.reshape(columns, bands)[: edges[-1]], edges[:-1], axis=0)

    count, total = along(np.add, of_columns.count), along(np.add, of_columns.total)
    squares = along(np.add, of_columns.squares)
    if not are_whole:
        means = np.repeat(total / np.maximum(count, 1), np.diff(edges), axis=0)
        squares = squares + along(np.add, _between(of_columns, means))
    lows, highs = along(np.minimum, of_columns.minimum), along(np.maximum, of_columns.maximum)
    return count, lows, highs, total, squares


def _between(columns: ColumnMoments, means: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the means of columns add to the squared differences from the means of their cells."""
    shape = -1, means.shape[1]
    count, total = columns.count.reshape(shape), columns.total.reshape(shape)
    apart = total / np.maximum(count, 1)
    apart[: len(means)] -= means
    between: NDArray[np.float64] = count * apart * apart
    return between


def band_statistics(moments: CellMoments, cover: NDArray[np.int64]) -> list[AnyBandStatistics]:
    """Statistics of each band over all chips; `cover` says in how many chips each cell lies."""
    if moments.squares.dtype.kind == "i":
        if cover.size == 1:  # as of chips that are cut for themselves: it is four times as quick
            return [*_integer_bands_of_cell(moments, int(cover[0, 0]))]
        return [*_integer_bands(moments, cover)]
    return [_real_band(moments, cover, band) for band in range(moments.count.shape[2])]


def _integer_bands(moments: CellMoments, cover: NDArray[np.int64]) -> Iterator[BandStatistics]:
    used = (cover > 0)[..., None] & (moments.count > 0)
    limits = np.iinfo(moments.minimum.dtype)
    bands = zip(
        _weighted(moments.count, cover),
        _weighted(moments.total, cover),
        _weighted(moments.squares, cover),
        np.where(used, moments.minimum, limits.max).min(axis=(0, 1)).tolist(),
        np.where(used, moments.maximum, limits.min).max(axis=(0, 1)).tolist(),
    )
    for count, total, squares, least, greatest in bands:
        if count:
            yield BandStatistics(count, total, squares, least, greatest)
        else:
            yield BandStatistics()


def _integer_bands_of_cell(moments: CellMoments, times: int) -> Iterator[BandStatistics]:
    parts = (moments.count, moments.total, moments.squares, moments.minimum, moments.maximum)
    for count, total, squares, least, greatest in zip(*(part[0, 0].tolist() for part in parts)):
        if count and times:
            yield BandStatistics(times * count, times * total, times * squares, least, greatest)
        else:
            yield BandStatistics()


def _weighted(sums: NDArray[np.int64], cover: NDArray[np.int64]) -> list[int]:
    """Sums of sums (row, column, band), each as often as its cell is covered, of each band.

    In integers that do not overflow.
    """
    total = [0] * sums.shape[2]
    for times in {*cover.ravel().tolist()} - {0}:
        of_cells = sums[cover == times].sum(axis=0).tolist()
        total = [so_far + times * more for so_far, more in zip(total, of_cells)]
    return total


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
