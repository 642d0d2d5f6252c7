"""Instances burned apart, and the masks of one chip cut out of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .blobs import packed
from .burning import burned
from .classes import ClassTable
from .grid import PixelGrid
from .labels import InstanceMask
from .shapes import Floats, Indices

if TYPE_CHECKING:
    from .files import Pixels

GREATEST_BYTE = 255


@dataclass(frozen=True, eq=False)
class InstanceRaster:
    """Every feature of a strip as a number of its own.

    Numbers ascend by class value, then by order, so that a class is a run of numbers. Features that
    overlap lie in different layers.
    """

    numbers: Pixels
    """(layer, row, column), 0 is background."""
    number_of: NDArray[np.int64]
    """The number of each feature."""
    layer_of: NDArray[np.intp]
    """The layer of each feature."""
    values: NDArray[np.int64]
    """The class value of each feature."""

    def visible(
        self, shape: Indices, left: Floats, top: Floats, right: Floats, bottom: Floats
    ) -> NDArray[np.bool_]:
        """Which of these features cover a pixel centre within their box (in strip pixels)."""
        _, rows, columns = self.numbers.shape
        middle_row = np.clip(((top + bottom) / 2).astype(np.intp), 0, rows - 1)
        middle_column = np.clip(((left + right) / 2).astype(np.intp), 0, columns - 1)
        layer, number = self.layer_of[shape], self.number_of[shape]
        seen = self.numbers[layer, middle_row, middle_column] == number
        for pair in np.flatnonzero(~seen).tolist():
            rows_in_box = slice(int(top[pair]), int(np.ceil(bottom[pair])))
            columns_in_box = slice(int(left[pair]), int(np.ceil(right[pair])))
            window = self.numbers[layer[pair], rows_in_box, columns_in_box]
            seen[pair] = bool((window == number[pair]).any())
        return seen

    def masks(self, window: Pixels, shapes: Indices, classes: ClassTable) -> list[InstanceMask]:
        """The masks of a window (layer, row, column) that holds these features."""
        if not len(shapes):
            return []
        ordered = shapes[np.argsort(self.number_of[shapes])]
        layers = self.layer_of[ordered].tolist()
        used = sorted(set(layers))
        running = self._running(window[used], ordered)
        place = [used.index(layer) for layer in layers]
        return [
            InstanceMask(
                value,
                classes.name_of(value),
                _one_class(running, sorted(set(place[begin:end])), begin, end - begin),
            )
            for value, begin, end in _runs(self.values[ordered].tolist())
        ]

    def _running(self, window: Pixels, ordered: Indices) -> Pixels:
        """The window with its features numbered 1…n in this order and all others 0."""
        narrow = np.uint8 if len(ordered) <= GREATEST_BYTE else np.uint16
        renumber = np.zeros(len(self.number_of) + 1, narrow)
        renumber[self.number_of[ordered]] = np.arange(1, len(ordered) + 1)
        return renumber.take(window, mode="clip")


def instance_raster(
    grid: PixelGrid,
    blobs: Sequence[bytes],
    values: NDArray[np.int64],
    layer_of: NDArray[np.intp],
) -> InstanceRaster:
    """Burn features, each with a number of its own, those of each layer into an image of it."""
    number_of = np.empty(len(values), np.int64)
    number_of[np.argsort(values, kind="stable")] = np.arange(1, len(values) + 1)
    data_type = np.min_scalar_type(len(values)).name
    together = packed(blobs)
    count = int(layer_of.max(initial=0)) + 1
    layers = (
        burned(grid, together.select(chosen), number_of[chosen], data_type)
        for chosen in (np.flatnonzero(layer_of == layer) for layer in range(count))
    )
    return InstanceRaster(_stacked(layers, count), number_of, layer_of, values)


def _stacked(layers: Iterator[Pixels], count: int) -> Pixels:
    """Layers on top of each other, of which never two are twice in memory."""
    layer = next(layers)
    if count == 1:
        return layer[None]
    numbers = np.empty((count, *layer.shape), layer.dtype)
    numbers[0] = layer
    for number in range(1, count):
        del layer
        layer = next(layers)
        numbers[number] = layer
    return numbers


def _runs(values: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Runs of equal values: the value, where it begins and where it ends.

    >>> list(_runs([4, 4, 7]))
    [(4, 0, 2), (7, 2, 3)]
    """
    end = 0
    for value, run in groupby(values):
        begin, end = end, end + len(list(run))
        yield value, begin, end


def _one_class(running: Pixels, layers: Sequence[int], before: int, count: int) -> Pixels:
    """The layers of `count` numbers with only these, as 1…n; one layer if nothing overlaps."""
    first, last = layers[0], layers[-1]
    of_class = running[first : last + 1] if len(layers) == last - first + 1 else running[layers]
    mask = of_class - running.dtype.type(before)  # what comes before becomes a great number
    mask *= mask <= count
    if len(mask) > 1:
        mask = _flattened(mask)
    return mask.astype(np.uint8 if count <= GREATEST_BYTE else np.uint16, copy=False)


def _flattened(mask: Pixels) -> Pixels:
    """As few layers as the overlaps need: one, or those that hold anything."""
    together = mask[0].copy()
    for layer in mask[1:]:
        if np.logical_and(together, layer).any():
            return mask[mask.any(axis=(1, 2))]
        together |= layer
    return together[None]
