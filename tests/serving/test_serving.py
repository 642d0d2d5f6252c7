from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

from chipwright.tests.core.making import write_raster
from chipwright.tests.serving import Answer, FetchedBlocks, FileServer, fetched_blocks
from chipwright.tests.serving.blocks import tiff_blocks

CONTENT = bytes(range(100))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FileServer]:
    (tmp_path / "a.bin").write_bytes(CONTENT)
    with FileServer(tmp_path) as running:
        yield running


def fetch(server: FileServer, name: str, asked: str = "", method: str = "GET") -> tuple[int, bytes]:
    headers = {"Range": asked} if asked else {}
    request = urllib.request.Request(f"{server.address}/{name}", headers=headers, method=method)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_a_whole_file_is_sent(server: FileServer) -> None:
    assert fetch(server, "a.bin") == (200, CONTENT)
    assert server.answers == [Answer("GET", "a.bin", 200, 0, 100)]


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [("bytes=10-19", 10, 20), ("bytes=90-", 90, 100), ("bytes=90-500", 90, 100)],
)
def test_a_range_is_sent(server: FileServer, asked: str, first: int, end: int) -> None:
    assert fetch(server, "a.bin", asked) == (206, CONTENT[first:end])
    assert server.answers == [Answer("GET", "a.bin", 206, first, end)]


def test_a_range_behind_the_end_is_refused(server: FileServer) -> None:
    assert fetch(server, "a.bin", "bytes=100-200") == (416, b"")


def test_a_head_sends_nothing(server: FileServer) -> None:
    assert fetch(server, "a.bin", method="HEAD") == (200, b"")
    assert server.sent("a.bin") == []


def test_what_is_not_there_is_not_found(server: FileServer) -> None:
    assert fetch(server, "b.bin")[0] == 404


def test_what_is_to_fail_fails(server: FileServer) -> None:
    server.failures = lambda _name, first: 503 if first >= 50 else 0
    answers = fetch(server, "a.bin", "bytes=0-9")[0], fetch(server, "a.bin", "bytes=50-59")[0]
    assert answers == (206, 503)


def tiff(path: Path) -> list[tuple[int, int]]:
    pixels = np.random.default_rng(0).integers(0, 255, (1, 128, 256), np.uint8)
    write_raster(path, pixels, options=("TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64"))
    return list(tiff_blocks(path))


def test_blocks_lie_where_their_bytes_are(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    first, end = tiff(path)[1]
    expected = gdal.Open(str(path)).ReadAsArray(64, 0, 64, 64)
    assert path.read_bytes()[first:end] == expected.tobytes()


def test_blocks_are_counted(tmp_path: Path) -> None:
    blocks = tiff(tmp_path / "a.tif")
    (first, end), (other_first, other_end) = blocks[2], blocks[5]
    ranges = [(first, end), (first, end), (other_first, other_end), (other_first, other_end - 10)]
    answers = [Answer("GET", "a.tif", 206, *each) for each in ranges]
    size = end - first
    assert fetched_blocks(tmp_path / "a.tif", answers) == FetchedBlocks(
        all=8, fetched=2, twice=1, bytes_twice=2 * size - 10
    )
