from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from numpy.typing import NDArray
from osgeo import gdal

from chipwright.core.errors import InvalidRequest, UnreadableSource
from chipwright.core.export import export
from chipwright.core.gdal_errors import GdalFailure, open_raster
from chipwright.core.grid import PixelGrid
from chipwright.core.remote_sources import FILES, NETWORK, THREADS, is_remote, remote_settings
from chipwright.core.request import ExportRequest, Extent, RasterSource, Size
from chipwright.tests.core.exporting import chip_request
from chipwright.tests.core.made_sources import GEOTRANSFORM, UTM, random_pixels
from chipwright.tests.core.making import crs, write_raster
from chipwright.tests.serving import FetchedBlocks, FileServer, fetched_blocks

COLUMNS, ROWS = 640, 1100
PIECE = 16 << 10
"""What GDAL fetches at least."""
TILED = ("TILED=YES", "BLOCKXSIZE=128", "BLOCKYSIZE=128", "COMPRESS=DEFLATE")
LARGE_CHIPS: dict[str, Any] = {
    "tile_size": Size(128, 128),
    "stride_size": Size(128, 128),
    "edge_policy": "shift",
}
COG = ["COMPRESS=DEFLATE", "BLOCKSIZE=128"]
LAYOUTS = {
    "tiled": (*TILED, "INTERLEAVE=PIXEL"),
    "band by band": (*TILED, "INTERLEAVE=BAND"),
    "striped": ("COMPRESS=DEFLATE", "INTERLEAVE=PIXEL"),
    "striped, not compressed": ("INTERLEAVE=PIXEL",),
}


def image_file(
    path: Path, pixels: NDArray[Any], options: Sequence[str] = LAYOUTS["tiled"], left: int = 0
) -> Path:
    """A GeoTIFF so many pixels to the right of others."""
    _, rows, columns = pixels.shape
    grid = PixelGrid(columns, rows, GEOTRANSFORM, crs(UTM)).crop(left, 0, columns, rows)
    return Path(write_raster(path, pixels, grid, options=options))


def cog_file(path: Path, pixels: NDArray[Any]) -> None:
    plain = gdal.Open(str(image_file(path.with_name("plain.tif"), pixels)))
    gdal.GetDriverByName("COG").CreateCopy(str(path), plain, options=COG)


def masked_cog(path: Path, pixels: NDArray[Any]) -> None:
    """A cloud-optimised GeoTIFF with a mask, each block of which lies beside that of the image."""
    plain = gdal.Open(str(image_file(path.with_name("plain.tif"), pixels)))
    with configured("GDAL_TIFF_INTERNAL_MASK", "YES"):
        masked = gdal.GetDriverByName("MEM").CreateCopy("", plain)
        masked.CreateMaskBand(gdal.GMF_PER_DATASET)
        masked.GetRasterBand(1).GetMaskBand().WriteArray(
            np.eye(ROWS, COLUMNS, dtype=np.uint8) * 255
        )
    gdal.GetDriverByName("COG").CreateCopy(str(path), masked, options=COG)


@contextmanager
def configured(name: str, value: str) -> Iterator[None]:
    """A setting of the user."""
    gdal.SetConfigOption(name, value)
    try:
        yield
    finally:
        gdal.SetConfigOption(name, None)


def noise(bands: int = 3, seed: int = 0, data_type: str = "uint8") -> NDArray[Any]:
    return random_pixels((bands, ROWS, COLUMNS), data_type, seed)


@pytest.fixture(autouse=True)
def nothing_is_known_beforehand() -> Iterator[None]:
    gdal.VSICurlClearCache()
    yield


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FileServer]:
    (tmp_path / "web").mkdir()
    with FileServer(tmp_path / "web") as running:
        yield running


def remote_request(server: FileServer, name: str, folder: Path, **settings: Any) -> ExportRequest:
    return replace(
        chip_request(Path(name), folder, **settings),
        input_raster=RasterSource(server.path(name)),
    )


def fetched(server: FileServer, name: str) -> FetchedBlocks:
    return fetched_blocks(server.folder / name, server.sent(name))


def at_ends_of_reads(server: FileServer, name: str) -> int:
    """Bytes that GDAL may fetch again: of the piece in which a read begins or ends, or the header."""
    return len(server.sent(name)) * PIECE


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


WAYS: dict[str, dict[str, Any]] = {
    "side by side": {},
    "overlapping": {"stride_size": Size(24, 24)},
    "in parts": {"split": "0.8/0.2"},
    "in parts, with data": {"split": "0.8/0.2", "max_nodata_ratio": 0.5},
    "stretched": {"pixel_scaling": "percentile"},
    "turned": {"rotation_angle": 120.0},
    "filled up": {"edge_policy": "pad"},
    "with larger pixels": {"cell_size": 1.0},
}


@pytest.mark.parametrize("way", WAYS)
def test_no_block_is_fetched_twice_however_chips_are_cut(
    server: FileServer, tmp_path: Path, way: str
) -> None:
    image_file(server.folder / "image.tif", noise(data_type="uint16"))
    export(remote_request(server, "image.tif", tmp_path / "out", **WAYS[way]))
    found = fetched(server, "image.tif")
    assert (found.fetched, found.twice) == (found.all, 0)
    assert found.bytes_twice <= at_ends_of_reads(server, "image.tif")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_block_is_fetched_twice_however_it_is_stored(
    server: FileServer, tmp_path: Path, layout: str
) -> None:
    image_file(server.folder / "image.tif", noise(data_type="uint16"), LAYOUTS[layout])
    export(
        remote_request(
            server, "image.tif", tmp_path / "out", edge_policy="shift", stride_size=Size(24, 24)
        )
    )
    found = fetched(server, "image.tif")
    assert (found.fetched, found.twice) == (found.all, 0)
    assert found.bytes_twice <= at_ends_of_reads(server, "image.tif")


def test_an_extent_is_fetched_alone(server: FileServer, tmp_path: Path) -> None:
    image_file(server.folder / "image.tif", noise())
    left, top, pixel = GEOTRANSFORM[0], GEOTRANSFORM[3], GEOTRANSFORM[1]
    extent = Extent(left + 130 * pixel, top - 500 * pixel, left + 380 * pixel, top - 260 * pixel)
    export(remote_request(server, "image.tif", tmp_path / "out", extent=extent))
    found = fetched(server, "image.tif")
    assert (found.fetched, found.twice) == (4, 0)
    assert found.bytes_twice <= PIECE  # the first block begins in the piece that holds the header


@pytest.mark.parametrize("data_type", ["uint8", "uint16"])
@pytest.mark.parametrize(
    "settings", [{}, {"split": "0.8/0.2"}, {"negative_ratio": 0.5}], ids=["all", "split", "ratio"]
)
def test_no_block_of_a_classified_raster_is_fetched_twice(
    server: FileServer, tmp_path: Path, data_type: str, settings: dict[str, Any]
) -> None:
    image_file(server.folder / "image.tif", noise())
    cog_file(server.folder / "classes.tif", (noise(1) % 3).astype(data_type))
    labels = RasterSource(server.path("classes.tif"))
    given = {"metadata_format": "Classified_Tiles", "input_class_data": labels, **settings}
    export(remote_request(server, "image.tif", tmp_path / "out", **given))
    for name in ("image.tif", "classes.tif"):
        found = fetched(server, name)
        assert (found.fetched, found.twice) == (found.all, 0), name
        assert found.bytes_twice <= at_ends_of_reads(server, name), name


@pytest.mark.parametrize("metadata_format", ["Export_Tiles", "CycleGAN"])
def test_no_block_of_a_second_image_is_fetched_twice(
    server: FileServer, tmp_path: Path, metadata_format: str
) -> None:
    for seed, name in enumerate(("image.tif", "other.tif")):
        image_file(server.folder / name, noise(seed=seed))
    given = {
        "metadata_format": metadata_format,
        "additional_input_raster": RasterSource(server.path("other.tif")),
    }
    export(remote_request(server, "image.tif", tmp_path / "out", **given))
    for name in ("image.tif", "other.tif"):
        found = fetched(server, name)
        assert (found.fetched, found.twice) == (found.all, 0), name
        assert found.bytes_twice <= at_ends_of_reads(server, name), name


def export_where_little_is_kept(request: ExportRequest) -> None:
    script = "import pickle, sys\nfrom chipwright.core.export import export\n"
    subprocess.run(
        [sys.executable, "-c", script + "export(pickle.load(sys.stdin.buffer))"],
        input=pickle.dumps(request),
        env={**os.environ, "CPL_VSIL_CURL_CACHE_SIZE": str(1 << 20)},
        check=True,
    )


def test_what_is_decoded_from_its_top_is_fetched_once(server: FileServer, tmp_path: Path) -> None:
    path = server.folder / "image.png"
    gdal.Translate(str(path), str(image_file(tmp_path / "image.tif", noise())), format="PNG")
    export_where_little_is_kept(remote_request(server, "image.png", tmp_path / "out"))
    sent = sum(answer.end - answer.first for answer in server.sent("image.png"))
    assert sent <= path.stat().st_size + 2 * PIECE


def test_no_block_of_a_second_image_is_fetched_twice_where_little_is_kept(
    server: FileServer, tmp_path: Path
) -> None:
    """GDAL keeps less than a strip; how much, it asks once in a process."""
    tall = random_pixels((3, 2 * ROWS, COLUMNS), "uint8", 0)
    names = ("image.tif", "other.tif")
    for name in names:
        image_file(server.folder / name, tall)
    second = RasterSource(server.path("other.tif"))
    request = remote_request(
        server, "image.tif", tmp_path / "out", additional_input_raster=second, **LARGE_CHIPS
    )
    export_where_little_is_kept(request)
    for name in names:
        found = fetched(server, name)
        assert (found.fetched, found.twice) == (found.all, 0), name
        assert found.bytes_twice <= at_ends_of_reads(server, name), name


def test_no_block_of_a_masked_image_is_fetched_twice(server: FileServer, tmp_path: Path) -> None:
    masked_cog(server.folder / "image.tif", noise())
    export(remote_request(server, "image.tif", tmp_path / "out", max_nodata_ratio=0.5))
    found = fetched(server, "image.tif")
    assert (found.fetched, found.twice, found.bytes_twice) == (found.all, 0, 0)


def test_no_block_of_a_mosaic_is_fetched_twice(server: FileServer, tmp_path: Path) -> None:
    names = ("left.tif", "right.tif")
    for seed, name in enumerate(names):
        image_file(server.folder / name, noise(seed=seed), left=seed * COLUMNS)
    right = RasterSource(server.path("right.tif"))
    export(remote_request(server, "left.tif", tmp_path / "out", raster_items=(right,)))
    for name in names:
        found = fetched(server, name)
        assert (found.fetched, found.twice) == (found.all, 0), name
        assert found.bytes_twice <= at_ends_of_reads(server, name), name


# Settings


def settings_in_effect() -> dict[str, Optional[str]]:
    return {name: gdal.GetConfigOption(name) for name in (*NETWORK, *FILES, *THREADS)}


def test_settings_hold_while_a_remote_source_is_read() -> None:
    before = settings_in_effect()
    with remote_settings("/vsicurl/https://example.org/a.tif"):
        assert settings_in_effect() == {**NETWORK, **FILES, **THREADS}
    assert settings_in_effect() == before


def test_settings_hold_in_their_thread_alone() -> None:
    before = settings_in_effect()
    with remote_settings("/vsis3/bucket/a.tif"), ThreadPoolExecutor(1) as other:
        assert other.submit(settings_in_effect).result() == before


def test_settings_end_with_an_error() -> None:
    before = settings_in_effect()
    with pytest.raises(OSError), remote_settings("/vsis3/bucket/a.tif"):
        raise OSError
    assert settings_in_effect() == before


def test_what_the_user_has_set_stays() -> None:
    with configured("GDAL_HTTP_MAX_RETRY", "7"), remote_settings("/vsis3/bucket/a.tif"):
        assert gdal.GetConfigOption("GDAL_HTTP_MAX_RETRY") == "7"


def test_what_the_user_has_set_for_a_thread_is_there_again() -> None:
    gdal.SetThreadLocalConfigOption("GDAL_NUM_THREADS", "3")
    try:
        with remote_settings("/vsis3/bucket/a.tif"):
            pass
        assert gdal.GetThreadLocalConfigOption("GDAL_NUM_THREADS") == "3"
    finally:
        gdal.SetThreadLocalConfigOption("GDAL_NUM_THREADS", None)


def test_how_local_files_are_opened_is_left_alone() -> None:
    with remote_settings("/maps/a.tif"):
        found = settings_in_effect()
    assert {name: found[name] for name in FILES} == dict.fromkeys(FILES)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/vsicurl/https://example.org/a.tif", True),
        ("/vsicurl?url=https%3A%2F%2Fexample.org%2Fa.tif", True),
        ("/vsis3/bucket/a.tif", True),
        ("/vsiaz_streaming/container/a.tif", True),
        ("/vsizip/{/vsigs/bucket/a.zip}/a.tif", True),
        ("https://example.org/a.tif", True),
        ("<VRTDataset><SourceFilename>/vsis3/b/a.tif</SourceFilename></VRTDataset>", True),
        ("/home/me/https/a.tif", False),
        ("/vsizip//maps/a.zip/a.tif", False),
        ("/vsimem/a.tif", False),
    ],
)
def test_what_is_remote(path: str, expected: bool) -> None:
    assert is_remote(path) is expected


COMPANIONS = ("", ".aux.xml", ".aux", ".AUX", ".msk", ".MSK", ".ovr", ".OVR", ".xml", ".XML")
"""GDAL 3.10 asks for the last two as well, 3.6 does not."""


def test_few_files_beside_a_raster_are_asked_for(server: FileServer, tmp_path: Path) -> None:
    image_file(server.folder / "image.tif", noise())
    export(remote_request(server, "image.tif", tmp_path / "out"))
    asked = {answer.name for answer in server.answers}
    assert asked <= {f"{name}{ending}" for name in ("image", "image.tif") for ending in COMPANIONS}


def test_the_folder_of_a_raster_is_not_listed(server: FileServer, tmp_path: Path) -> None:
    image_file(server.folder / "image.tif", noise())
    export(remote_request(server, "image.tif", tmp_path / "out"))
    assert "" not in {answer.name for answer in server.answers}


def test_the_header_is_fetched_once_however_often_a_raster_is_opened(server: FileServer) -> None:
    image_file(server.folder / "image.tif", noise())
    for _ in range(5):
        open_raster(server.path("image.tif"))
    assert [answer.size for answer in server.sent("image.tif")] == [PIECE]


def test_classes_have_the_names_in_a_file_beside_a_remote_raster(
    server: FileServer, tmp_path: Path
) -> None:
    path = image_file(server.folder / "classes.tif", noise(1) % 2 + 1)
    labels = RasterSource(server.path("classes.tif"))
    (server.folder / "classes.tif.aux.xml").write_text(
        "<PAMDataset><PAMRasterBand band='1'><CategoryNames><Category/><Category>water</Category>"
        "<Category>wood</Category></CategoryNames></PAMRasterBand></PAMDataset>"
    )
    given = {"metadata_format": "Classified_Tiles", "input_class_data": labels}
    manifest = export(chip_request(path, tmp_path / "out", **given))
    assert manifest.chip_count > 0
    assert '"water"' in (tmp_path / "out" / "esri_model_definition.emd").read_text()


# Answers that are none


def refused(path: str, folder: Path) -> str:
    with pytest.raises(InvalidRequest) as raised:
        export(replace(chip_request(Path("image.tif"), folder), input_raster=RasterSource(path)))
    assert raised.value.parameter == "inputRaster"
    return str(raised.value)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, "its server refuses access (HTTP 401)"),
        (403, "its server refuses access (HTTP 403)"),
        (404, "its server has no such file (HTTP 404); check the address"),
        (500, "its server has failed (HTTP 500); try again later"),
        (503, "its server has failed (HTTP 503); try again later"),
    ],
)
def test_a_refusal_names_the_parameter_the_address_and_what_to_do(
    tmp_path: Path, status: int, expected: str
) -> None:
    with configured("GDAL_HTTP_RETRY_DELAY", "0.01"):
        with FileServer(tmp_path, failures=lambda _name, _first: status) as server:
            message = refused(server.path("image.tif"), tmp_path / "out")
    assert message.startswith(f"inputRaster: '{server.path('image.tif')}' cannot be opened")
    assert expected in message


def test_a_host_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with FileServer(tmp_path) as server:
        path = server.path("image.tif")
    assert "its host does not answer; check the address" in refused(path, tmp_path / "out")


def test_a_web_page_is_no_raster(tmp_path: Path) -> None:
    page = b"<!DOCTYPE html><html><body>Log in</body></html>"
    with FileServer(tmp_path, pages={"image.tif": page}) as server:
        message = refused(server.path("image.tif"), tmp_path / "out")
    assert "a web page (of a viewer or a log-in?), not a raster" in message


def test_messages_hold_no_password_and_no_signature(tmp_path: Path) -> None:
    with FileServer(tmp_path) as server:
        path = server.path("image.tif").replace("127.", "me:secret@127.")
        message = refused(f"{path}?X-Amz-Signature=abc123", tmp_path / "out")
    assert server.address in message
    assert "secret" not in message and "abc123" not in message


def test_a_file_that_was_missing_can_be_opened_when_it_is_there(server: FileServer) -> None:
    with pytest.raises(GdalFailure):
        open_raster(server.path("image.tif"))
    image_file(server.folder / "image.tif", noise())
    assert open_raster(server.path("image.tif")).RasterXSize == COLUMNS


# Reads that fail


class Failing:
    """Fails requests for what lies behind a byte of a file, so many times each."""

    def __init__(self, behind: int, times: int, status: int = 503) -> None:
        self.behind, self.times, self.status = behind, times, status
        self.failed: Counter[int] = Counter()

    def __call__(self, _name: str, first: int) -> int:
        if first < self.behind or self.failed[first] >= self.times:
            return 0
        self.failed[first] += 1
        return self.status


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("side", [64, 256], ids=["all of it", "blocks apart from one another"])
def test_a_read_that_fails_for_a_while_is_tried_again(
    server: FileServer, tmp_path: Path, side: int, times: int
) -> None:
    tile = Size(side, side)
    local = image_file(server.folder / "image.tif", noise())
    failing = server.failures = Failing(PIECE, times)
    with configured("GDAL_HTTP_RETRY_DELAY", "0.01"):
        export(remote_request(server, "image.tif", tmp_path / "remote", tile_size=tile))
    export(chip_request(local, tmp_path / "local", tile_size=tile))
    assert failing.failed
    assert files_in(tmp_path / "remote") == files_in(tmp_path / "local")


def test_a_read_that_goes_on_failing_ends_the_export_with_the_address_and_keeps_the_chips(
    server: FileServer, tmp_path: Path
) -> None:
    image_file(server.folder / "image.tif", noise())
    server.failures = Failing(1_000_000, 1000)
    request = remote_request(server, "image.tif", tmp_path / "out")
    signed = RasterSource(f"{server.path('image.tif')}?signature=abc123")
    with configured("GDAL_HTTP_RETRY_DELAY", "0.01"):
        with pytest.raises(UnreadableSource, match=server.address) as raised:
            export(replace(request, input_raster=signed))
    kept = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert "existingOutput=resume" in str(raised.value)
    assert any(path.parent.name == "images" for path in kept)
    assert "abc123" not in str(raised.value)
    assert not any(b"abc123" in path.read_bytes() for path in kept)


def test_chips_of_a_remote_raster_are_those_of_the_file(server: FileServer, tmp_path: Path) -> None:
    local = image_file(server.folder / "image.tif", noise())
    export(remote_request(server, "image.tif", tmp_path / "remote", stride_size=Size(24, 24)))
    export(chip_request(local, tmp_path / "local", stride_size=Size(24, 24)))
    assert files_in(tmp_path / "remote") == files_in(tmp_path / "local")


def test_the_text_of_a_mosaic_is_looked_through_once(tmp_path: Path) -> None:
    """It may be long, and every chip asks."""
    text = f"<VRTDataset>{tmp_path}{' ' * 100_000}</VRTDataset>"
    before = is_remote.cache_info().misses
    for _ in range(50):
        with remote_settings(text):
            pass
    assert is_remote.cache_info().misses == before + 1
