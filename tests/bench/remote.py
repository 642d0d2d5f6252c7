"""How an export of a raster on a web server compares with that of the file.

    python3 -m chipwright.tests.bench.remote

A cloud-optimised GeoTIFF is served on the loopback interface, each request 20 ms late.
"""

from __future__ import annotations

import argparse
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from osgeo import gdal, osr

from chipwright.core.export import export
from chipwright.core.request import ExportRequest, RasterSource, Size

from ..serving import FetchedBlocks, FileServer, fetched_blocks

LATENCY = 0.02
NAME = "image.tif"
BLOCK_COUNT_ERROR = "Blocks were fetched twice."
HEADER = (
    f"{'export':<22}{'local s':>9}{'remote s':>10}{'ratio':>7}{'requests':>10}{'MB':>8}"
    f"{'blocks':>8}{'twice':>7}{'MB twice':>10}"
)
JOBS: dict[str, dict[str, Any]] = {
    "chips": {},
    "split, 2 passes": {"split": "0.8/0.2", "max_nodata_ratio": 0.5},
    "stretched, 3 passes": {"pixel_scaling": "percentile"},
}


@dataclass(frozen=True)
class Measured:
    """Seconds, and what was asked of the server."""

    local: float
    remote: float
    requests: int
    sent_bytes: int
    blocks: FetchedBlocks


def main() -> None:
    """Measure all jobs; a block that is fetched twice makes it fail."""
    arguments = _arguments()
    with TemporaryDirectory(prefix="chipwright-bench-") as name:
        folder = Path(name)
        make_image(folder / NAME, arguments.side, arguments.block)
        size = (folder / NAME).stat().st_size / 1e6
        print(
            f"COG {arguments.side} × {arguments.side}, 3 bands, DEFLATE, blocks of "
            f"{arguments.block}, with overviews {size:.0f} MB; {arguments.latency * 1000:g} ms\n"
        )
        print(HEADER, flush=True)
        twice = 0
        for job, settings in JOBS.items():
            found = measured(folder, settings, arguments.latency)
            print(row(job, found), flush=True)
            twice += found.blocks.twice
    if twice:
        raise SystemExit(BLOCK_COUNT_ERROR)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=4096)
    parser.add_argument("--block", type=int, default=512)
    parser.add_argument("--latency", type=float, default=LATENCY, help="seconds")
    return parser.parse_args()


def make_image(path: Path, side: int, block: int) -> None:
    """A cloud-optimised GeoTIFF with overviews, half as large compressed."""
    values = np.random.default_rng(1)
    ramp = np.linspace(0, 200, side).astype(np.uint8)
    image = gdal.GetDriverByName("MEM").Create("", side, side, 3)
    for band in range(1, 4):
        noise = values.integers(0, 40, (side, side), np.uint8)
        image.GetRasterBand(band).WriteArray(noise + ramp[:, None])
    system = osr.SpatialReference()
    system.ImportFromEPSG(32633)
    image.SetProjection(system.ExportToWkt())
    image.SetGeoTransform((500_000.0, 0.5, 0.0, 5_400_000.0, 0.0, -0.5))
    options = ["COMPRESS=DEFLATE", f"BLOCKSIZE={block}", "LEVEL=1"]
    gdal.GetDriverByName("COG").CreateCopy(str(path), image, options=options)


def measured(folder: Path, settings: dict[str, Any], latency: float) -> Measured:
    """An export of the file, and one of the same file over HTTP, of which nothing is known yet."""
    local = min(_seconds(str(folder / NAME), folder / "out", settings) for _ in range(2))
    gdal.VSICurlClearCache()
    with FileServer(folder, latency) as server:
        remote = _seconds(server.path(NAME), folder / "out", settings)
        sent = server.sent(NAME)
        return Measured(
            local,
            remote,
            len(server.answers),
            sum(answer.size for answer in sent),
            fetched_blocks(folder / NAME, sent),
        )


def _seconds(path: str, folder: Path, settings: dict[str, Any]) -> float:
    request = ExportRequest(
        RasterSource(path),
        str(folder),
        metadata_format="Export_Tiles",
        tile_size=Size(256, 256),
        stride_size=Size(128, 128),
        **settings,
    )
    start = time.perf_counter()
    export(request)
    seconds = time.perf_counter() - start
    shutil.rmtree(folder)
    return seconds


def row(job: str, found: Measured) -> str:
    """A line of the table."""
    blocks = found.blocks
    return (
        f"{job:<22}{found.local:>9.2f}{found.remote:>10.2f}{found.remote / found.local:>7.2f}"
        f"{found.requests:>10}{found.sent_bytes / 1e6:>8.1f}{blocks.fetched:>8}{blocks.twice:>7}"
        f"{blocks.bytes_twice / 1e6:>10.3f}"
    )


if __name__ == "__main__":
    main()
