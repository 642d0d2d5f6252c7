"""Whether memory stays bounded however much there is: a vast raster, very many features."""

from __future__ import annotations

import json
import pickle
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from osgeo import gdal

from chipwright.core.errors import ChipExportError, ExportCancelled
from chipwright.core.export import export
from chipwright.core.grid import Size
from chipwright.core.progress import Silence
from chipwright.core.request import ExportRequest, FeatureSource, RasterSource

from .bars import Memory, Verdict, at_most, megabytes
from .costs import cost_of
from .growth import FLAT
from .reference import Alone, own_peak, run_seen
from .scaling_sources import empty_raster, squares

SIDES = (20_000, 100_000)
"""Pixels; both are cut by a crew; the latter makes 152,100 chips of 256, of which the first are cut."""
TILE = 256
FIRST_CHIPS = 1_000
RUNS = 3
"""Whether a further strip is read before an export stops is a matter of moments."""
FEATURES = 1_000_000
FEATURES_SIDE = 12_800
MOST_FOR_FEATURES = 1_000_000_000


def vast_verdicts(folder: Path) -> Iterator[Verdict]:
    """The memory of exports that are as large as they may be."""
    folder.mkdir(parents=True, exist_ok=True)
    yield from _raster_verdicts(folder)
    yield _features_verdict(folder)


def virtual_raster(folder: Path, side: int, bands: int = 3) -> Path:
    """A virtual raster over a file whose tiles are all missing."""
    source = empty_raster(folder / f"{side}.tif", side, bands)
    made = gdal.BuildVRT(str(source.with_suffix(".vrt")), [str(source)])
    del made
    return source.with_suffix(".vrt")


def _raster_verdicts(folder: Path) -> Iterator[Verdict]:
    """Of the first chips of a small and of a vast raster."""
    peaks = []
    for side in SIDES:
        request = _request(virtual_raster(folder, side), folder / "out")
        bar = Memory(0, first_strip(request)).bar
        peak = max(_peak_of_first_chips(request) for _ in range(RUNS))
        peaks.append(peak)
        what = f"peak memory of the first {FIRST_CHIPS:,} chips of {side:,} × {side:,} pixels"
        yield Verdict(what, megabytes(peak), f"≤ {megabytes(bar)}", at_most(peak, bar))
    growth = peaks[1] / peaks[0] - 1
    what = "memory by which the larger raster takes more"
    yield Verdict(what, f"{growth:.0%}", f"≤ {FLAT:.0%}", at_most(growth, FLAT))


def _peak_of_first_chips(request: ExportRequest) -> int:
    found = first_chips(request, FIRST_CHIPS)
    shutil.rmtree(request.output_location)
    return found.peak


def _features_verdict(folder: Path) -> Verdict:
    image = empty_raster(folder / "image.tif", FEATURES_SIDE)
    request = replace(
        _request(image, folder / "out"),
        input_class_data=FeatureSource(str(squares(folder / "many.gpkg", FEATURES, FEATURES_SIDE))),
        metadata_format="PASCAL_VOC_rectangles",
        class_value_field="classvalue",
    )
    peak = run_seen(request).peak
    shutil.rmtree(folder / "out")
    return Verdict(
        f"peak memory with {FEATURES:,} features",
        megabytes(peak),
        f"≤ {megabytes(MOST_FOR_FEATURES)}",
        at_most(peak, MOST_FOR_FEATURES),
    )


def _request(image: Path, folder: Path) -> ExportRequest:
    return ExportRequest(
        RasterSource(str(image)),
        str(folder),
        tile_size=Size(TILE, TILE),
        stride_size=Size(TILE, TILE),
        metadata_format="Export_Tiles",
        parallel_processing_factor="2",
    )


def first_strip(request: ExportRequest) -> int:
    """Bytes of the pixels that are read first; others are as large, or smaller at the edges."""
    import numpy as np

    from chipwright.core.preparation import prepare
    from chipwright.core.progress import StopSignal

    (prepared,) = prepare(request, Silence(), StopSignal())
    raster = prepared.image.raster
    first = next(iter(prepared.plan.batches()))
    pixels = sum(strip.grid.columns * strip.grid.rows for strip in first)
    return pixels * len(raster.bands) * np.dtype(raster.data_type).itemsize


def first_chips(request: ExportRequest, count: int) -> Alone:
    """Export so many chips or some more in a fresh process, then stop. Raises NotPossible."""
    return run_seen((request, count), __name__)


class Until(Silence):
    """Progress that wants to stop when so many chips are there."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder / "images"
        self._count = count
        self.found = 0

    def fraction(self, done: float) -> None:
        self.found = sum(1 for _ in self._folder.iterdir())

    def cancelled(self) -> bool:
        return self.found >= self._count


def main() -> None:
    """Begin the request that is piped in, and print what it took as JSON."""
    request, count = pickle.load(sys.stdin.buffer)
    progress = Until(Path(request.output_location), count)

    def begin() -> None:
        try:
            export(request, progress)
        except ExportCancelled:
            return

    try:
        cost = cost_of(begin)
    except ChipExportError as error:
        raise SystemExit(str(error)) from error
    print(json.dumps(asdict(Alone(progress.found, own_peak(), cost.wall, cost.cpu))))


if __name__ == "__main__":
    main()
