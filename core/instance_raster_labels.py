"""Single objects from a raster in which each of them has a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Optional

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal

from .attribute_tables import AttributeTable, attribute_table
from .class_field import DEFAULT_FIELDS, NAME_FIELD
from .class_values import GREATEST_VALUE, is_number, text_coding
from .classes import ClassTable, class_table
from .errors import InvalidRequest
from .gdal_errors import open_raster
from .instances import InstanceRaster
from .labels import Labels, StripLabels
from .plan import Strip, place_pixels
from .raster_labels import RasterLabels, raster_labels
from .statistics import ClassStatistics, LabelStatistics, summary_of

if TYPE_CHECKING:
    from .files import Pixels
    from .progress import StopSignal
    from .request import RasterSource

ONLY_CLASS = 1
"""The class of all objects where nothing says more."""


@dataclass(frozen=True, eq=False)
class InstanceRasterLabels:
    """A source of instance masks: the pixels of one number are one object, be they apart or not."""

    numbered: RasterLabels
    """The numbers, where class values would be."""
    class_of: Optional[Mapping[int, int]]
    """Class value of each number; None means that all are of one class."""
    classes: ClassTable

    @property
    def from_features(self) -> bool:
        """Objects can be counted."""
        return True

    @property
    def is_empty(self) -> bool:
        """Whether it is known that there is no label at all."""
        return False

    def with_classes(self, classes: ClassTable) -> InstanceRasterLabels:
        """The same labels with other names and colours of their classes."""
        return replace(self, classes=classes)

    def labels(self, strip: Strip) -> StripLabels:
        """The objects of a strip."""
        found, compact = np.unique(self.numbered.class_map(strip.grid), return_inverse=True)
        values = np.array([self._class(number) for number in found.tolist()], np.int64)
        raster = _instance_raster(compact.reshape(strip.grid.rows, strip.grid.columns), values)
        return InstanceRasterStripLabels(strip, raster, self.classes)

    def _class(self, number: int) -> int:
        """0 for what is no object."""
        if not number or self.class_of is None:
            return ONLY_CLASS if number else 0
        return self.class_of.get(number, 0)


def _instance_raster(compact: NDArray[np.intp], values: NDArray[np.int64]) -> InstanceRaster:
    """Objects numbered by class, then as they were; `compact` (row, column) counts `values`."""
    order = np.argsort(values, kind="stable")
    objects = order[values[order] > 0]
    number_of = np.arange(1, len(objects) + 1)
    renumber = np.zeros(len(values), np.min_scalar_type(len(objects)))
    renumber[objects] = number_of
    layers = np.zeros(len(objects), np.intp)
    return InstanceRaster(renumber[compact][None], number_of, layers, values[objects])


class InstanceRasterStripLabels:
    """The objects of a strip and their pixels in each place."""

    def __init__(self, strip: Strip, raster: InstanceRaster, classes: ClassTable) -> None:
        self._strip = strip
        self._raster = raster
        self._classes = classes
        count = len(raster.values) + 1
        self._pixels = [
            np.bincount(self._window(place).ravel(), minlength=count)[1:]
            for place in range(strip.place_count)
        ]
        self.labeled = np.array([bool(pixels.any()) for pixels in self._pixels])

    def _window(self, place: int) -> Pixels:
        return place_pixels(self._raster.numbers, self._strip, place)

    def class_counts(self) -> dict[int, NDArray[np.int64]]:
        """For each class, its objects in each place."""
        there = np.array([pixels > 0 for pixels in self._pixels])
        return {
            int(value): there[:, self._raster.values == value].sum(axis=1)
            for value in np.unique(self._raster.values)
        }

    def labeled_shares(self) -> NDArray[np.float64]:
        """For each place, the share of its pixels that are of an object."""
        tile = self._strip.tile
        counts = np.array([pixels.sum() for pixels in self._pixels])
        return counts / (tile.columns * tile.rows)

    def of_place(self, place: int) -> Labels:
        """The masks of a place, ascending by class value."""
        there = np.flatnonzero(self._pixels[place])
        return Labels(instance_masks=self._raster.masks(self._window(place), there, self._classes))

    def statistics(self, wanted: NDArray[np.bool_]) -> LabelStatistics:
        """Objects and their areas in square map units over the wanted places."""
        total = LabelStatistics()
        for place in np.flatnonzero(wanted & self.labeled).tolist():
            total = total + self._of_one(self._pixels[place])
        return total

    def _of_one(self, pixels: NDArray[np.intp]) -> LabelStatistics:
        there = pixels > 0
        values = self._raster.values[there]
        areas = pixels[there] * self._strip.grid.cell_area
        per_class = {
            int(value): ClassStatistics(1, summary_of(areas[values == value]))
            for value in np.unique(values)
        }
        return LabelStatistics(per_class, summary_of(np.array([len(values)])))


def instance_raster_labels(
    source: RasterSource, field: str, stop: StopSignal
) -> InstanceRasterLabels:
    """Look at a raster of numbered objects; their classes may stand in its attribute table.

    Raises InvalidRequest naming inputInstanceData or instanceClassValueField.
    """
    numbered = raster_labels(source, stop, "inputInstanceData")
    dataset = open_raster(source.path, source.open_options)  # its table lives as long as it does
    table = attribute_table(dataset.GetRasterBand(1))
    column = _class_column(table, field, str(source))
    if table is None or column is None:
        only = class_table({ONLY_CLASS: str(ONLY_CLASS)}, {})
        return InstanceRasterLabels(numbered, None, only)
    # a row about 0 is about no object, and its class is none
    texts = [text if number else "" for number, text in zip(table.values, table.texts(column))]
    coding = _coding(table, column, set(texts) - {""})
    return InstanceRasterLabels(
        numbered,
        {number: coding[text] for number, text in zip(table.values, texts) if text},
        class_table(_names(table, texts, coding), {}),
    )


def _class_column(table: Optional[AttributeTable], field: str, source: str) -> Optional[int]:
    if not field:
        # the column called value holds the numbers themselves
        wanted = [name for name in DEFAULT_FIELDS if name != "value"]
        return None if table is None else table.column(wanted)
    column = None if table is None else table.column([field.lower()])
    if column is None:
        names = [] if table is None else table.column_names
        raise InvalidRequest(
            "instanceClassValueField",
            f"the attribute table of '{source}' has no column '{field}'; it has: "
            f"{', '.join(names) or 'none'}. Choose one of them, or leave it empty: then all "
            f"objects are of the class {ONLY_CLASS}.",
        )
    return column


def _coding(table: AttributeTable, column: int, texts: set[str]) -> dict[str, int]:
    """Class value of each text of the class column."""
    if table.table.GetTypeOfCol(column) == gdal.GFT_Real:
        coding = {text: _whole(text) for text in texts}
    else:
        coding = text_coding(texts)
    wrong = sorted(value for value in coding.values() if not 1 <= value <= GREATEST_VALUE)
    if wrong:
        raise InvalidRequest(
            "instanceClassValueField",
            f"the attribute table holds the class value {wrong[0]}; class values start at 1, "
            "because 0 is the background. Give these objects another value.",
        )
    return coding


def _whole(text: str) -> int:
    number = float(text)
    if not number.is_integer():
        raise InvalidRequest(
            "instanceClassValueField",
            f"the attribute table holds the class value {text}, but class values are whole "
            "numbers; choose another column.",
        )
    return int(number)


def _names(table: AttributeTable, texts: list[str], coding: Mapping[str, int]) -> dict[int, str]:
    """Names by class value: the text itself, unless it is a number that has a name beside it."""
    names = {value: text for text, value in coding.items()}
    column = table.column([NAME_FIELD])
    if column is not None:
        for text, name in zip(texts, table.texts(column)):
            if text and name and is_number(text, coding[text]):
                names[coding[text]] = name
    return names
