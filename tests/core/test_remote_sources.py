from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from osgeo import gdal

from chipwright.core.export import export
from chipwright.core.grid import PixelGrid
from chipwright.core.request import ExportRequest, Extent, RasterSource, Size
from chipwright.tests.core.exporting import chip_request
from chipwright.tests.core.made_sources import GEOTRANSFORM, UTM, random_pixels
from chipwright.tests.core.making import crs, write_raster
from chipwright.tests.serving import FetchedBlocks, FileServer, fetched_blocks

COLUMNS, ROWS = 640, 1100
PIECE = 16 << 10
"""What GDAL fetches at least."""
TILED = ("TILED=YES", "BLOCKXSIZE=128", "BLOCKYSIZE=128", "COMPRESS=DEFLATE")
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
    assert (found.fetched, found.twice, found.bytes_twice) == (found.all, 0, 0)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_block_is_fetched_twice_however_it_is_stored(
    server: FileServer, tmp_path: Path, layout: str
) -> None:
    image_file(server.folder / "image.tif", noise(data_type="uint16"), LAYOUTS[layout])
    export(remote_request(server, "image.tif", tmp_path / "out", stride_size=Size(24, 24)))
    found = fetched(server, "image.tif")
    assert (found.fetched, found.twice) == (found.all, 0)
    # of a block in which a read begins or ends, GDAL may fetch that piece again
    pieces = len(server.sent("image.tif")) if layout == "band by band" else 0
    assert found.bytes_twice <= pieces * PIECE


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
        assert found.bytes_twice <= PIECE, name  # the header, of which the data had taken the room


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
        assert found.bytes_twice <= PIECE, name  # the header, of which the data had taken the room


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
        assert found.bytes_twice <= PIECE, name  # the header, of which the data had taken the room
