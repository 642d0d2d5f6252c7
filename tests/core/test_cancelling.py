"""Cancel comes through whatever an export is at, and says what is left."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from osgeo import gdal

from chipwright.core.cancelling import PIECES, stop_if_cancelled, watched
from chipwright.core.errors import ExportCancelled
from chipwright.core.export import export
from chipwright.core.preview import preview
from chipwright.core.request import ExportRequest, RasterSource, Size
from chipwright.tests.serving import FileServer

from .dataset_reading import contents
from .exporting import Listener, chip_request, exported_footprints, features
from .made_sources import box, features_file, noise_file

PATIENCE = 60.0
"""Seconds after which a test would end that waits in vain."""


class Blocked:
    """Work that has begun and does not end before it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.end = threading.Event()
        self.was_waited_for = False

    def wait(self, *_given: Any, **_named: Any) -> None:
        self.begun.set()
        self.was_waited_for = not self.end.wait(PATIENCE)


class Hasty(Listener):
    """Wants to stop as soon as something has begun."""

    def __init__(self, begun: threading.Event) -> None:
        super().__init__()
        self.begun = begun

    def cancelled(self) -> bool:
        return self.begun.is_set()


class AtTheEnd(Listener):
    """Wants to stop when all chips are written."""

    def cancelled(self) -> bool:
        return bool(self.fractions) and self.fractions[-1] == 1


@pytest.fixture
def blocked() -> Iterator[Blocked]:
    found = Blocked()
    yield found
    found.end.set()
    assert not found.was_waited_for


@pytest.fixture
def asked(tmp_path: Path) -> ExportRequest:
    """Labelled chips of a noisy image, in parts, with a report."""
    row, all_of_it = (box(10, 10, 120, 300), {"value": 1}), (box(-1, -1, 129, 641), {})
    return chip_request(
        noise_file(tmp_path / "image.tif", 128, 640),
        tmp_path / "chips",
        metadata_format="KITTI_rectangles",
        input_class_data=features(features_file(tmp_path / "labels.gpkg", [row])),
        input_mask_polygons=features(features_file(tmp_path / "mask.gpkg", [all_of_it])),
        split="50/50",
        response_format="html",
    )


class Stage(NamedTuple):
    name: str
    blocked: str
    """A function of core that does not return."""
    left: str
    """What the message says of what is left."""
    given: Mapping[str, Any] = MappingProxyType({})


NOTHING = r"^The export was cancelled\. Nothing was written\.$"
STAGES = (
    Stage("opening the image", "image.describe_raster", NOTHING),
    Stage("reading features", "features.column_batches", NOTHING),
    Stage("planning", "preparation.turning_plan", NOTHING),
    Stage("reading a mask", "preparation.areas_on", NOTHING),
    Stage("stretching", "pixel_scaling.stretch_of", NOTHING,
          {"pixel_scaling": "minmax"}),
    Stage("comparing files", "destination.fingerprint", NOTHING),
    Stage("choosing", "export.chosen_places", NOTHING),
    Stage("the report", "report.writing.report_of", "^.* chips are kept: .*existingOutput=resume"),
)  # fmt: skip


@pytest.mark.parametrize("stage", STAGES, ids=[stage.name for stage in STAGES])
def test_it_comes_through_whatever_cannot_be_broken_off(
    asked: ExportRequest, blocked: Blocked, monkeypatch: pytest.MonkeyPatch, stage: Stage
) -> None:
    monkeypatch.setattr(f"chipwright.core.{stage.blocked}", blocked.wait)
    with pytest.raises(ExportCancelled, match=stage.left):
        export(replace(asked, **stage.given), Hasty(blocked.begun))


def test_whoever_cancels_a_resumed_export_before_it_goes_on_loses_nothing(
    asked: ExportRequest, blocked: Blocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ExportCancelled):
        export(asked, AtTheEnd())
    before = contents(Path(asked.output_location))
    monkeypatch.setattr("chipwright.core.features.column_batches", blocked.wait)
    with pytest.raises(ExportCancelled, match="All chips are kept: .*existingOutput=resume"):
        export(replace(asked, existing_output="resume"), Hasty(blocked.begun))
    assert contents(Path(asked.output_location)) == before


def test_so_it_does_in_a_preview(
    asked: ExportRequest, blocked: Blocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chipwright.core.features.column_batches", blocked.wait)
    with pytest.raises(ExportCancelled):
        list(preview(asked, Hasty(blocked.begun)).footprints)


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("of", ["the image", "its header", "classes"])
def test_so_it_does_where_a_server_is_silent(
    tmp_path: Path, blocked: Blocked, workers: str, of: str
) -> None:
    """From the header on, or from some row on."""
    gdal.VSICurlClearCache()
    (tmp_path / "web").mkdir()
    local = noise_file(tmp_path / "web" / "a.tif", 512, 1024, bands=1)
    first = 0 if of == "its header" else 400_000

    def silence(_name: str, begin: int) -> int:
        if begin >= first:
            blocked.wait()
        return 0

    with FileServer(tmp_path / "web", failures=silence) as server:
        remote = RasterSource(server.path("a.tif"))
        asked = chip_request(local, tmp_path / "chips", parallel_processing_factor=workers)
        if of == "classes":
            given = {"metadata_format": "Classified_Tiles", "input_class_data": remote}
        else:
            given = {"input_raster": remote}
        with pytest.raises(ExportCancelled):
            export(replace(asked, tile_size=Size(32, 32), **given), Hasty(blocked.begun))
        blocked.end.set()


def test_chips_are_kept_when_only_the_files_about_them_are_missing(asked: ExportRequest) -> None:
    with pytest.raises(ExportCancelled, match="chips are kept: run it again with existingOutput"):
        export(asked, AtTheEnd())
    folder = Path(asked.output_location)
    assert not (folder / "map.txt").exists()
    export(replace(asked, existing_output="resume"))
    whole = replace(asked, output_location=f"{folder} whole")
    export(whole)
    assert contents(folder) == contents(Path(whole.output_location))


def test_so_it_is_while_footprints_are_taken(asked: ExportRequest) -> None:
    class Late(Listener):
        def cancelled(self) -> bool:
            return bool(self.fractions) and self.fractions[-1] > 0.7

    with pytest.raises(ExportCancelled, match="chips are kept"):
        exported_footprints(asked, Late())
    assert exported_footprints(replace(asked, existing_output="resume"))


def test_long_texts_end_between_their_pieces() -> None:
    class Later(Listener):
        asked_for = 0

        def cancelled(self) -> bool:
            self.asked_for += 1
            return self.asked_for > 2

    lines = (f"{number}\n" for number in range(9 * PIECES))
    text = watched(lines, partial(stop_if_cancelled, Later()))
    with pytest.raises(ExportCancelled):
        for number, piece in enumerate(text):
            assert piece == f"{number}\n"
    assert number == 2 * PIECES - 1
