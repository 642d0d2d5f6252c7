"""Exports by a crew of processes: the same bytes as by threads, whatever happens to them."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal

from chipwright.core import plan
from chipwright.core.crew import crews, executor
from chipwright.core.crew.orders import Workplace, Write
from chipwright.core.crew.streams import packed
from chipwright.core.crew.worker_process import WorkerProcess
from chipwright.core.errors import ExportCancelled, UnreadableSource
from chipwright.core.export import export
from chipwright.core.formats import FORMATS
from chipwright.core.processes import beginning
from chipwright.core.records import StripRecord
from chipwright.core.request import ExportRequest, Size
from chipwright.tests.core.dataset_reading import contents
from chipwright.tests.core.exporting import (
    Listener,
    chip_request,
    classes,
    export_chips,
    exported_footprints,
    features,
    given_for,
    picture,
)
from chipwright.tests.scenes import Scene

Settings = dict[str, Any]

STRIPS: Settings = {"tile_size": Size(64, 32), "stride_size": Size(48, 16)}
"""Four of up to 104 chips."""
CASES: dict[str, Settings] = {
    **{name: {"metadata_format": name} for name in FORMATS},
    "PNG, numbered from 7": {"chip_format": "PNG", "start_index": 7},
    "JPEG": {"chip_format": "JPEG"},
    "LZW": {"chip_format": "TIFF", "compression": "LZW"},
    "some without labels": {"metadata_format": "RCNN_Masks", "negative_ratio": 0.3},
    "split": {"metadata_format": "COCO", "split": "70/20/10", "seed": 3},
    "turned, 8 bits": {"rotation_angle": 120.0, "pixel_scaling": "minmax"},
    "a report": {"metadata_format": "KITTI_rectangles", "response_format": "html"},
}

pytestmark = pytest.mark.usefixtures("small_exports")


class Started:
    """Counts worker processes, and knows those that are at work."""

    def __init__(self) -> None:
        self.processes: list[int] = []

    def are_gone(self) -> bool:
        """Whether none of them runs any more."""
        return all(beginning(number) is None for number in self.processes)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    found = Started()
    greet = WorkerProcess.greet

    def greeted(process: WorkerProcess) -> None:
        found.processes.append(process.number)
        greet(process)

    monkeypatch.setattr(WorkerProcess, "greet", greeted)
    return found


def asked(scene: Scene, folder: Path, more: Settings, workers: int) -> ExportRequest:
    settings = {**STRIPS, **more}
    name = settings.get("metadata_format", "Export_Tiles")
    settings.update(given_for(name, features(scene.labels), scene.image))
    if FORMATS[name].needs_labels:
        settings["class_value_field"] = "classvalue"
    settings["parallel_processing_factor"] = str(workers)
    return chip_request(scene.image, folder, **settings)


def by_one_thread(scene: Scene, folder: Path, more: Settings) -> dict[str, bytes]:
    export(asked(scene, folder, more, workers=1))
    return all_bytes(folder)


def all_bytes(folder: Path) -> dict[str, bytes]:
    """What a dataset holds; what its report says of the folder and the workers is left out."""
    found = contents(folder)
    page = found.get("report.html")
    if page is not None:
        found["report.html"] = page.replace(str(folder).encode(), b"").replace(
            b"parallelProcessingFactor=2", b"parallelProcessingFactor=1"
        )
    return found


@pytest.mark.parametrize("case", CASES)
def test_a_crew_writes_the_bytes_that_a_thread_writes(
    scene: Scene, tmp_path: Path, started: Started, case: str
) -> None:
    expected = by_one_thread(scene, tmp_path / "thread", CASES[case])
    assert not started.processes
    export(asked(scene, tmp_path / "crew", CASES[case], workers=2))
    assert len(started.processes) == 2
    assert all_bytes(tmp_path / "crew") == expected


def test_sums_progress_and_what_is_said_are_those_of_threads(scene: Scene, tmp_path: Path) -> None:
    found = []
    listeners = Listener(), Listener()
    for workers, listener in enumerate(listeners, start=1):
        more = {"metadata_format": "PASCAL_VOC_rectangles"}
        found.append(export(asked(scene, tmp_path / str(workers), more, workers), listener))
    assert found[0] == found[1]
    assert listeners[0].fractions == listeners[1].fractions
    assert listeners[0].warnings == listeners[1].warnings
    assert "parallelProcessingFactor: 2 processes do the work." in listeners[1].infos


def test_the_footprints_are_those_of_threads(scene: Scene, tmp_path: Path) -> None:
    more = {"metadata_format": "COCO", "split": "50/50", "seed": 1}
    one, two = (
        exported_footprints(asked(scene, tmp_path / str(workers), more, workers))
        for workers in (1, 2)
    )
    assert one == two


def test_several_images_and_a_second_one(scene: Scene, tmp_path: Path, started: Started) -> None:
    again, second = tmp_path / "again.tif", tmp_path / "second.tif"
    for copy in (again, second):
        copy.write_bytes(scene.image.read_bytes())
    more = {
        "raster_items": (picture(again),),
        "process_all_raster_items": True,
        "additional_input_raster": picture(second),
    }
    expected = by_one_thread(scene, tmp_path / "thread", more)
    export(asked(scene, tmp_path / "crew", more, workers=2))
    assert len(started.processes) == 2
    assert contents(tmp_path / "crew") == expected


def test_a_class_raster_is_read_by_the_processes(
    scene: Scene, tmp_path: Path, started: Started
) -> None:
    band = gdal.Translate(str(tmp_path / "classes.tif"), str(scene.image), bandList=[1])
    del band
    found = []
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        export_chips(
            scene.image,
            folder,
            metadata_format="Classified_Tiles",
            input_class_data=classes(tmp_path / "classes.tif"),
            parallel_processing_factor=str(workers),
            **STRIPS,
        )
        found.append(contents(folder))
    assert started.processes
    assert found[0] == found[1]


# what may happen to processes

MASKS: Settings = {"metadata_format": "RCNN_Masks"}


class Interrupting(Listener):
    """Does something after the first strip."""

    def __init__(self, action: Callable[[], None]) -> None:
        super().__init__()
        self.action = action

    def fraction(self, done: float) -> None:
        super().fraction(done)
        if len(self.fractions) == 1:
            self.action()


@pytest.mark.parametrize("count", [1, 2])
def test_killed_processes_take_nothing_with_them(
    scene: Scene,
    tmp_path: Path,
    started: Started,
    count: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plan, "CHIP_ROWS", 1)

    def kill() -> None:
        for number in started.processes[:count]:
            os.kill(number, signal.SIGKILL)

    listener = Interrupting(kill)
    expected = by_one_thread(scene, tmp_path / "thread", MASKS)
    export(asked(scene, tmp_path / "crew", MASKS, workers=2), listener)
    assert contents(tmp_path / "crew") == expected
    lost = [told for told in listener.infos if "was lost (it ended with -9)" in told]
    assert len(lost) == count


def test_processes_that_do_not_start_are_not_missed(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python3"
    python.write_text("#!/bin/sh\nexit 3\n")
    python.chmod(0o755)
    monkeypatch.setattr(crews, "interpreter", lambda: str(python))
    expected = by_one_thread(scene, tmp_path / "thread", MASKS)
    listener = Listener()
    export(asked(scene, tmp_path / "crew", MASKS, workers=2), listener)
    assert contents(tmp_path / "crew") == expected
    assert any("this process does its work" in told for told in listener.infos)


def test_processes_that_are_never_ready_are_not_waited_for(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python3"
    python.write_text("#!/bin/sh\nexec sleep 60\n")
    python.chmod(0o755)
    monkeypatch.setattr(crews, "interpreter", lambda: str(python))
    monkeypatch.setattr(executor, "FED", 2)
    expected = by_one_thread(scene, tmp_path / "thread", MASKS)
    export(asked(scene, tmp_path / "crew", MASKS, workers=2))
    assert contents(tmp_path / "crew") == expected


@pytest.mark.parametrize(("workers", "processes"), [(2, 1), (3, 2), (4, 4)])
def test_the_exporting_process_works_too(
    scene: Scene,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    started: Started,
    workers: int,
    processes: int,
) -> None:
    """At least until enough others have come."""
    monkeypatch.setattr(executor, "FED", 2)
    monkeypatch.setattr(plan, "CHIP_ROWS", 1)
    done_here: list[object] = []
    carry_out = Write.carry_out

    def carried_out(order: Write, workplace: Workplace) -> list[StripRecord]:
        done_here.append(order)
        end = time.monotonic() + 20
        while len(started.processes) < processes and time.monotonic() < end:
            time.sleep(0.01)
        return carry_out(order, workplace)

    monkeypatch.setattr(Write, "carry_out", carried_out)
    expected = by_one_thread(scene, tmp_path / "thread", MASKS)
    export(asked(scene, tmp_path / "crew", MASKS, workers))
    assert len(started.processes) == processes
    assert done_here
    assert contents(tmp_path / "crew") == expected


def test_without_an_interpreter_threads_do_the_work(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: Started
) -> None:
    monkeypatch.setattr(crews, "interpreter", lambda: None)
    expected = by_one_thread(scene, tmp_path / "thread", MASKS)
    export(asked(scene, tmp_path / "threads", MASKS, workers=2))
    assert not started.processes
    assert contents(tmp_path / "threads") == expected


class Impatient(Listener):
    """Wants to stop after the first strip."""

    def cancelled(self) -> bool:
        return bool(self.fractions)


def test_when_an_export_is_cancelled_no_process_is_left(
    scene: Scene, tmp_path: Path, started: Started
) -> None:
    folder = tmp_path / "crew"
    with pytest.raises(ExportCancelled, match="existingOutput=resume"):
        export(asked(scene, folder, MASKS, workers=2), Impatient())
    assert started.are_gone()
    export_chips_again = {**MASKS, "existing_output": "resume"}
    export(asked(scene, folder, export_chips_again, workers=1))
    assert contents(folder) == by_one_thread(scene, tmp_path / "thread", MASKS)


def test_cancelling_does_not_wait_for_processes_that_are_stuck(
    scene: Scene, tmp_path: Path, started: Started
) -> None:
    class StoppingThem(Impatient):
        def fraction(self, done: float) -> None:
            super().fraction(done)
            for number in started.processes:
                os.kill(number, signal.SIGSTOP)

    began = time.monotonic()
    with pytest.raises(ExportCancelled):
        export(asked(scene, tmp_path / "crew", MASKS, workers=2), StoppingThem())
    assert started.are_gone()
    assert time.monotonic() - began < 20


def test_an_error_in_a_process_reads_as_in_a_thread(scene: Scene, tmp_path: Path) -> None:
    image = tmp_path / "image.tif"
    image.write_bytes(scene.image.read_bytes())

    def cut_short() -> None:
        os.truncate(image, 5000)

    class Cutting(Listener):
        def info(self, message: str) -> None:
            super().info(message)
            if "processes do the work" in message:
                cut_short()

    with pytest.raises(UnreadableSource, match="inputRaster"):
        request = asked(scene, tmp_path / "crew", {}, workers=2)
        export(ExportRequest(**{**vars(request), "input_raster": picture(image)}), Cutting())


def test_an_export_of_an_interpreter_that_is_killed_is_resumed_to_the_same_bytes(
    scene: Scene, tmp_path: Path
) -> None:
    """At any moment: no process of it goes on writing into what is resumed."""
    expected = by_one_thread(scene, tmp_path / "thread", MASKS)
    for moment in random.Random(5).choices(range(5, 70), k=4):
        folder = tmp_path / f"after {moment}"
        script = (
            "import sys, pickle\n"
            "from chipwright.core import journal\n"
            "from chipwright.core.crew import crews\n"
            "from chipwright.core.export import export\n"
            "crews.LABELED = crews.Worth(2, 1)\n"
            "journal.CHIPS, journal.SHARE = 1, 0\n"
            "request = pickle.load(sys.stdin.buffer)\n"
            "print(flush=True)\n"
            "export(request)\n"
        )
        exporting = subprocess.Popen(
            [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        request = asked(scene, folder, MASKS, workers=2)
        assert exporting.stdin is not None
        assert exporting.stdout is not None
        exporting.stdin.write(packed(request))
        exporting.stdin.close()
        exporting.stdout.readline()
        time.sleep(moment / 100)
        exporting.kill()
        exporting.wait()
        is_whole = folder.exists() and not (folder / ".chipwright").exists()
        if not is_whole or contents(folder) != expected:
            again = {**MASKS, "existing_output": "resume" if folder.exists() else "refuse"}
            export(asked(scene, folder, again, workers=2))
        assert contents(folder) == expected
