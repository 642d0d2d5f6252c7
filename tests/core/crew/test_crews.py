"""Who is given a crew, and of how many processes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal

from chipwright.core.crew import crews, fork_server, shared_file
from chipwright.core.crew.crews import (
    COPIED,
    ENCODED,
    CrewStart,
    Weight,
    Worth,
    crew_size,
    seems_worth,
)
from chipwright.core.crew.launching import Launched, ProcessLost
from chipwright.core.errors import InvalidRequest
from chipwright.core.export import export
from chipwright.core.preparation import prepare
from chipwright.core.prepared import Prepared
from chipwright.core.progress import Silence, StopSignal
from chipwright.core.request import ExportRequest, Extent, RasterSource, Size
from chipwright.tests.core.exporting import chip_request, features
from chipwright.tests.scenes import Scene
from chipwright.tests.serving import FileServer

SMALL = Worth(2, 1)
STRIPS: dict[str, Any] = {"tile_size": Size(32, 32), "stride_size": Size(16, 8)}
"""Eight of 304 chips, but the last."""


def prepared(image: str, folder: Path, **more: Any) -> list[Prepared]:
    request = chip_request(Path("image.tif"), folder, **{**STRIPS, **more})
    request = replace(request, input_raster=RasterSource(image))
    return list(prepare(request, Silence(), StopSignal()))


@pytest.fixture
def whole(scene: Scene, tmp_path: Path) -> list[Prepared]:
    return prepared(str(scene.image), tmp_path / "chips")


def test_every_worker_is_a_process(whole: list[Prepared]) -> None:
    assert crew_size(whole, 3, SMALL) == 3


def test_one_worker_is_no_crew(whole: list[Prepared]) -> None:
    assert crew_size(whole, 1, SMALL) == 0


def test_a_small_export_is_done_before_processes_have_started(whole: list[Prepared]) -> None:
    count = whole[0].plan.place_count
    assert crew_size(whole, 2, Worth(count, 1)) == 2
    assert crew_size(whole, 2, Worth(count + 1, 1)) == 0
    assert crew_size(whole, 2, COPIED) == crew_size(whole, 2, ENCODED) == 0


def test_there_are_no_more_processes_than_have_something_to_do(whole: list[Prepared]) -> None:
    """The last batches are smaller, so some go together."""
    sizes = [sum(strip.place_count for strip in batch) for batch in whole[0].plan.batches()]
    batches = sum(sizes) // sizes[0]
    assert 5 < batches < len(sizes) < 16
    assert crew_size(whole, 16, SMALL) == batches
    assert crew_size(whole, 16, Worth(2, 2)) == batches // 2
    assert crew_size(whole, 16, Worth(2, batches)) == 0


def test_there_are_no_more_processes_than_memory_allows(
    whole: list[Prepared], monkeypatch: pytest.MonkeyPatch
) -> None:
    enough = 3.5 * crews.OF_MEMORY * crews.INTERPRETER_BYTES
    monkeypatch.setattr(crews, "memory_bytes", lambda: int(enough))
    assert crew_size(whole, 8, SMALL) == 3
    monkeypatch.setattr(crews, "weight_of", lambda _: Weight(2 * crews.INTERPRETER_BYTES))
    assert crew_size(whole, 8, SMALL) == 1
    monkeypatch.setattr(crews, "weight_of", lambda _: Weight(0, crews.INTERPRETER_BYTES))
    assert crew_size(whole, 8, SMALL) == 2
    monkeypatch.setattr(crews, "weight_of", lambda _: Weight(0, 4 * crews.INTERPRETER_BYTES))
    assert crew_size(whole, 8, SMALL) == 0
    monkeypatch.setattr(crews, "memory_bytes", lambda: 0)
    assert crew_size(whole, 8, SMALL) == 0


def test_the_memory_of_this_machine_is_known() -> None:
    assert 1 << 28 < crews.memory_bytes() < 1 << 50


def test_files_that_are_decoded_from_their_top_are_read_by_one_process(
    scene: Scene, tmp_path: Path
) -> None:
    path = str(tmp_path / "image.PNG")
    gdal.Translate(path, str(scene.image), format="PNG")
    assert crew_size(prepared(path, tmp_path / "chips"), 2, SMALL) == 0


def test_images_in_memory_are_not_seen_by_other_processes(scene: Scene, tmp_path: Path) -> None:
    path = "/vsimem/tests_of_chipwright/crews.tif"
    gdal.Translate(path, str(scene.image))
    try:
        assert crew_size(prepared(path, tmp_path / "chips"), 2, SMALL) == 0
    finally:
        gdal.Unlink(path)


def test_a_mosaic_is_read_by_several_processes(scene: Scene, tmp_path: Path) -> None:
    path = str(tmp_path / "mosaic.vrt")
    gdal.BuildVRT(path, [str(scene.image)]).FlushCache()
    assert crew_size(prepared(path, tmp_path / "chips"), 2, SMALL) == 2


def test_what_comes_over_the_network_comes_once(scene: Scene, tmp_path: Path) -> None:
    with FileServer(scene.image.parent) as server:
        remote = server.path(scene.image.name)
        mosaic = str(tmp_path / "mosaic.vrt")
        gdal.BuildVRT(mosaic, [remote]).FlushCache()
        for path in (remote, mosaic):
            assert crew_size(prepared(path, tmp_path / "chips"), 2, SMALL) == 0


def test_what_cannot_travel_is_not_sent(whole: list[Prepared]) -> None:
    image = replace(whole[0].image, notes=(lambda: None,))  # type: ignore[arg-type]
    assert crews.weight_of([replace(whole[0], image=image)]) is None


@pytest.mark.skipif(not shared_file.CAN_SHARE, reason="open files are not handed on")
def test_what_all_may_see_weighs_but_once(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = {"input_class_data": features(scene.labels), "class_value_field": "classvalue"}
    image = prepared(str(scene.image), tmp_path / "chips", metadata_format="RCNN_Masks", **labels)
    copied = crews.weight_of(image)
    monkeypatch.setattr(shared_file, "LEAST_BYTES", 200)
    shared = crews.weight_of(image)
    assert copied and shared and copied.shared == 0
    assert shared.shared > 1000 and shared.own < copied.own - 0.9 * shared.shared
    assert crew_size(image, 2, SMALL) == 2


# what is begun before it is known


def asked(scene: Scene, folder: Path, **more: Any) -> ExportRequest:
    return chip_request(
        scene.image, folder, **{**STRIPS, "parallel_processing_factor": "2", **more}
    )


def without_crew(scene: Scene, folder: Path) -> dict[str, dict[str, Any]]:
    """What a request that is to have none differs by."""
    picture = folder / "image.png"
    gdal.Translate(str(picture), str(scene.image), format="PNG").FlushCache()
    return {
        "one worker": {"parallel_processing_factor": "1"},
        "an encoder, for which more chips are needed": {"chip_format": "PNG"},
        "perhaps few chips: an extent": {"extent": Extent(0, 0, 1, 1)},
        "perhaps few chips: a mask": {"input_mask_polygons": features(scene.labels)},
        "chips about features, whose number is not known": {
            "metadata_format": "Labeled_Tiles",
            "input_class_data": features(scene.labels),
            "class_value_field": "classvalue",
        },
        "an image that is decoded in one go": {"input_raster": RasterSource(str(picture))},
        "an image of others, that may lead away": {"input_raster": RasterSource("/a/mosaic.vrt")},
        "an image that is not there": {"input_raster": RasterSource("/no/such/image.tif")},
        "a cluster": {"dask_scheduler": "tcp://127.0.0.1:1"},
    }


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Begun]:
    """What is begun, from the second chip on for copied ones."""
    found: list[Begun] = []

    def begin(_: str) -> Begun:
        found.append(Begun())
        return found[-1]

    monkeypatch.setattr(crews, "COPIED", SMALL)
    monkeypatch.setattr(fork_server, "launcher", begin)
    return found


class Begun:
    """A launcher that launches nothing."""

    def __init__(self) -> None:
        self.is_over = False

    def launch(self, _: object) -> Launched:
        raise ProcessLost("it is none")

    def status(self, _: int) -> None:
        return None

    def end(self) -> None:
        self.is_over = True


def test_processes_are_begun_while_a_large_export_is_prepared(
    scene: Scene, tmp_path: Path, begun: list[Begun]
) -> None:
    request = asked(scene, tmp_path / "chips")
    with CrewStart() as start:
        start.begin(request)
        assert len(begun) == 1
        crew = start.crew(
            request, prepare(request, Silence(), StopSignal()), StopSignal(), Silence()
        )
        assert crew is not None
        assert len(begun) == 1
        with crew:
            assert not begun[0].is_over
    assert begun[0].is_over


def test_none_is_begun_for_what_has_no_crew(
    scene: Scene, tmp_path: Path, begun: list[Begun]
) -> None:
    for reason, more in without_crew(scene, tmp_path).items():
        CrewStart().begin(replace(asked(scene, tmp_path / "chips"), **more))
        assert not begun, reason


def test_chips_with_labels_are_worth_a_crew_where_images_alone_are_not(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads wait for one another the more, the more is done for a chip."""
    monkeypatch.setattr(crews, "LABELED", SMALL)
    labels = {"input_class_data": features(scene.labels), "class_value_field": "classvalue"}
    assert seems_worth(asked(scene, tmp_path, metadata_format="RCNN_Masks", **labels))
    assert not seems_worth(asked(scene, tmp_path, metadata_format="Export_Tiles", **labels))


def test_what_was_begun_for_nothing_ends_at_once(
    scene: Scene, tmp_path: Path, begun: list[Begun], monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asked(scene, tmp_path / "chips")
    monkeypatch.setattr(crews, "crew_size", lambda *_: 0)
    with CrewStart() as start:
        start.begin(request)
        assert start.crew(request, (), StopSignal(), Silence()) is None
        assert begun[0].is_over


def test_what_is_begun_after_the_end_ends_at_once(
    scene: Scene, tmp_path: Path, begun: list[Begun]
) -> None:
    """An export that is cancelled does not wait for what it is prepared by."""
    with CrewStart() as start:
        pass
    start.begin(asked(scene, tmp_path / "chips"))
    assert [each.is_over for each in begun] == [True]


def test_what_was_begun_ends_with_an_export_that_is_refused(
    scene: Scene, tmp_path: Path, begun: list[Begun]
) -> None:
    request = asked(scene, tmp_path / "chips", bands=(9,))
    with pytest.raises(InvalidRequest, match="bands"):
        export(request)
    assert [each.is_over for each in begun] == [True]
