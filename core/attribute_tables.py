"""Raster attribute tables: what they say of the values of a raster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Optional

from osgeo import gdal

from .classes import Color

NAME_COLUMNS = ("classname", "class_name", "class", "name", "label")


@dataclass(frozen=True, eq=False)
class AttributeTable:
    """A table of GDAL, a row per value of the raster."""

    table: Any

    @cached_property
    def column_names(self) -> list[str]:
        """Names of the columns, in lower case."""
        return [self.table.GetNameOfCol(i).lower() for i in range(self.table.GetColumnCount())]

    @cached_property
    def values(self) -> list[int]:
        """The value of the raster that each row is about."""
        column = self._used_for(gdal.GFU_MinMax)
        if column is None:
            column = self.column(("value",))
        rows = range(self.table.GetRowCount())
        return [
            self.table.GetValueAsInt(row, column) if column is not None else row for row in rows
        ]

    def column(self, names: Sequence[str]) -> Optional[int]:
        """The first of some columns that there is."""
        return next(
            (self.column_names.index(name) for name in names if name in self.column_names), None
        )

    def texts(self, column: int) -> list[str]:
        """A column as texts."""
        rows = range(self.table.GetRowCount())
        return [self.table.GetValueAsString(row, column).strip() for row in rows]

    def names(self) -> dict[int, str]:
        """What values are called."""
        column = self._used_for(gdal.GFU_Name)
        if column is None:
            column = self.column(NAME_COLUMNS)
        if column is None:
            return {}
        return {value: text for value, text in zip(self.values, self.texts(column)) if text}

    def colors(self) -> dict[int, Color]:
        """Red, green and blue of values."""
        columns = [self._used_for(usage) for usage in (gdal.GFU_Red, gdal.GFU_Green, gdal.GFU_Blue)]
        if None in columns:
            return {}
        return {
            value: tuple(self.table.GetValueAsInt(row, column) for column in columns)
            for row, value in enumerate(self.values)
        }

    def _used_for(self, usage: int) -> Optional[int]:
        column = self.table.GetColOfUsage(usage)
        return column if column >= 0 else None


def attribute_table(band: gdal.Band) -> Optional[AttributeTable]:
    """The table of a band; None if it has none."""
    table = band.GetDefaultRAT()
    return None if table is None else AttributeTable(table)
