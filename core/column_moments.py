"""Moments of values down columns, block by block, in memory that is used again and again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

ROWS_AT_ONCE = 256
"""So many squares of 8-bit numbers still add up exactly in 32-bit floats (256 · 255² < 2²⁴)."""
COLUMNS_AT_ONCE = 3072
"""Columns that are looked at together, so that they stay in the processor's cache."""

Known = Optional[NDArray[np.bool_]]
"""Which values (row, column) count; None means all."""


@dataclass(frozen=True, eq=False)
class ColumnMoments:
    """Moments of the values that count in each column."""

    count: NDArray[np.int64]
    minimum: NDArray[Any]
    maximum: NDArray[Any]
    total: NDArray[Any]
    squares: NDArray[Any]
    """Σx² for whole numbers, Σ(x − mean of the column)² for real ones."""


def whole_numbers(block: NDArray[Any], known: Known) -> ColumnMoments:
    """Exact moments of 8- or 16-bit integers (row, column), at most ROWS_AT_ONCE of each column."""
    precise = _scratch.floats(np.float32 if block.dtype.itemsize == 1 else np.float64, block)
    np.copyto(precise, block)
    lows, highs, count = block, block, np.full(block.shape[1], len(block), np.int64)
    if known is not None:
        limits = np.iinfo(block.dtype)
        lows, highs = np.where(known, block, limits.max), np.where(known, block, limits.min)
        np.multiply(precise, known, out=precise)
        count = known.sum(axis=0, dtype=np.int64)
    return ColumnMoments(
        count,
        lows.min(axis=0),
        highs.max(axis=0),
        np.add.reduce(precise, axis=0).astype(np.int64),
        np.einsum("ij,ij->j", precise, precise).astype(np.int64),
    )


def real_numbers(block: NDArray[Any], known: Known) -> ColumnMoments:
    """Moments of any numbers (row, column) in two passes: first means, then what differs from them.

    What is not finite must not count.
    """
    precise = _scratch.floats(np.float64, block)
    np.copyto(precise, block)
    lows, highs, count = block, block, np.full(block.shape[1], len(block), np.int64)
    if known is not None:
        lows, highs = np.where(known, block, np.inf), np.where(known, block, -np.inf)
        np.copyto(precise, 0.0, where=~known)
        count = known.sum(axis=0, dtype=np.int64)
    total = np.add.reduce(precise, axis=0)
    np.subtract(precise, total / np.maximum(count, 1), out=precise)
    if known is not None:
        np.multiply(precise, known, out=precise)
    squares = np.einsum("ij,ij->j", precise, precise)
    return ColumnMoments(count, lows.min(axis=0), highs.max(axis=0), total, squares)


def whole_numbers_together(upper: ColumnMoments, lower: ColumnMoments) -> ColumnMoments:
    """Those of columns one below the other."""
    return ColumnMoments(
        upper.count + lower.count,
        np.minimum(upper.minimum, lower.minimum),
        np.maximum(upper.maximum, lower.maximum),
        upper.total + lower.total,
        upper.squares + lower.squares,
    )


def real_numbers_together(upper: ColumnMoments, lower: ColumnMoments) -> ColumnMoments:
    """Those of columns one below the other, by Chan's rule."""
    count = upper.count + lower.count
    apart = _means(lower) - _means(upper)
    between = apart * apart * (upper.count * lower.count / np.maximum(count, 1))
    return ColumnMoments(
        count,
        np.minimum(upper.minimum, lower.minimum),
        np.maximum(upper.maximum, lower.maximum),
        upper.total + lower.total,
        upper.squares + lower.squares + between,
    )


def _means(moments: ColumnMoments) -> NDArray[np.float64]:
    means: NDArray[np.float64] = moments.total / np.maximum(moments.count, 1)
    return means


def column_moments(
    values: NDArray[Any], known_at: Callable[[slice, slice], Known], step: int, are_whole: bool
) -> ColumnMoments:
    """Moments of (row, column), of `step` columns or a multiple at a time.

    `known_at` says which values of some rows and columns count.
    """
    take = whole_numbers if are_whole else real_numbers
    add = whole_numbers_together if are_whole else real_numbers_together
    width = max(1, COLUMNS_AT_ONCE // step) * step
    parts = []
    for left in range(0, values.shape[1], width):
        columns = slice(left, min(left + width, values.shape[1]))
        of_part: Optional[ColumnMoments] = None
        for top in range(0, len(values), ROWS_AT_ONCE):
            rows = slice(top, min(top + ROWS_AT_ONCE, len(values)))
            found = take(values[rows, columns], known_at(rows, columns))
            of_part = found if of_part is None else add(of_part, found)
        if of_part is not None:
            parts.append(of_part)
    return side_by_side(parts)


def side_by_side(parts: list[ColumnMoments]) -> ColumnMoments:
    """Those of all columns of some parts."""
    if len(parts) == 1:
        return parts[0]
    return ColumnMoments(
        np.concatenate([part.count for part in parts]),
        np.concatenate([part.minimum for part in parts]),
        np.concatenate([part.maximum for part in parts]),
        np.concatenate([part.total for part in parts]),
        np.concatenate([part.squares for part in parts]),
    )


class _Scratch(threading.local):
    """Memory of a thread to compute in: to get it anew for each block costs more than the sums."""

    def __init__(self) -> None:
        self._blocks: dict[Any, NDArray[Any]] = {}

    def floats(self, dtype: type[np.floating[Any]], like: NDArray[Any]) -> NDArray[Any]:
        """Contiguous floats of any value, as many rows and columns as another array has."""
        size = like.shape[0] * like.shape[1]
        if dtype not in self._blocks or len(self._blocks[dtype]) < size:
            self._blocks[dtype] = np.empty(size, dtype)
        return self._blocks[dtype][:size].reshape(like.shape)


_scratch = _Scratch()
