"""Smooth noise that can be asked for any rows of a picture and always answers the same."""

from __future__ import annotations

from typing import Any

import numpy as np


class Noise:
    """Random values in [-1, 1], one every `cell` pixels, smoothly blended in between."""

    def __init__(self, rng: np.random.Generator, columns: int, rows: int, cell: int) -> None:
        self._cell = cell
        shape = (rows // cell + 2, columns // cell + 2)
        self._lattice = rng.uniform(-1, 1, shape).astype(np.float32)
        self._left, self._weight = _blend(np.arange(columns), cell)

    def rows(self, wanted: Any) -> Any:
        """Float32 values of whole rows, given by their numbers in ascending order."""
        above, weight = _blend(wanted, self._cell)
        lattice = self._lattice[above[0] : above[-1] + 2]
        across = lattice[:, self._left]
        across += (lattice[:, self._left + 1] - across) * self._weight
        above = above - above[0]
        values = across[above]
        values += (across[above + 1] - values) * weight[:, None]
        return values


def _blend(positions: Any, cell: int) -> tuple[Any, Any]:
    """The lattice point before each position, and the weight of the one after it."""
    before, rest = np.divmod(positions, cell)
    share = (rest / cell).astype(np.float32)
    return before, share * share * (3 - 2 * share)
