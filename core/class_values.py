"""Which class a feature has: the field that says so, and what its values mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Optional

import numpy as np
from numpy.typing import NDArray
from osgeo import ogr

from .class_field import COLOR_FIELDS, DEFAULT_FIELDS, NAME_FIELD
from .classes import ClassTable, Color, class_table
from .errors import InvalidRequest
from .layer_columns import Cell, Column, column_batches

WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,40}")
"""Longer ones are names: no class value has so many digits, and Python does not read any number."""
GREATEST_VALUE = 2**32 - 1
"""Class maps are at most 32 bits wide."""

RawValue = Cell
"""A class as the layer has it; None where a feature has none."""
NO_NUMBER = -1


@dataclass(frozen=True)
class Description:
    """What a layer says of a class beside its value."""

    name: Optional[str] = None
    color: Optional[Color] = None

    def completed_by(self, other: Description) -> Description:
        """With what the other knows and this does not."""
        return Description(self.name or other.name, self.color or other.color)


@dataclass(frozen=True)
class ClassFields:
    """Positions of the fields that describe a class; None where a layer has no such field."""

    parameter: str
    value: Optional[int]
    name: Optional[int]
    colors: tuple[Optional[int], ...]
    label: str = ""
    kind: int = ogr.OFTInteger

    @property
    def columns(self) -> list[Column]:
        """The columns to read: value, name, and the colours if there are all of them."""
        if self.value is None:
            return []
        name = [] if self.name is None else [Column(self.name, is_text=True)]
        colors = [] if None in self.colors else self.colors
        return [Column(self.value), *name, *(Column(color or 0) for color in colors)]

    def described(self, cells: Sequence[Cell]) -> Description:
        """What the cells of a feature, its value left out, say of its class."""
        names, colors = (cells[:0], cells) if self.name is None else (cells[:1], cells[1:])
        name = str(names[0]).strip() if names and names[0] is not None else ""
        return Description(name or None, _color(colors))


def _color(cells: Sequence[Cell]) -> Optional[Color]:
    try:
        red, green, blue = (
            min(max(int(float("" if cell is None else cell)), 0), 255) for cell in cells
        )
    except (ValueError, OverflowError):  # too few, no numbers, or infinite ones
        return None
    return red, green, blue


class RawClasses:
    """The classes of the features that are read, numbered as they appear."""

    def __init__(self, fields: ClassFields) -> None:
        self._fields = fields
        self._numbers: dict[RawValue, int] = {}
        self._descriptions: list[Description] = []

    def numbers(self, cells: Sequence[Sequence[Cell]], count: int) -> NDArray[np.intp]:
        """The class of each of `count` features with these columns; NO_NUMBER where it has none.

        Without a field all features are of the first class.
        """
        if self._fields.value is None:
            return np.zeros(count, np.intp)
        number_of = {}
        for cell, *others in dict.fromkeys(zip(*cells)):
            number_of[cell] = number = self._number(_raw(cell))
            if number != NO_NUMBER:
                known = self._descriptions[number]
                self._descriptions[number] = known.completed_by(self._fields.described(others))
        return np.array([number_of[cell] for cell in cells[0]], np.intp)

    def _number(self, value: RawValue) -> int:
        if value is None:
            return NO_NUMBER
        if value not in self._numbers:
            self._descriptions.append(Description())
        return self._numbers.setdefault(value, len(self._numbers))

    def values(self) -> list[RawValue]:
        """The values, in the order of their numbers."""
        return list(self._numbers)

    def descriptions(self) -> dict[RawValue, Description]:
        """What is known of each value."""
        return dict(zip(self._numbers, self._descriptions))


def _raw(cell: Cell) -> RawValue:
    """A class without blanks around it; none if nothing else is there."""
    return cell.strip() or None if isinstance(cell, str) else cell


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
            parameter,
            f"'{names[value or 0]}' holds neither numbers nor texts; choose another field.",
        )
    return ClassFields(
        parameter,
        value,
        position(NAME_FIELD),
        tuple(position(color) for color in COLOR_FIELDS),
        "" if value is None else names[value],
        ogr.OFTInteger if kind is None else kind,
    )


def _requested(names: list[str], requested: str, parameter: str) -> int:
    if requested in names:
        return names.index(requested)
    lower = [name.lower() for name in names]
    if requested.lower() in lower:
        return lower.index(requested.lower())
    raise InvalidRequest(
        parameter,
        f"the label layer has no field '{requested}'; "
        f"{'its fields are ' + ', '.join(names) if names else 'it has no fields at all'}.",
    )


@dataclass(frozen=True, eq=False)
class ClassValues:
    """The class value of each feature, and the table of all classes."""

    values: NDArray[np.int64]
    table: ClassTable


def class_values(
    layer: ogr.Layer, fields: ClassFields, raw: RawClasses, numbers: NDArray[np.intp]
) -> ClassValues:
    """Class values of features whose classes have these numbers.

    Texts are numbered over the whole layer.
    """
    if fields.value is None:
        return ClassValues(np.ones(len(numbers), np.int64), class_table({1: "1"}, {}))
    known, occurring = raw.values(), np.unique(numbers).tolist()
    coding = _coding(layer, fields, {known[number] for number in occurring})
    _check_range(coding.values(), fields)
    value_of = np.zeros(len(known), np.int64)
    value_of[occurring] = [coding[known[number]] for number in occurring]
    return ClassValues(value_of[numbers], _table(coding, raw.descriptions()))


def _coding(
    layer: ogr.Layer, fields: ClassFields, raw: AbstractSet[RawValue]
) -> dict[RawValue, int]:
    """Class value of each raw value that occurs."""
    if fields.kind == ogr.OFTString:
        texts = text_coding(_texts(layer, fields.value or 0))
        return {value: texts[str(value)] for value in raw}
    return {value: _whole(value, fields) for value in raw}


def _texts(layer: ogr.Layer, position: int) -> set[str]:
    """All texts of a field, of features anywhere: the numbering must not depend on the raster."""
    layer.SetSpatialFilter(None)
    texts: set[Cell] = set()
    for batch in column_batches(layer, [Column(position)], with_geometry=False):
        texts.update(batch.cells[0])
    return {text.strip() for text in texts if isinstance(text, str)} - {""}


def text_coding(texts: set[str]) -> dict[str, int]:
    """Class value of each text: its number where all are whole numbers, else 1…n in sorted order.

    >>> text_coding({"tree", "roof"})
    {'roof': 1, 'tree': 2}
    >>> text_coding({"3", "12"})
    {'12': 12, '3': 3}
    """
    ordered = sorted(texts)
    if all(WHOLE_NUMBER.fullmatch(text) for text in ordered):
        return {text: int(text) for text in ordered}
    return {text: number for number, text in enumerate(ordered, start=1)}


def is_number(text: str, value: int) -> bool:
    """Whether a text stands for its own number."""
    return WHOLE_NUMBER.fullmatch(text) is not None and int(text) == value


def _whole(value: RawValue, fields: ClassFields) -> int:
    number = float(value or 0)
    if not number.is_integer():
        raise InvalidRequest(
            fields.parameter,
            f"'{fields.label}' holds {value}, but class values are whole numbers; choose another "
            "field, or use its text.",
        )
    return int(value or 0)


def _check_range(values: Iterable[int], fields: ClassFields) -> None:
    ordered = sorted(values)
    if ordered and ordered[0] < 1:
        raise InvalidRequest(
            fields.parameter,
            f"'{fields.label}' holds the class value {ordered[0]:.10g}; class values start at 1, "
            "because 0 is the background. Give these features another value, or NULL to leave "
            "them out.",
        )
    if ordered and ordered[-1] > GREATEST_VALUE:
        raise InvalidRequest(
            fields.parameter,
            f"'{fields.label}' holds the class value {ordered[-1]:.10g}; the greatest that a pixel "
            f"can hold is {GREATEST_VALUE}. Give these features another value, or choose a field "
            "of texts, which are numbered.",
        )


def _table(
    coding: Mapping[RawValue, int], descriptions: Mapping[RawValue, Description]
) -> ClassTable:
    """Names: the text itself, else what the layer says, else the number."""
    names: dict[int, str] = {}
    colors: dict[int, Color] = {}
    for raw, value in sorted(coding.items(), key=str):
        known = descriptions.get(raw, Description())
        is_name = isinstance(raw, str) and not is_number(raw, value)
        names.setdefault(value, str(raw) if is_name else known.name or str(value))
        if known.color is not None:
            colors.setdefault(value, known.color)
    return class_table(names, colors)
