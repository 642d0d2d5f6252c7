"""Exports that end at twenty random moments, of every format: resumed, all have the same bytes."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from osgeo import gdal

from chipwright.core import journal, plan
from chipwright.core.errors import InvalidRequest
from chipwright.core.export import export
from chipwright.core.formats import FORMATS
from chipwright.core.journal import Confirmed, Journal
from chipwright.core.request import ExportRequest, Size

from .exporting import chip_request, exported_footprints, features, given_for
from .made_sources import Row, box, features_file, random_pixels, raster_file
from .snapshots import JOURNAL, STEP, copied, counted_steps

MOMENTS, FEW_MOMENTS = 20, 6
Run = Callable[[ExportRequest], object]
ROWS: list[Row] = [
    (box(left + 0.25, top + 0.5, left + 6.75, top + 5.5), {"value": 1 + (left + top) % 2})
    for top in range(2, 40, 4)
    for left in (1, 4)
]


class Sources(NamedTuple):
    image: Path
    second: Path
    labels: Path


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """Images of real numbers, whose sums depend on their order."""
    folder = tmp_path_factory.mktemp("sources")
    return Sources(
        raster_file(folder / "image.tif", random_pixels((1, 48, 12), "float32")),
        raster_file(folder / "second.tif", random_pixels((1, 48, 12), "float32", seed=1)),
        quickly_opened(features_file(folder / "labels.gpkg", ROWS)),
    )


def quickly_opened(layer: Path) -> Path:
    gdal.VectorTranslate(str(layer.with_suffix(".fgb")), str(layer), format="FlatGeobuf")
    return layer.with_suffix(".fgb")


@pytest.fixture(autouse=True)
def many_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """A strip of few chips, and a line in the journal after each of them."""
    monkeypatch.setattr(plan, "CHIP_ROWS", 2)
    monkeypatch.setattr(journal, "CHIPS", 1)
    monkeypatch.setattr(journal, "SHARE", 0)
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr(Journal, "confirm", before_a_step(Journal.confirm))


def before_a_step(confirm: Callable[[Journal, Confirmed], None]) -> Any:
    """Between what is confirmed and the line that says so, a process may be killed, too."""

    def told(self: Journal, confirmed: Confirmed) -> None:
        sys.audit(STEP, str(self._path))
        confirm(self, confirmed)

    return told


def request_of(sources: Sources, metadata_format: str, workers: str, folder: Path) -> ExportRequest:
    given = given_for(metadata_format, features(sources.labels), sources.second)
    sizes = {"tile_size": Size(8, 8), "stride_size": Size(8, 6)}
    more = {**given, **sizes, "parallel_processing_factor": workers}
    return chip_request(sources.image, folder, **more)


def all_files(folder: Path) -> dict[str, bytes]:
    """By their relative paths; what a report says of the folder itself is left out."""
    named = str(folder).encode()
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().replace(named, b"") for path in files
    }


@pytest.mark.parametrize("workers", ["1", "4"])
@pytest.mark.parametrize("metadata_format", FORMATS)
def test_it_ends_as_if_nothing_had_been(
    sources: Sources, tmp_path: Path, metadata_format: str, workers: str
) -> None:
    asked = request_of(sources, metadata_format, workers, tmp_path / "whole")
    check_resumed(asked, tmp_path, export, MOMENTS)


@pytest.mark.parametrize(
    ("metadata_format", "more"),
    [
        ("YOLO", {"split": "50/25/25", "seed": 3}),
        ("PASCAL_VOC_rectangles", {"split": "50/50", "response_format": "html"}),
        ("RCNN_Masks", {"response_format": "json"}),
        ("CycleGAN", {"response_format": "html"}),
    ],
    ids=["parts", "parts and a page", "report", "a page on two datasets"],
)
def test_so_do_parts_and_reports(
    sources: Sources, tmp_path: Path, metadata_format: str, more: dict[str, Any]
) -> None:
    asked = request_of(sources, metadata_format, "2", tmp_path / "whole")
    check_resumed(replace(asked, **more), tmp_path, export, FEW_MOMENTS)


def test_so_do_footprints(sources: Sources, tmp_path: Path) -> None:
    """They are those of all chips, whenever these were written."""
    asked = request_of(sources, "KITTI_rectangles", "2", tmp_path / "whole")
    check_resumed(replace(asked, split="50/50"), tmp_path, exported_footprints, FEW_MOMENTS)


def check_resumed(asked: ExportRequest, tmp_path: Path, run: Run, count: int) -> None:
    """Whatever the run returns is the same, too."""
    whole, folder = Path(asked.output_location), tmp_path / "chips"
    seed = f"{asked.metadata_format} {asked.parallel_processing_factor}"
    with counted_steps(whole) as steps:
        result = run(asked)
    expected = all_files(whole)
    moments = sorted(random.Random(seed).sample(steps, count))
    with copied(folder, moments, tmp_path / "left") as copies:
        run(replace(asked, output_location=str(folder)))
    for left in copies:
        resumed = replace(asked, output_location=str(left), existing_output="resume")
        if is_whole(left, expected):
            with pytest.raises(InvalidRequest, match="is whole .* nothing to resume"):
                run(resumed)
        else:
            assert run(resumed) == result, left.name
        assert all_files(left) == expected, left.name


def is_whole(left: Path, expected: Mapping[str, bytes]) -> bool:
    """Whether nothing was missing but to tidy up."""
    return not (left / JOURNAL).exists() and all_files(left).keys() >= expected.keys()
