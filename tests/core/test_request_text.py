"""Requests as text: JSON, query strings, URLs, and the samples of the service as they are printed."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core.errors import InvalidRequest
from chipwright.core.request import ExportRequest
from chipwright.core.request_choices import CHIP_FORMATS, METADATA_FORMATS, parameter_name
from chipwright.core.request_text import NAMES, request_values
from chipwright.core.source_references import Box, SourceReference
from chipwright.tests.bad_inputs.row import fits
from chipwright.tests.bad_inputs.texts import TEXTS, BadText

ADDRESS = "https://host.example/arcgis/rest/services/System/RasterAnalysisTools/GPServer"
TASK = f"{ADDRESS}/ExportTrainingDataforDeepLearning/submitJob?"
IMAGE = "https://host.example/server/rest/services/land/ImageServer"
AS_PRINTED = (
    f'inputRaster={{"url":"{IMAGE}"}}'
    '&outputLocation={"itemProperties":{"name":"rooftops"}}'
    '&inputClassData={"itemId":"8cfbd3ec25584d0d8fed23b8ff7c43b"}'
    '&chipFormat=TIFFtileSize={"x":256,"y":256}'
    '&strideSize={"x":128,"y":64}'
    "&metadataFormat=KITTI_rectangles"
    '&classValueField={"Classvalue"}'
    "&bufferRadius=0&inputMaskPolygons=&rotationAngle=0"
    "&referenceSystem=MAP_SPACE&processAllRasterItems=false"
    '&context={"cellSize":0.5,"exportAllTiles":false,"startIndex":3,"parallelProcessingFactor":"50%",'
    '"extent":{"xmin":1,"ymin":2,"xmax":3,"ymax":4,"spatialReference":{"wkid":102100,"latestWkid":3857}}}'
    "&f=json&token=abc"
)
MEANT = {
    "inputRaster": SourceReference(url=IMAGE),
    "outputLocation": "",
    "inputClassData": SourceReference(item_id="8cfbd3ec25584d0d8fed23b8ff7c43b"),
    "chipFormat": "TIFF",
    "tileSizeX": 256,
    "tileSizeY": 256,
    "strideSizeX": 128,
    "strideSizeY": 64,
    "metadataFormat": "KITTI_rectangles",
    "classValueField": "Classvalue",
    "bufferRadius": 0.0,
    "rotationAngle": 0.0,
    "referenceSystem": "MAP_SPACE",
    "processAllRasterItems": False,
    "cellSize": 0.5,
    "exportAllTiles": False,
    "startIndex": 3,
    "parallelProcessingFactor": "50%",
    "extent": Box(1, 2, 3, 4, "EPSG:3857"),
    "f": "json",
}


# The same request in every form


def broken_into_lines(text: str) -> str:
    return text.replace("&", "\n  &")


def with_ampersand(text: str) -> str:
    return text.replace("TIFFtileSize", "TIFF&tileSize")


def percent_encoded(text: str) -> str:
    parts = (part.partition("=") for part in with_ampersand(text).split("&"))
    return "&".join(f"{name}={quote(value, safe='')}" for name, _, value in parts)


def as_a_browser_shows_it(text: str) -> str:
    """Which encodes quotes, but no brackets."""
    return text.replace('"', "%22")


def as_lines_alone(text: str) -> str:
    return with_ampersand(text).replace("&", "\n")


@pytest.mark.parametrize(
    "form",
    [
        str,
        broken_into_lines,
        with_ampersand,
        percent_encoded,
        as_a_browser_shows_it,
        as_lines_alone,
    ],
)
@pytest.mark.parametrize("address", ["", TASK, "/submitJob?", "\ufeff"])
def test_a_sample_means_the_same_in_every_form(form: Any, address: str) -> None:
    assert request_values(address + form(AS_PRINTED)) == MEANT


@pytest.mark.parametrize(
    ("together", "apart"),
    [
        ("chipFormat=PNGmetadataFormat=COCO", "chipFormat=PNG&metadataFormat=COCO"),
        ("bufferRadius=2.5rotationAngle=60f=json", "bufferRadius=2.5&rotationAngle=60&f=json"),
        ("fixChipSize=falsestartIndex=7", "fixChipSize=false&startIndex=7"),
        ('classValueField={"a"}bufferRadius=1', "classValueField=a&bufferRadius=1"),
        (
            "outputLocation=/data/chips\nchipFormat=JPEG",
            "outputLocation=/data/chips&chipFormat=JPEG",
        ),
    ],
)
def test_parameters_that_run_together_are_told_apart(together: str, apart: str) -> None:
    assert request_values(together) == request_values(apart)


@pytest.mark.parametrize("path", ["/data/f=json", "/data/shelf=1", "/data/seed=3", "/a/split=b"])
def test_a_path_is_not_cut_where_it_looks_like_a_parameter(path: str) -> None:
    assert request_values(f"outputLocation={path}&f=json")["outputLocation"] == path


def test_an_ampersand_within_json_belongs_to_its_value() -> None:
    values = request_values('inputRaster={"url":"https://h.example/a?b=1&c={2}"}&seed=4')
    assert values == {
        "inputRaster": SourceReference(url="https://h.example/a?b=1&c={2}"),
        "seed": 4,
    }


def test_what_is_printed_is_not_decoded_within_json() -> None:
    values = request_values('inputRaster={"url":"https://h.example/My%20Land/ImageServer"}')
    assert values["inputRaster"].url.endswith("My%20Land/ImageServer")


def test_a_query_is_decoded() -> None:
    assert request_values("outputLocation=/a+b%2Bc") == {"outputLocation": "/a b+c"}


def test_a_query_that_nobody_encoded_is_not_decoded() -> None:
    printed = 'outputLocation=/a+b%2Bc&classValueField={"kind"}'
    assert request_values(printed)["outputLocation"] == "/a+b%2Bc"


# Values


@pytest.mark.parametrize(
    ("given_value", "meant"),
    [
        ({"itemId": "ab1"}, SourceReference(item_id="ab1")),
        ({"url": IMAGE, "itemId": "ab1"}, SourceReference(item_id="ab1")),
        ({"url": IMAGE}, SourceReference(url=IMAGE)),
        ({"url": IMAGE, "serviceToken": "secret"}, SourceReference(url=IMAGE)),
        ({"url": "/data/a.tif"}, SourceReference(uri="/data/a.tif")),
        ({"uri": "trees"}, SourceReference(uri="trees")),
        ({"uri": "s3://bucket/a.tif"}, SourceReference(url="s3://bucket/a.tif")),
        ("C:/data/a.tif", SourceReference(uri="C:/data/a.tif")),
        (
            "/vsicurl/https://h.example/a.tif",
            SourceReference(uri="/vsicurl/https://h.example/a.tif"),
        ),
        ("https://h.example/a.tif", SourceReference(url="https://h.example/a.tif")),
        (
            {
                "serviceProperties": {"name": "t", "serviceUrl": IMAGE},
                "itemProperties": {"itemId": "ab1", "folderId": "f"},
            },
            SourceReference(item_id="ab1"),
        ),
        ({"serviceProperties": {"serviceUrl": IMAGE}}, SourceReference(url=IMAGE)),
    ],
)
def test_a_source_is_told_by_its_kind(given_value: Any, meant: SourceReference) -> None:
    assert request_values(json.dumps({"inputRaster": given_value})) == {"inputRaster": meant}


def test_several_images_come_in_their_order() -> None:
    items = ["a.tif", {"url": IMAGE}]
    expected = [SourceReference(uri="a.tif"), SourceReference(url=IMAGE)]
    assert request_values(json.dumps({"rasterItems": items}))["rasterItems"] == expected
    assert request_values(f"rasterItems=a.tif;{IMAGE}")["rasterItems"] == expected


@pytest.mark.parametrize(
    ("reference", "crs"),
    [
        ({"wkid": 32633}, "EPSG:32633"),
        ({"wkid": 102100, "latestWkid": 3857}, "EPSG:3857"),
        ({"wkid": 102039}, "ESRI:102039"),
        ({"wkt": "LOCAL"}, "LOCAL"),
        (None, ""),
    ],
)
def test_an_extent_has_its_coordinate_system(reference: Any, crs: str) -> None:
    extent = {"xmin": 1, "ymin": "2", "xmax": 3, "ymax": 4.5, "spatialReference": reference}
    assert request_values(json.dumps({"extent": extent})) == {"extent": Box(1, 2, 3, 4.5, crs)}


@pytest.mark.parametrize(
    ("location", "meant"),
    [
        ("/data/chips", "/data/chips"),
        ('{"/fileShares/a/chips"}', "/fileShares/a/chips"),
        ('{"uri":"/data/chips"}', "/data/chips"),
        ('{"itemProperties":{"name":"rooftops"}}', ""),
    ],
)
def test_a_location_is_a_folder_or_none(location: str, meant: str) -> None:
    assert request_values(f"outputLocation={location}") == {"outputLocation": meant}


def test_every_parameter_of_the_export_can_be_written_down() -> None:
    fields = {parameter_name(name) for name in ExportRequest.__dataclass_fields__}
    assert fields <= set(NAMES)


# Refusals


@pytest.mark.parametrize("row", TEXTS, ids=lambda row: row.name)
def test_what_cannot_be_read_is_answered_by_its_sentence(row: BadText) -> None:
    with pytest.raises(InvalidRequest) as caught:
        request_values(row.text)
    assert fits(str(caught.value), row.says)


def test_a_long_value_is_not_repeated_in_full() -> None:
    with pytest.raises(InvalidRequest) as error:
        request_values("chipFormat=" + "x" * 100_000)
    assert len(str(error.value)) < 200


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        request_values(text)
    except InvalidRequest as error:
        assert str(error)


# Round trips


words = st.text(min_size=1).map(str.strip).filter(bool)
paths = words.map(lambda word: "/data/" + word)
numbers = st.floats(allow_nan=False, allow_infinity=False)
sizes = st.fixed_dictionaries({"x": st.integers(1, 9999), "y": st.integers(1, 9999)})
sources = st.one_of(
    st.fixed_dictionaries({"uri": paths}),
    st.fixed_dictionaries({"itemId": st.from_regex(r"[0-9a-f]{32}", fullmatch=True)}),
    words.map(lambda word: {"url": "https://h.example/" + word}),
)
requests = st.fixed_dictionaries(
    {},
    optional={
        "inputRaster": sources,
        "inputClassData": sources,
        "rasterItems": st.lists(sources, min_size=1, max_size=3),
        "outputLocation": paths,
        "chipFormat": st.sampled_from(CHIP_FORMATS),
        "tileSize": sizes,
        "strideSize": sizes,
        "metadataFormat": st.sampled_from(METADATA_FORMATS),
        "bufferRadius": numbers,
        "fixChipSize": st.booleans(),
        "seed": st.integers(0, 2**40),
        "bands": st.lists(st.integers(1, 9), min_size=1),
        "context": st.fixed_dictionaries(
            {}, optional={"cellSize": numbers, "exportAllTiles": st.booleans()}
        ),
    },
)


def as_query(request: dict[str, Any]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in request.items()
    }


@given(requests.filter(bool))
def test_json_and_an_encoded_query_mean_the_same(request: dict[str, Any]) -> None:
    assert request_values(urlencode(as_query(request))) == request_values(json.dumps(request))


@given(requests.filter(bool))
def test_json_and_a_printed_query_mean_the_same(request: dict[str, Any]) -> None:
    """Where there is JSON, so that it is seen to be printed; but for folders with an ampersand."""
    plain = {"tileSize": {"x": 1}, **request, "outputLocation": "/data/a+b%20c"}
    text = "&".join(f"{name}={value}" for name, value in as_query(plain).items())
    assert request_values(text) == request_values(json.dumps(plain))
