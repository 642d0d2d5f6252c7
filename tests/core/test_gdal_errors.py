from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from osgeo import gdal, ogr, osr

from chipwright.core.gdal_errors import (
    GdalFailure,
    checked,
    gdal_messages,
    open_features,
    open_raster,
)
from chipwright.tests.core.making import (
    NORTH_UP,
    box,
    gdal_raising,
    random_pixels,
    write_layer,
    write_raster,
)

HOW_GDAL_FAILS = pytest.mark.parametrize("raising", [False, True], ids=["returns", "raises"])


def complain(level: int, text: str) -> None:
    gdal.Error(level, gdal.CPLE_AppDefined, text)


def test_warnings_and_errors_are_told_apart() -> None:
    with gdal_messages() as messages:
        complain(gdal.CE_Warning, "odd")
        complain(gdal.CE_Failure, "broken")
    assert (messages.warnings, messages.errors) == (["odd"], ["broken"])


def test_messages_are_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    with gdal_messages():
        complain(gdal.CE_Failure, "broken")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([], "GDAL gave no reason"),
        ([(gdal.CE_Warning, "odd")], "odd"),
        ([(gdal.CE_Failure, "first"), (gdal.CE_Failure, "last")], "last"),
        ([(gdal.CE_Failure, "broken"), (gdal.CE_Warning, "odd")], "broken"),
    ],
    ids=["silence", "a warning", "the last error", "an error before a warning"],
)
def test_the_last_error_is_the_most_telling(said: list[tuple[int, str]], expected: str) -> None:
    with gdal_messages() as messages:
        for level, text in said:
            complain(level, text)
    assert messages.last_error == expected


def test_messages_of_other_threads_are_theirs() -> None:
    with gdal_messages() as messages, ThreadPoolExecutor(1) as pool:

        def elsewhere() -> list[str]:
            with gdal_messages() as theirs:
                complain(gdal.CE_Failure, "elsewhere")
            return theirs.errors

        assert (pool.submit(elsewhere).result(), messages.errors) == (["elsewhere"], [])


def test_the_handler_before_is_restored() -> None:
    outer: list[str] = []
    gdal.PushErrorHandler(lambda _level, _number, text: outer.append(text))
    try:
        with gdal_messages():
            pass
        complain(gdal.CE_Failure, "broken")
    finally:
        gdal.PopErrorHandler()
    assert outer == ["broken"]


def test_the_handler_before_is_restored_after_an_error() -> None:
    outer: list[str] = []
    gdal.PushErrorHandler(lambda _level, _number, text: outer.append(text))
    try:
        with pytest.raises(KeyError), gdal_messages():
            raise KeyError
        complain(gdal.CE_Failure, "broken")
    finally:
        gdal.PopErrorHandler()
    assert outer == ["broken"]


def test_what_gdal_raises_becomes_a_failure() -> None:
    with pytest.raises(GdalFailure, match="broken"), gdal_messages():
        raise RuntimeError("broken")


def test_nothing_becomes_a_failure_with_the_last_error() -> None:
    with gdal_messages() as messages:
        complain(gdal.CE_Failure, "broken")
    with pytest.raises(GdalFailure, match="broken"):
        checked(None, messages)


@pytest.mark.parametrize("value", [0, "", [], False])
def test_what_is_something_comes_back(value: object) -> None:
    with gdal_messages() as messages:
        assert checked(value, messages) is value


@HOW_GDAL_FAILS
def test_a_raster_that_cannot_be_opened_is_a_failure(tmp_path: Path, raising: bool) -> None:
    with gdal_raising(raising), pytest.raises(GdalFailure, match="nothing of this name"):
        open_raster(str(tmp_path / "missing.tif"))


@HOW_GDAL_FAILS
def test_features_that_cannot_be_opened_are_a_failure(tmp_path: Path, raising: bool) -> None:
    with gdal_raising(raising), pytest.raises(GdalFailure, match="nothing of this name"):
        open_features(str(tmp_path / "missing.gpkg"))


@HOW_GDAL_FAILS
def test_a_vector_layer_is_no_raster(tmp_path: Path, raising: bool) -> None:
    path = write_layer(tmp_path / "it.gpkg", [box(0, 0, 1, 1)])
    with gdal_raising(raising), pytest.raises(GdalFailure):
        open_raster(path)


@HOW_GDAL_FAILS
def test_a_raster_is_no_vector_layer(tmp_path: Path, raising: bool) -> None:
    path = write_raster(tmp_path / "it.tif", random_pixels((1, 2, 2)), NORTH_UP)
    with gdal_raising(raising), pytest.raises(GdalFailure):
        open_features(path)


def test_whether_gdal_raises_is_left_as_it_was(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "it.tif", random_pixels((1, 2, 2)), NORTH_UP)
    before = [bool(module.GetUseExceptions()) for module in (gdal, ogr, osr)]
    open_raster(path)
    assert [bool(module.GetUseExceptions()) for module in (gdal, ogr, osr)] == before
