"""`make bench-scaling`: whether cost and memory stay the same when everything grows."""

from __future__ import annotations

import argparse
import math
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from chipwright.core.grid import Size
from chipwright.core.request import ExportRequest, FeatureSource, RasterSource

from .bars import Memory, at_most, megabytes
from .growing import CLOCKS, Experiment, show
from .growth import FLAT, flatness, growth_of
from .measuring import warm_memory, work_folder
from .reference import largest_strip, run_seen
from .scaling_sources import empty_raster, squares
from .table import Column, Report, Table

TILE = 64
CHIPS = (1_024, 10_000, 99_856, 1_000_000)
"""Squares of whole numbers: as many chips across as down."""
FEATURES = (1_000, 10_000, 100_000, 1_000_000)
FEATURES_PER_CHIP = 10
WARM_BYTES = 10 << 30
RASTER_SIDES = (16_384, 20_480, 40_960)
"""Large enough that all are exported by processes; the largest makes chips of 5 GB."""
LARGE_TILE = 256
MEMORY = Table(
    [
        Column("raster", 15, is_text=True),
        Column("strip", 6),
        Column("peak", 7),
        Column("bar", 8),
        Column("", 11, is_text=True),
    ]
)


def main() -> None:
    """Measure three kinds of growth: chips, features, the raster."""
    parser = argparse.ArgumentParser(prog="make bench-scaling", description=__doc__)
    parser.add_argument("--most", type=int, default=CHIPS[-1], help="chips and features at most")
    parser.add_argument("--markdown", type=Path, help="a file for the tables, seen from build/")
    arguments = parser.parse_args()
    report = Report()
    warm_memory(WARM_BYTES)
    with work_folder() as folder:
        more_chips([it for it in CHIPS if it <= arguments.most], folder, report)
        more_features([it for it in FEATURES if it <= arguments.most], folder, report)
        sides = [it for it in RASTER_SIDES if (it // LARGE_TILE) ** 2 <= arguments.most]
        larger_rasters(sides, folder, report)
    if arguments.markdown:
        arguments.markdown.write_text(report.markdown(), "utf-8")


def more_chips(counts: Sequence[int], folder: Path, report: Report) -> None:
    """Chips of 64 pixels side by side, without labels."""

    def request(chips: int) -> ExportRequest:
        image = empty_raster(folder / f"{chips}.tif", TILE * math.isqrt(chips))
        return _request(image, folder / "out")

    report.say(
        f"Up to {counts[-1]:,} chips: Export_Tiles, {TILE} pixels, one band, off an empty raster. "
        + CLOCKS
    )
    growth = Experiment(request, folder / "out").growth(counts)
    show(growth, report)
    report.say(f"A chip costs the same within {FLAT:.0%} of the median: {flatness(growth.costs)}.")


def more_features(counts: Sequence[int], folder: Path, report: Report) -> None:
    """More and more features, as close together everywhere, and the chips that they lie on."""

    def request(features: int) -> ExportRequest:
        side = TILE * max(1, math.isqrt(features // FEATURES_PER_CHIP))
        image = empty_raster(folder / f"{features}.tif", side)
        labels = squares(folder / f"{features}.gpkg", features, side)
        return _request(image, folder / "out", labels)

    report.say(
        f"Up to {counts[-1]:,} features, {FEATURES_PER_CHIP} for each chip: PASCAL_VOC_rectangles. "
        f"A feature costs with its share of a chip. {CLOCKS}"
    )
    growth = Experiment(request, folder / "out").growth(counts)
    show(growth, report)
    report.say(
        f"A feature costs the same within {FLAT:.0%} of the median: {flatness(growth.costs)}."
    )


def larger_rasters(sides: Sequence[int], folder: Path, report: Report) -> None:
    """Larger and larger rasters of 3 bands, whole."""
    report.say(
        "Peak memory over chips of 256 pixels side by side, 3 bands, two workers, off an empty "
        "raster."
    )
    report.begin(MEMORY)
    peaks = []
    for side in sides:
        image = empty_raster(folder / "image.tif", side, bands=3)
        memory = _memory_on(image, folder / "out")
        peaks.append(memory.peak)
        sizes = [megabytes(it) for it in (memory.strip, memory.peak, memory.bar)]
        report.row([f"{side} × {side}", *sizes, at_most(memory.peak, memory.bar)])
    report.say(f"Peak memory grows by {FLAT:.0%} at most: {growth_of(peaks)}.")


def _memory_on(image: Path, folder: Path) -> Memory:
    request = ExportRequest(
        RasterSource(str(image)),
        str(folder),
        stride_size=Size(LARGE_TILE, LARGE_TILE),
        metadata_format="Export_Tiles",
        parallel_processing_factor="2",
    )
    strip = largest_strip(request)
    peak = run_seen(request).peak
    shutil.rmtree(folder)
    return Memory(peak, strip)


def _request(image: Path, folder: Path, labels: Optional[Path] = None) -> ExportRequest:
    return ExportRequest(
        RasterSource(str(image)),
        str(folder),
        None if labels is None else FeatureSource(str(labels)),
        tile_size=Size(TILE, TILE),
        stride_size=Size(TILE, TILE),
        metadata_format="Export_Tiles" if labels is None else "PASCAL_VOC_rectangles",
        class_value_field="" if labels is None else "classvalue",
        parallel_processing_factor="1",
    )


if __name__ == "__main__":
    main()
