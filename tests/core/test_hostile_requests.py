"""Requests as text that nobody meant well: each is read or refused in a sentence, and soon."""

from __future__ import annotations

import json
import math
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core.errors import InvalidRequest
from chipwright.core.grid import Size
from chipwright.core.request import ExportRequest, Extent, FeatureSource, RasterSource
from chipwright.core.request_choices import parameter_name
from chipwright.core.request_text import NAMES, request_values

from .exporting import export_chips
from .made_sources import LEFT, TOP, noise_file
from .making import examples
from .test_request_text import AS_PRINTED

any_text = st.text(st.characters(), max_size=20)
"""With surrogates, NUL, and whatever else a text in Python can hold."""
HOSTILE = (
    "\0",
    "a\0b",
    "\ud800",
    "\u202egpj.exe",
    "../../etc/passwd",
    "https://[",
    "//[::1",
    "https://[v1.x]/a",
    "s3://",
    "file:///etc/passwd",
    "C:\\CON\\nul",
    "9" * 5000,
    "1e999",
    "-1e999",
    "nan",
    "0x10",
    "1_0",
    "٣",
    "[" * 50,
    '{"a":' * 50,
    "%00",
    "%",
    "%ff%fe",
    "x" * 20_000,
)
hostile = st.sampled_from(HOSTILE)
numbers = st.one_of(
    st.floats(), st.integers(), st.sampled_from([10**400, -(10**400), 2**63, -0.0, 1e308])
)
leaves = st.one_of(st.none(), st.booleans(), numbers, any_text, hostile)
keys = st.sampled_from(
    [
        *NAMES,
        *("url", "uri", "itemId", "x", "y", "wkid", "latestWkid", "wkt", "xmin", "ymin", "xmax"),
        *("ymax", "spatialReference", "serviceProperties", "serviceUrl", "itemProperties", "path"),
    ]
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(keys, any_text), inner, max_size=4)
    ),
    max_leaves=8,
)
requests = st.dictionaries(keys, values, max_size=4)
pieces = st.lists(
    st.one_of(
        st.sampled_from(["&", "=", "{", "}", "[", "]", '"', "\\", "?", "\n", " ", "%22", "%", ":"]),
        keys,
        hostile.filter(lambda text: len(text) < 100),
        any_text,
    ),
    max_size=25,
).map("".join)


def read_or_refused(text: str) -> None:
    """A refusal is a sentence that is not as long as what it is about."""
    try:
        request_values(text)
    except InvalidRequest as error:
        assert error.problem and len(error.problem) < 2_000


@pytest.mark.parametrize("name", [*NAMES, "url"])
def test_every_parameter_is_read_or_refused_whatever_its_value(name: str) -> None:
    for value in (*HOSTILE, *([text] for text in HOSTILE), *({"url": text} for text in HOSTILE)):
        read_or_refused(json.dumps({name: value}))
        read_or_refused(f"{name}={value}")
        read_or_refused(f"{name}={quote(str(value), errors='surrogatepass')}")
        read_or_refused(json.dumps({"context": {name: value}}))


@examples
@given(requests)
def test_any_json_is_read_or_refused(request: dict[str, Any]) -> None:
    read_or_refused(json.dumps(request))


@examples
@given(requests)
def test_any_query_of_json_is_read_or_refused(request: dict[str, Any]) -> None:
    texts = {name: json.dumps(value) for name, value in request.items()}
    read_or_refused("&".join(f"{name}={text}" for name, text in texts.items()))
    read_or_refused("&".join(f"{name}={quote(text)}" for name, text in texts.items()))


@examples
@given(st.dictionaries(keys, st.one_of(hostile, any_text), max_size=4))
def test_any_query_of_texts_is_read_or_refused(request: dict[str, str]) -> None:
    read_or_refused("?" + "&".join(f"{name}={text}" for name, text in request.items()))


@examples
@given(pieces)
def test_anything_that_looks_like_a_request_is_read_or_refused(text: str) -> None:
    read_or_refused(text)


@examples
@given(st.data())
def test_a_sample_that_was_cut_or_written_over_is_read_or_refused(data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(AS_PRINTED)))
    end = data.draw(st.integers(begin, len(AS_PRINTED)))
    middle = data.draw(st.one_of(pieces, any_text, hostile))
    read_or_refused(AS_PRINTED[:begin] + middle + AS_PRINTED[end:])


@examples
@given(st.binary(max_size=200))
def test_any_bytes_that_became_a_text_are_read_or_refused(content: bytes) -> None:
    read_or_refused(content.decode("latin-1"))
    read_or_refused(content.decode("utf-8", "surrogateescape"))
    read_or_refused(content.decode("utf-16", "replace"))


@pytest.mark.parametrize(
    "text",
    [
        "outputLocation=" + "f=" * 40_000,
        "seed=" + "f=" * 40_000,
        "seed=" + "1" * 80_000,
        "&" * 80_000,
        "{" * 80_000,
        '{"seed":' + "9" * 80_000 + "}",
        "inputRaster=" + "[" * 80_000,
        "a=%22" * 20_000,
        "tileSize={" + '"x":' * 20_000,
        "seed=" + " \n" * 40_000,
    ],
    ids=lambda text: text[:20],
)
def test_a_long_request_is_no_longer_work_than_it_is_long(text: str) -> None:
    """Were it so by its square, this would take minutes."""
    read_or_refused(text)


# the request itself

whatever = st.one_of(numbers, st.sampled_from([math.nan, math.inf, -math.inf, 0, -1, 1e-320]))
whole = st.one_of(st.integers(), st.sampled_from([-1, 0, 2**31, 2**63, 10**30]))
texts = st.one_of(any_text, hostile)
kinds: dict[str, st.SearchStrategy[Any]] = {
    "Size": st.builds(Size, whole, whole),
    "str": texts,
    "float": whatever,
    "int": whole,
    "bool": st.booleans(),
    "Optional[float]": whatever,
    "Optional[Extent]": st.builds(Extent, whatever, whatever, whatever, whatever, texts),
    "RasterSource": st.builds(RasterSource, texts),
    "Optional[RasterSource]": st.builds(RasterSource, texts),
    "Optional[FeatureSource]": st.builds(FeatureSource, texts, texts),
    "Optional[Union[FeatureSource, RasterSource]]": st.builds(FeatureSource, texts, texts),
    "tuple[RasterSource, ...]": st.lists(st.builds(RasterSource, texts), max_size=2).map(tuple),
    "tuple[int, ...]": st.lists(whole, max_size=3).map(tuple),
    "tuple[float, float]": st.tuples(whatever, whatever),
}
settings = st.fixed_dictionaries(
    {}, optional={it.name: kinds[str(it.type)] for it in fields(ExportRequest)}
)


@examples
@given(settings)
def test_any_values_are_a_request_or_refused(settings: dict[str, Any]) -> None:
    given = {"input_raster": RasterSource("a.tif"), "output_location": "chips", **settings}
    try:
        ExportRequest(**given)
    except InvalidRequest as error:
        assert error.parameter and error.problem


WITH_TEXT = [it.name for it in fields(ExportRequest) if "Source" in it.type or "str" in it.type]


def with_text(field: str, text: str) -> dict[str, Any]:
    """A request that has a text in a field, whatever kind of value that takes."""
    kind = next(str(it.type) for it in fields(ExportRequest) if it.name == field)
    given: dict[str, Any] = {
        "input_raster": RasterSource("a.tif"),
        "output_location": "chips",
        "input_class_data": FeatureSource("a.gpkg"),
    }
    source = FeatureSource(text) if "Feature" in kind else RasterSource(text)
    of_kind = {"str": text, "tuple[RasterSource, ...]": (RasterSource("a"), source)}
    return {**given, field: of_kind.get(kind, source)}


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "a\udfffb.tif"], ids=ascii)
@pytest.mark.parametrize("field", WITH_TEXT)
def test_what_no_path_and_no_name_can_be_is_refused(field: str, text: str) -> None:
    with pytest.raises(InvalidRequest, match="that no path and no name can have") as caught:
        ExportRequest(**with_text(field, text))
    assert caught.value.parameter == parameter_name(field)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("text", ["\u202egpj.exe", "Straße 木 😀", "a\nb", " "])
def test_strange_names_that_there_may_be_are_no_mistake(text: str) -> None:
    assert ExportRequest(**with_text("class_value_field", text)).class_value_field == text


@pytest.mark.parametrize("crs", ["EPSG:4326", "garbage", " ", 'GEOGCS["', "x" * 9000])
def test_an_extent_in_no_system_is_refused(tmp_path: Path, crs: str) -> None:
    image = noise_file(tmp_path / "image.tif", 64, 64)
    extent = Extent(LEFT, TOP - 20, LEFT + 20, TOP, crs)
    with pytest.raises(InvalidRequest, match="extent: has a coordinate system that cannot be"):
        export_chips(image, tmp_path / "chips", extent=extent)
    assert not (tmp_path / "chips").exists()
