"""Exports on a cluster: the same bytes as on threads, whatever happens to the workers."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chipwright.core.cluster import connection
from chipwright.core.cluster.tasks import stop_work
from chipwright.core.errors import ExportCancelled, InvalidRequest, UnreadableSource
from chipwright.core.export import export
from chipwright.core.request import ExportRequest, RasterSource, Size
from chipwright.tests.core.dataset_reading import contents
from chipwright.tests.core.exporting import (
    Listener,
    chip_request,
    classes,
    export_chips,
    exported_footprints,
    features,
    picture,
)
from chipwright.tests.core.made_sources import random_pixels, raster_file
from chipwright.tests.scenes import Scene

from .conftest import WORKERS, cluster_of

Settings = dict[str, Any]
Expected = Callable[..., dict[str, bytes]]

PLAIN: Settings = {"tile_size": Size(64, 64), "stride_size": Size(32, 32)}
MANY_STRIPS: Settings = {"tile_size": Size(32, 32), "stride_size": Size(32, 8)}
"""Eight strips of up to 160 chips."""
LABELLED = {"class_value_field": "classvalue"}
CASES: dict[str, Settings] = {
    "images only": {},
    "boxes, numbered from 7": {"metadata_format": "PASCAL_VOC_rectangles", "start_index": 7},
    "class maps in PNG": {"metadata_format": "Classified_Tiles", "chip_format": "PNG"},
    "masks": {"metadata_format": "RCNN_Masks"},
    "masks, some without labels": {"metadata_format": "RCNN_Masks", "negative_ratio": 0.3},
    "outlines, split": {"metadata_format": "COCO", "split": "70/20/10", "seed": 3},
    "chips around features": {"metadata_format": "Labeled_Tiles"},
    "turned chips, 8 bits": {
        "rotation_angle": 120.0,
        "pixel_scaling": "minmax",
        "stride_size": Size(64, 64),
    },
}


def settings_of(scene: Scene, more: Settings) -> Settings:
    labelled = "metadata_format" in more
    given = {"input_class_data": features(scene.labels), **LABELLED} if labelled else {}
    return {**PLAIN, **given, **more}


def on_threads(image: Path, folder: Path, **settings: Any) -> dict[str, bytes]:
    export_chips(image, folder, **settings)
    return contents(folder)


@pytest.fixture(scope="module")
def expected_of(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Expected:
    """What threads write of the scene; once for the same settings."""
    folder = tmp_path_factory.mktemp("threads")
    made: dict[str, dict[str, bytes]] = {}

    def expected(**settings: Any) -> dict[str, bytes]:
        asked = repr(sorted(settings.items()))
        if asked not in made:
            made[asked] = on_threads(scene.image, folder / str(len(made)), **settings)
        return made[asked]

    return expected


class Interrupting(Listener):
    """Does something when the first strip is written, and nothing when any other is."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self._act = act

    def fraction(self, done: float) -> None:
        if not self.fractions:
            self._act()
        super().fraction(done)


@pytest.mark.parametrize("case", CASES)
def test_a_cluster_writes_the_bytes_that_threads_write(
    address: str, expected_of: Expected, scene: Scene, tmp_path: Path, case: str
) -> None:
    settings = settings_of(scene, CASES[case])
    expected = expected_of(**settings)
    export_chips(scene.image, tmp_path / "cluster", dask_scheduler=address, **settings)
    assert contents(tmp_path / "cluster") == expected


def test_sums_and_progress_are_those_of_threads(address: str, scene: Scene, tmp_path: Path) -> None:
    settings = {**MANY_STRIPS, "metadata_format": "KITTI_rectangles"}
    settings = settings_of(scene, settings)
    manifests, heard = [], []
    for name, scheduler in (("threads", ""), ("cluster", address)):
        request = chip_request(scene.image, tmp_path / name, dask_scheduler=scheduler, **settings)
        heard.append(Listener())
        manifests.append(export(request, heard[-1]))
    assert manifests[0] == manifests[1]
    assert heard[0].fractions == heard[1].fractions
    assert heard[1].warnings == []
    assert f"daskScheduler: {WORKERS} workers with {WORKERS} threads." in heard[1].infos


def test_the_report_is_that_of_threads(address: str, scene: Scene, tmp_path: Path) -> None:
    settings = settings_of(scene, {**MANY_STRIPS, "metadata_format": "RCNN_Masks"})
    reports = []
    for name, scheduler in (("threads", ""), ("cluster", address)):
        given = {**settings, "response_format": "html", "dask_scheduler": scheduler}
        export_chips(scene.image, tmp_path / name, **given)
        reports.append((tmp_path / name / "report.html").read_bytes())
    assert reports[0] == reports[1]


@pytest.mark.parametrize("case", ["masks, some without labels", "outlines, split"])
def test_the_footprints_are_those_of_threads(
    address: str, scene: Scene, tmp_path: Path, case: str
) -> None:
    settings = settings_of(scene, CASES[case])
    expected = exported_footprints(chip_request(scene.image, tmp_path / "threads", **settings))
    given = {**settings, "dask_scheduler": address}
    found = exported_footprints(chip_request(scene.image, tmp_path / "cluster", **given))
    assert found == expected != []


def test_several_images_and_a_second_one_are_read_by_the_workers(
    address: str, scene: Scene, tmp_path: Path
) -> None:
    settings = {
        **PLAIN,
        "metadata_format": "Export_Tiles",
        "raster_items": (picture(copied(scene.image, tmp_path / "again.tif")),),
        "process_all_raster_items": True,
        "additional_input_raster": picture(copied(scene.image, tmp_path / "second.tif")),
    }
    expected = on_threads(scene.image, tmp_path / "threads", **settings)
    export_chips(scene.image, tmp_path / "cluster", dask_scheduler=address, **settings)
    assert contents(tmp_path / "cluster") == expected


def copied(image: Path, copy: Path) -> Path:
    copy.write_bytes(image.read_bytes())
    return copy


def test_chips_are_appended_to_a_dataset_of_threads(
    address: str, scene: Scene, tmp_path: Path
) -> None:
    settings = settings_of(scene, {"metadata_format": "KITTI_rectangles"})
    more = {**settings, "existing_output": "append"}
    for name in ("threads", "cluster"):
        export_chips(scene.image, tmp_path / name, **settings)
    expected = on_threads(scene.image, tmp_path / "threads", **more)
    export_chips(scene.image, tmp_path / "cluster", dask_scheduler=address, **more)
    assert contents(tmp_path / "cluster") == expected


def test_relative_paths_are_those_of_this_process(
    address: str,
    expected_of: Expected,
    scene: Scene,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = expected_of(**PLAIN)
    copied(scene.image, tmp_path / "here.tif")
    monkeypatch.chdir(tmp_path)
    export_chips(Path("here.tif"), Path("cluster"), dask_scheduler=address, **PLAIN)
    assert contents(tmp_path / "cluster") == expected


# what may happen to workers


@pytest.mark.parametrize("count", [1, WORKERS])
def test_killed_workers_take_nothing_with_them(
    address: str, expected_of: Expected, client: Any, scene: Scene, tmp_path: Path, count: int
) -> None:
    """Not even all at once: those started in their place are given the code, and do it again."""
    settings = settings_of(scene, {**MANY_STRIPS, "metadata_format": "RCNN_Masks"})
    expected = expected_of(**settings)
    workers = sorted(client.run(os.getpid).values())

    def kill() -> None:
        for process in workers[:count]:
            os.kill(process, signal.SIGKILL)

    request = chip_request(scene.image, tmp_path / "cluster", dask_scheduler=address, **settings)
    listener = Interrupting(kill)
    export(request, listener)
    assert listener.fractions[0] < 1
    assert contents(tmp_path / "cluster") == expected


class Impatient(Listener):
    """Wants to stop after the first strip."""

    def cancelled(self) -> bool:
        return bool(self.fractions)


def test_when_an_export_is_cancelled_no_worker_goes_on_writing(
    address: str, client: Any, scene: Scene, tmp_path: Path
) -> None:
    settings = settings_of(scene, {**MANY_STRIPS, "metadata_format": "RCNN_Masks"})
    folder = tmp_path / "cluster"
    request = chip_request(scene.image, folder, dask_scheduler=address, **settings)
    with pytest.raises(ExportCancelled, match="existingOutput=resume"):
        export(request, Impatient())
    left = writings(folder)
    assert left
    assert idle(client)
    assert writings(folder) == left


def test_a_cancelled_export_is_completed_without_the_cluster_to_the_same_bytes(
    address: str, expected_of: Expected, scene: Scene, tmp_path: Path
) -> None:
    settings = settings_of(scene, {**MANY_STRIPS, "metadata_format": "RCNN_Masks"})
    folder = tmp_path / "cluster"
    with pytest.raises(ExportCancelled):
        export(chip_request(scene.image, folder, dask_scheduler=address, **settings), Impatient())
    export_chips(scene.image, folder, existing_output="resume", **settings)
    assert contents(folder) == expected_of(**settings)


def writings(folder: Path) -> dict[str, int]:
    """When each file was last written to."""
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def idle(client: Any, seconds: float = 20) -> bool:
    """Whether the workers have nothing to do, or soon have not."""
    end = time.monotonic() + seconds
    while any(client.processing().values()) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(client.processing().values())


def test_workers_keep_nothing_of_an_export(
    address: str, client: Any, scene: Scene, tmp_path: Path
) -> None:
    export_chips(scene.image, tmp_path / "cluster", dask_scheduler=address, **PLAIN)
    assert idle(client)
    end = time.monotonic() + 20
    while any(client.has_what().values()) and time.monotonic() < end:
        time.sleep(0.05)
    assert [key for keys in client.has_what().values() for key in keys] == []
    assert set(client.run(stop_work, "of no export").values()) == {0}


def test_a_scheduler_that_is_lost_is_named(
    dask: str, expected_of: Expected, scene: Scene, tmp_path: Path
) -> None:
    settings = settings_of(scene, {**MANY_STRIPS, "metadata_format": "RCNN_Masks"})
    folder = tmp_path / "cluster"
    with cluster_of(1, dask) as (address, process):
        request = chip_request(scene.image, folder, dask_scheduler=address, **settings)
        with pytest.raises(InvalidRequest, match="was lost while the workers") as refusal:
            export(request, Interrupting(process.kill))
    assert refusal.value.parameter == "daskScheduler"
    assert "existingOutput=resume" in str(refusal.value)
    export_chips(scene.image, folder, existing_output="resume", **settings)
    assert contents(folder) == expected_of(**settings)


# what cannot be


def broken(path: Path) -> Path:
    """An image whose header is there, but not all of its pixels."""
    raster_file(path, random_pixels((3, 512, 512)))
    path.write_bytes(path.read_bytes()[:100_000])
    return path


def refused(request: ExportRequest) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as refusal:
        export(request)
    return refusal.value


def test_an_error_on_a_worker_reads_as_on_a_thread(address: str, tmp_path: Path) -> None:
    image, messages = broken(tmp_path / "broken.tif"), []
    for scheduler in ("", address):
        folder = tmp_path / "dataset"
        with pytest.raises(UnreadableSource) as error:
            export_chips(image, folder, dask_scheduler=scheduler)
        messages.append(str(error.value))
        assert not folder.exists()
    assert messages[0] == messages[1]
    assert str(image) in messages[0]


def test_a_scheduler_that_does_not_answer_is_named(
    dask: str, scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 0.5)
    folder = tmp_path / "cluster"
    request = chip_request(scene.image, folder, dask_scheduler="tcp://127.0.0.1:9")
    refusal = refused(request)
    assert refusal.parameter == "daskScheduler"
    assert "tcp://127.0.0.1:9" in refusal.problem
    assert not folder.exists()


@pytest.mark.parametrize("address", ["no such protocol://host", "127.0.0.1:port"])
def test_an_address_that_is_none_is_named(
    dask: str, scene: Scene, tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 0.5)
    refusal = refused(chip_request(scene.image, tmp_path / "cluster", dask_scheduler=address))
    assert refusal.parameter == "daskScheduler"
    assert address in refusal.problem


def test_a_file_that_names_the_scheduler_serves_as_its_address(
    address: str, expected_of: Expected, scene: Scene, tmp_path: Path
) -> None:
    """Schedulers write one for whoever shares a file system with them."""
    file = tmp_path / "scheduler.json"
    file.write_text(json.dumps({"type": "Scheduler", "address": address}))
    expected = expected_of(**PLAIN)
    export_chips(scene.image, tmp_path / "cluster", dask_scheduler=str(file), **PLAIN)
    assert contents(tmp_path / "cluster") == expected


def test_a_class_raster_is_read_by_the_workers(address: str, tmp_path: Path) -> None:
    image = raster_file(tmp_path / "image.tif", random_pixels((3, 256, 256)))
    values = np.repeat(np.repeat(random_pixels((1, 16, 16)) % 4, 16, axis=1), 16, axis=2)
    labels = classes(raster_file(tmp_path / "classes.tif", values))
    settings = {**PLAIN, "metadata_format": "RCNN_Masks", "input_class_data": labels}
    expected = on_threads(image, tmp_path / "threads", **settings)
    export_chips(image, tmp_path / "cluster", dask_scheduler=address, **settings)
    assert contents(tmp_path / "cluster") == expected


def test_without_distributed_the_parameter_says_what_to_install(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    request = ExportRequest(
        RasterSource(str(scene.image)),
        str(tmp_path / "cluster"),
        metadata_format="Export_Tiles",
        dask_scheduler="tcp://host:8786",
    )
    refusal = refused(request)
    assert refusal.parameter == "daskScheduler"
    assert "pip install distributed" in refusal.problem
