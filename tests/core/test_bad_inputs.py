"""The table of bad inputs, as core answers it."""

from __future__ import annotations

import json
import os
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from chipwright.core.errors import ChipExportError
from chipwright.core.export import export
from chipwright.core.request import (
    STRIDE_SIZE,
    TILE_SIZE,
    ExportRequest,
    Extent,
    FeatureSource,
    RasterSource,
    Size,
)
from chipwright.core.request_choices import parameter_name
from chipwright.core.request_text import request_values
from chipwright.tests.bad_inputs import BAD, LAYERS, OBJECTS, ODD, RASTERS
from chipwright.tests.bad_inputs.combinations import ONLY_IN_CORE
from chipwright.tests.bad_inputs.locked import LOCKED
from chipwright.tests.bad_inputs.row import BadInput, OddInput, Values, fits
from chipwright.tests.bad_inputs.scene import good

from .exporting import Listener
from .making import gdal_raising

FIELDS = {parameter_name(field.name): field.name for field in fields(ExportRequest)}
WITHOUT_A_TEXT = (FeatureSource, RasterSource, Extent)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    return tmp_path / "sources"


@pytest.mark.parametrize("row", (*BAD, *ONLY_IN_CORE), ids=lambda row: row.name)
def test_a_bad_input_is_answered_by_its_sentence(
    row: BadInput, sources: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    given = {**good(sources), "outputLocation": str(sources.parent / "chips"), **row.makes(sources)}
    before, _ = listing(sources.parent), capfd.readouterr()
    said = answer(given)
    assert fits(said, row.says, sources), said
    assert capfd.readouterr() == ("", "")
    assert listing(sources.parent) == before


@pytest.mark.parametrize("row", (*RASTERS, *LAYERS, *OBJECTS), ids=lambda row: row.name)
def test_the_answer_is_the_same_where_gdal_raises_exceptions(row: BadInput, sources: Path) -> None:
    """As some other plugin may have chosen."""
    given = {**good(sources), "outputLocation": str(sources.parent / "chips"), **row.makes(sources)}
    with gdal_raising(True):
        said = answer(given)
    assert fits(said, row.says, sources), said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
@pytest.mark.parametrize("row", LOCKED, ids=lambda row: row.name)
def test_a_file_that_may_not_be_read_is_told(row: BadInput, sources: Path) -> None:
    given = {**good(sources), "outputLocation": str(sources.parent / "chips"), **row.makes(sources)}
    said = answer(given)
    assert fits(said, row.says, sources), said


def answer(given: Values) -> str:
    """The message of an export that cannot be."""
    with pytest.raises(ChipExportError) as caught:
        export(request_of(given))
    return str(caught.value)


@pytest.mark.parametrize("row", ODD, ids=lambda row: row.name)
def test_an_odd_input_is_exported_with_a_warning(row: OddInput, sources: Path) -> None:
    given = {**good(sources), "outputLocation": str(sources.parent / "chips"), **row.makes(sources)}
    before, listener = listing(sources), Listener()
    assert export(request_of(given), listener).chip_count == row.chips
    assert tuple(listener.warnings) == row.warns
    assert listing(sources) == before


def test_no_kind_is_in_the_table_twice() -> None:
    names = [row.name for row in (*BAD, *ODD)]
    assert len(names) == len(set(names)) >= 60


def request_of(given: Values) -> ExportRequest:
    """The request, its plain values as they are read from a text."""
    sources = {name: value for name, value in given.items() if is_object(value)}
    texts = {name: value for name, value in given.items() if name not in sources}
    values = {**request_values(json.dumps(texts)), **sources}
    tile, stride = size(values, "tileSize", TILE_SIZE), size(values, "strideSize", STRIDE_SIZE)
    if "scalingPercentiles" in values:
        values["scalingPercentiles"] = tuple(map(float, values["scalingPercentiles"].split("-")))
    tuples = {name: tuple(each) for name, each in values.items() if isinstance(each, list)}
    known = {FIELDS[name]: each for name, each in {**values, **tuples}.items() if name in FIELDS}
    return ExportRequest(
        **{"output_location": "", **known, "tile_size": tile, "stride_size": stride}
    )


def is_object(value: Any) -> bool:
    """Whether a value has no text of its own."""
    each = value if isinstance(value, list) else [value]
    return all(isinstance(it, WITHOUT_A_TEXT) for it in each)


def size(values: dict[str, Any], name: str, default: Size) -> Size:
    return Size(values.get(f"{name}X", default.columns), values.get(f"{name}Y", default.rows))


def listing(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, with what is in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }
