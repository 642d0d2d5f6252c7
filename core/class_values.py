"""Which class a feature has: the field that says so, and what its values mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Optional, Union

import numpy as np
from numpy.typing import NDArray
from osgeo import ogr

from .class_field import COLOR_FIELDS, DEFAULT_FIELDS, NAME_FIELD
from .classes import ClassTable, Color, class_table
from .errors import InvalidRequest

WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+")
GREATEST_VALUE = 2**32 - 1
"""Class maps are at most 32 bits wide."""

RawValue = Union[int, float, str, None]
"""A class as the layer has it; None where a feature has none."""


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

    def value_of(self, feature: ogr.Feature) -> RawValue:
        """The class of a feature; None if it is NULL or blank."""
        if self.value is None or not feature.IsFieldSetAndNotNull(self.value):
            return None
        if self.kind == ogr.OFTString:
            return feature.GetFieldAsString(self.value).strip() or None
        if self.kind == ogr.OFTReal:
            return float(feature.GetFieldAsDouble(self.value))
        return int(feature.GetFieldAsInteger64(self.value))

    def are_all_in(self, known: Description) -> bool:
        """Whether a layer with these fields can say nothing more of a class."""
        has_colors = all(position is not None for position in self.colors)
        return bool(known.name or self.name is None) and bool(known.color or not has_colors)

    def description(self, feature: ogr.Feature) -> Description:
        """Name and colour of the class of a feature."""
        return Description(self._text(feature, self.name), self._color(feature))

    def _text(self, feature: ogr.Feature, position: Optional[int]) -> Optional[str]:
        if position is None or not feature.IsFieldSetAndNotNull(position):
            return None
        return feature.GetFieldAsString(position).strip() or None

    def _color(self, feature: ogr.Feature) -> Optional[Color]:
        parts = [self._text(feature, position) for position in self.colors]
        try:
            red, green, blue = (min(max(int(float(part or "")), 0), 255) for part in parts)
        except ValueError:
            return None
        return red, green, blue


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
        f"the label layer has no field '{requested}'; it has: {', '.join(names) or 'none'}.",
    )


@dataclass(frozen=True, eq=False)
class ClassValues:
    """The class value of each feature, and the table of all classes."""

    values: NDArray[np.int64]
    table: ClassTable


def class_values(
    layer: ogr.Layer,
    fields: ClassFields,
    raw: Sequence[RawValue],
    descriptions: Mapping[RawValue, Description],
) -> ClassValues:
    """Class values of features; texts are numbered over the whole layer."""
    if fields.value is None:
        return ClassValues(np.ones(len(raw), np.int64), class_table({1: "1"}, {}))
    coding = _coding(layer, fields, set(raw))
    _check_range(coding.values(), fields)
    values = np.array([coding[value] for value in raw], np.int64)
    return ClassValues(values, _table(coding, descriptions))


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
    wrong = sorted(value for value in values if not 1 <= value <= GREATEST_VALUE)
    if wrong:
        raise InvalidRequest(
            fields.parameter,
            f"'{fields.label}' holds the class value {wrong[0]}; class values start at 1, because "
            "0 is the background. Give these features another value, or NULL to leave them out.",
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
