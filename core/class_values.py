"""Which class a feature has: the field that says so, and what its values mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray
from osgeo import ogr

from .classes import ClassTable, Color, class_table
from .errors import InvalidRequest

DEFAULT_FIELDS = ("value", "classvalue", "class value")
NAME_FIELD = "classname"
COLOR_FIELDS = ("red", "green", "blue")
GREATEST_VALUE = 2**32 - 1
"""Class maps are at most 32 bits wide."""

Cells = tuple[Any, ...]
"""What one feature says of its class: value, name, red, green, blue; None where it says nothing."""


@dataclass(frozen=True)
class ClassFields:
    """Positions of the fields that describe a class; None where a layer has no such field."""

    parameter: str
    value: Optional[int]
    name: Optional[int]
    colors: tuple[Optional[int], ...]
    label: str = ""
    is_text: bool = False

    def cells(self, feature: ogr.Feature) -> Cells:
        """What a feature says of its class."""
        positions = (self.value, self.name, *self.colors)
        return tuple(
            None if at is None or not feature.IsFieldSetAndNotNull(at) else feature.GetField(at)
            for at in positions
        )

    def is_missing(self, cells: Cells) -> bool:
        """Whether the layer has a class field, but the feature no class."""
        value = cells[0]
        return self.value is not None and (value is None or not str(value).strip())


NO_CLASS = ClassFields("", None, None, ())
"""For layers whose features are areas and nothing else."""


def class_fields(layer: ogr.Layer, requested: str, parameter: str) -> ClassFields:
    """Find the class fields of a layer. Raises InvalidRequest for a field it does not have."""
    definition = layer.GetLayerDefn()
    names = [definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())]
    lower = [name.lower() for name in names]

    def position(*wanted: str) -> Optional[int]:
        return next((lower.index(name) for name in wanted if name in lower), None)

    value = _requested(names, requested, parameter) if requested else position(*DEFAULT_FIELDS)
    kind = None if value is None else definition.GetFieldDefn(value).GetType()
    if kind not in (None, ogr.OFTInteger, ogr.OFTInteger64, ogr.OFTReal, ogr.OFTString):
        raise InvalidRequest(
            parameter, f"'{names[value or 0]}' holds neither numbers nor texts; choose another field."
        )
    return ClassFields(
        parameter,
        value,
        position(NAME_FIELD),
        tuple(position(color) for color in COLOR_FIELDS),
        "" if value is None else names[value],
        kind == ogr.OFTString,
    )


def _requested(names: list[str], requested: str, parameter: str) -> int:
    if requested in names:
        return names.index(requested)
    lower = [name.lower() for name in names]
    if requested.lower() in lower:
        return lower.index(requested.lower())
    raise InvalidRequest(
        parameter,
        f"the label layer has no field '{requested}'; it has: {', '.join(names) or 'none'}.",
    )


@dataclass(frozen=True, eq=False)
class ClassValues:
    """The class value of each feature, and the table of all classes."""

    values: NDArray[np.int64]
    table: ClassTable


def class_values(layer: ogr.Layer, fields: ClassFields, cells: Sequence[Cells]) -> ClassValues:
    """Class values of features by their cells; texts are numbered over the whole layer."""
    if fields.value is None:
        ones = np.ones(len(cells), np.int64)
        return ClassValues(ones, class_table({1: _first_name(cells) or "1"}, {}))
    if fields.is_text:
        coding = text_coding(_texts(layer, fields.value))
        values = [coding[str(row[0]).strip()] for row in cells]
        names = {} if is_numbers(coding) else {value: text for text, value in coding.items()}
    else:
        values = [_whole(row[0], fields) for row in cells]
        names = {}
    _check_range(values, fields)
    return ClassValues(np.array(values, np.int64), _table(values, names, cells))


def _first_name(cells: Sequence[Cells]) -> str:
    """The one name all features share, if they do."""
    names = {str(row[1]).strip() for row in cells if row[1] is not None}
    return names.pop() if len(names) == 1 else ""


def _texts(layer: ogr.Layer, position: int) -> set[str]:
    """All texts of a field, of features anywhere: the numbering must not depend on the raster."""
    layer.SetSpatialFilter(None)
    layer.ResetReading()
    texts = {
        feature.GetFieldAsString(position).strip()
        for feature in layer
        if feature.IsFieldSetAndNotNull(position)
    }
    return texts - {""}


def text_coding(texts: set[str]) -> dict[str, int]:
    """Class value of each text: its number where all are whole numbers, else 1…n in sorted order.

    >>> text_coding({"tree", "roof"})
    {'roof': 1, 'tree': 2}
    >>> text_coding({"3", "12"})
    {'12': 12, '3': 3}
    """
    ordered = sorted(texts)
    try:
        return {text: int(text) for text in ordered}
    except ValueError:
        return {text: number for number, text in enumerate(ordered, start=1)}


def is_numbers(coding: dict[str, int]) -> bool:
    """Whether texts stood for their own numbers."""
    try:
        return all(int(text) == value for text, value in coding.items())
    except ValueError:
        return False


def _whole(value: float, fields: ClassFields) -> int:
    if value != int(value):
        raise InvalidRequest(
            fields.parameter,
            f"'{fields.label}' holds {value}, but class values are whole numbers; choose another "
            "field, or use its text.",
        )
    return int(value)


def _check_range(values: Sequence[int], fields: ClassFields) -> None:
    wrong = sorted({value for value in values if not 1 <= value <= GREATEST_VALUE})
    if wrong:
        raise InvalidRequest(
            fields.parameter,
            f"'{fields.label}' holds the class value {wrong[0]}; class values start at 1, because 0 "
            "is the background. Give these features another value, or NULL to leave them out.",
        )


def _table(values: Sequence[int], names: dict[int, str], cells: Sequence[Cells]) -> ClassTable:
    found, colors = dict(names), dict[int, Color]()
    for value, row in zip(values, cells):
        if value not in found and row[1] is not None and str(row[1]).strip():
            found[value] = str(row[1])
        if value not in colors and all(part is not None for part in row[2:5]):
            colors[value] = _color(row[2:5])
    for value in values:
        found.setdefault(value, str(value))
    return class_table(found, colors)


def _color(parts: Cells) -> Color:
    red, green, blue = (min(max(int(float(part)), 0), 255) for part in parts)
    return red, green, blue
