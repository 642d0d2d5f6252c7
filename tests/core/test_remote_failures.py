"""Web servers that fail in the middle of an export: tried again, told, gone on with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from osgeo import gdal

from chipwright.core import journal
from chipwright.core.errors import UnreadableSource
from chipwright.core.export import export
from chipwright.core.request import ExportRequest, RasterSource
from chipwright.tests.serving import FileServer
from chipwright.tests.serving.server import CUT, LOGIN

from .dataset_reading import contents
from .exporting import chip_request
from .test_remote_sources import configured, image_file, noise

LATER = 700_000
"""A byte behind the first strips."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A line in the journal for every batch; nothing known beforehand, and short pauses."""
    monkeypatch.setattr(journal, "CHIPS", 1)
    monkeypatch.setattr(journal, "SHARE", 0)
    gdal.VSICurlClearCache()
    with configured("GDAL_HTTP_RETRY_DELAY", "0.01"):
        yield


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FileServer]:
    (tmp_path / "web").mkdir()
    image_file(tmp_path / "web" / "image.tif", noise())
    with FileServer(tmp_path / "web") as running:
        yield running


@pytest.fixture
def asked(server: FileServer, tmp_path: Path) -> ExportRequest:
    local = chip_request(Path("image.tif"), tmp_path / "chips")
    return replace(local, input_raster=RasterSource(server.path("image.tif")))


def fail(server: FileServer, status: int, times: int, first: int = LATER) -> list[int]:
    """From some byte on, requests fail so often once one has come so far; where they did."""
    failed: list[int] = []

    def failing(name: str, begin: int) -> int:
        if name != "image.tif" or len(failed) >= times or (begin < LATER and not failed):
            return 0
        if begin < first:
            return 0
        failed.append(begin)
        return status

    server.failures = failing
    return failed


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_passes_is_waited_for(server: FileServer, asked: ExportRequest, status: int) -> None:
    failed = fail(server, status, times=2)
    export(asked)
    assert len(failed) == 2


@pytest.mark.parametrize(
    ("status", "first", "said"),
    [
        (429, LATER, "its server is asked too often (HTTP 429); try again later."),
        (500, LATER, "its server has failed (HTTP 500); try again later."),
        (503, LATER, "its server has failed (HTTP 503); try again later."),
        (403, 0, "its server refuses access (HTTP 403); the address may have expired"),
        (404, 0, "its server has no such file (HTTP 404); check the address."),
        (403, LATER, "its server does not give all of it"),
        (CUT, LATER, "its server does not give all of it"),
        (LOGIN, LATER, "its server does not give all of it"),
    ],
)
def test_what_does_not_pass_is_told_and_gone_on_with(
    server: FileServer, asked: ExportRequest, tmp_path: Path, status: int, first: int, said: str
) -> None:
    """Of a token that has expired GDAL says nothing, so the server is asked once more."""
    fail(server, status, times=99, first=first)
    with pytest.raises(UnreadableSource) as caught:
        export(asked)
    message = str(caught.value)
    assert message.startswith(f"inputRaster: '{server.path('image.tif')}' cannot be read: {said}")
    assert "chips are kept: run it again with existingOutput=resume" in message
    server.failures = lambda _name, _first: 0
    export(replace(asked, existing_output="resume"))
    export(replace(asked, output_location=str(tmp_path / "whole")))
    assert contents(tmp_path / "chips") == contents(tmp_path / "whole")
