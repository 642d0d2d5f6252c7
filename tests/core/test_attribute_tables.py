from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core import attribute_tables
from chipwright.core.attribute_tables import AttributeTable
from chipwright.tests.core.making import (
    NORTH_UP,
    Column,
    add_table,
    attribute_table,
    editable_band,
    write_raster,
)

NUMBERS: Column = ("Value", gdal.GFT_Integer, gdal.GFU_Generic, [7, 3])


def text(name: str, *cells: str, usage: int = gdal.GFU_Generic) -> Column:
    return name, gdal.GFT_String, usage, cells


def number(name: str, *cells: int, usage: int = gdal.GFU_Generic) -> Column:
    return name, gdal.GFT_Integer, usage, cells


def table(*columns: Column) -> AttributeTable:
    return AttributeTable(attribute_table(columns))


# columns


def test_columns_are_found_whatever_their_case() -> None:
    found = table(NUMBERS, text("ClassName", "roof", "tree"))
    assert found.column_names == ["value", "classname"]
    assert found.column(["classname"]) == 1


def test_the_first_of_some_names_is_looked_for_first() -> None:
    found = table(text("label", "a", "b"), text("class", "c", "d"))
    assert found.column(["class", "label"]) == 1


def test_a_column_that_is_not_there_is_none() -> None:
    assert table(NUMBERS).column(["class", "label"]) is None


def test_texts_have_no_blanks_around_them() -> None:
    assert table(text("class", " roof ", "  ")).texts(0) == ["roof", ""]


def test_numbers_are_read_as_texts() -> None:
    assert table(NUMBERS).texts(0) == ["7", "3"]


# values


@pytest.mark.parametrize(
    "columns",
    [
        [NUMBERS],
        [text("value", "x", "y"), number("number", 7, 3, usage=gdal.GFU_MinMax)],
        [number("COUNT", 40, 50, usage=gdal.GFU_PixelCount), NUMBERS],
        [("VALUE", gdal.GFT_Real, gdal.GFU_Generic, [7.0, 3.0])],
        [text("value", "7", "3")],
    ],
    ids=["by name", "by usage before name", "not the first", "real numbers", "as texts"],
)
def test_rows_are_about_values_of_a_column(columns: Sequence[Column]) -> None:
    assert table(*columns).values == [7, 3]


def test_without_a_column_of_values_rows_are_about_their_number() -> None:
    assert table(text("class", "none", "roof", "tree")).values == [0, 1, 2]


def test_a_table_without_rows_is_about_nothing() -> None:
    found = table(number("value"), text("class"))
    assert (found.values, found.names(), found.colors()) == ([], {}, {})


# names


@pytest.mark.parametrize(
    "column",
    [
        text("what", "roof", "tree", usage=gdal.GFU_Name),
        text("ClassName", "roof", "tree"),
        text("Class_Name", "roof", "tree"),
        text("class", "roof", "tree"),
        text("NAME", "roof", "tree"),
        text("Label", "roof", "tree"),
    ],
    ids=lambda column: column[0],
)
def test_names_are_found_by_usage_or_by_usual_names(column: Column) -> None:
    assert table(NUMBERS, column).names() == {7: "roof", 3: "tree"}


def test_a_column_that_is_meant_for_names_wins() -> None:
    names = text("what", "roof", "tree", usage=gdal.GFU_Name)
    assert table(NUMBERS, text("classname", "a", "b"), names).names() == {7: "roof", 3: "tree"}


def test_blank_names_are_none() -> None:
    assert table(NUMBERS, text("class", "roof", " ")).names() == {7: "roof"}


def test_without_a_column_of_names_there_are_none() -> None:
    assert table(NUMBERS, text("owner", "me", "you")).names() == {}


# colours

RED, GREEN, BLUE = (
    number("r", 10, 20, usage=gdal.GFU_Red),
    number("g", 11, 21, usage=gdal.GFU_Green),
    number("b", 12, 22, usage=gdal.GFU_Blue),
)


def test_colors_are_those_of_three_columns() -> None:
    assert table(NUMBERS, BLUE, RED, GREEN).colors() == {7: (10, 11, 12), 3: (20, 21, 22)}


@pytest.mark.parametrize("columns", [[], [RED], [RED, GREEN]], ids=len)
def test_a_color_of_fewer_columns_is_none(columns: list[Column]) -> None:
    assert table(NUMBERS, *columns).colors() == {}


# tables of files


@pytest.fixture
def raster(tmp_path: Path) -> str:
    return write_raster(tmp_path / "classes.tif", np.ones((1, 30, 40), np.uint8), NORTH_UP)


def test_a_raster_without_a_table_has_none(raster: str) -> None:
    assert attribute_tables.attribute_table(editable_band(raster)) is None


def test_a_raster_has_the_table_that_lies_beside_it(raster: str) -> None:
    add_table(raster, [NUMBERS, text("class", "roof", "tree")])
    dataset: Any = gdal.Open(raster)
    found = attribute_tables.attribute_table(dataset.GetRasterBand(1))
    assert found is not None and found.names() == {7: "roof", 3: "tree"}
