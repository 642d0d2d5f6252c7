"""existingOutput=resume: an export that was killed at any moment ends as if nothing had been."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from chipwright.core import journal
from chipwright.core.errors import ExportCancelled, InvalidRequest
from chipwright.core.export import export
from chipwright.core.formats import FORMATS
from chipwright.core.request import Size

from .dataset_reading import contents
from .exporting import Listener, chip_request, classes, export_chips, features, given_for, picture
from .killing import killed, step_count
from .made_sources import Row, box, features_file, random_pixels, raster_file

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes to kill")

KILLS = int(os.environ.get("CHIPWRIGHT_KILLS", "1"))
"""At so many random steps, beside some chosen ones."""
ROWS: list[Row] = [
    (box(left + 0.25, top + 0.5, left + 9.75, top + 7.5), {"value": 1 + (left + top) % 3})
    for top in range(2, 134, 4)
    for left in (3, 20)
]


class Sources(NamedTuple):
    image: Path
    second: Path
    labels: Path
    class_map: Path


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """Images of real numbers, whose sums depend on their order."""
    folder = tmp_path_factory.mktemp("sources")
    drawn = np.zeros((1, 144, 40), np.uint8)
    drawn[0, 10:100, 5:20], drawn[0, 30:143, 24:38] = 2, 7
    return Sources(
        raster_file(folder / "image.tif", random_pixels((2, 144, 40), "float32")),
        raster_file(folder / "second.tif", random_pixels((2, 144, 40), "float32", seed=1)),
        features_file(folder / "labels.fgb", ROWS),
        raster_file(folder / "classes.tif", drawn),
    )


@pytest.fixture(autouse=True)
def a_line_for_every_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else these datasets would be whole before the first line."""
    monkeypatch.setattr(journal, "CHIPS", 1)
    monkeypatch.setattr(journal, "SHARE", 0)


def settings_of(metadata_format: str, sources: Sources) -> dict[str, Any]:
    given = given_for(metadata_format, features(sources.labels), sources.second)
    return {**given, "tile_size": Size(16, 16), "stride_size": Size(16, 8)}


def variants(sources: Sources) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is not told by the format alone."""

    def of(metadata_format: str, **more: Any) -> dict[str, Any]:
        return {**settings_of(metadata_format, sources), **more}

    eight_bits = {"pixel_scaling": "minmax", "bands": (1,)}
    yield "PNG", of("KITTI_rectangles", chip_format="PNG", **eight_bits)
    yield "JPEG", of("YOLO_OBB", chip_format="JPEG", **eight_bits)
    yield "MRF", of("Export_Tiles", chip_format="MRF")
    yield "classes", of("Classified_Tiles", input_class_data=classes(sources.class_map))
    yield "pairs", of("Export_Tiles", additional_input_raster=picture(sources.second))
    yield "turned", of("PASCAL_VOC_rectangles", rotation_angle=90.0)
    yield "cropped", of("Imagenet", fix_chip_size=False, blacken_around_feature=True)
    yield "split", of("YOLO", split="60/20/20", seed=3)
    yield "split VOC", of("PASCAL_VOC_rectangles", split="60/20/20")
    yield "negatives", of("COCO", negative_ratio=0.5)
    yield (
        "images",
        of("RCNN_Masks", process_all_raster_items=True, raster_items=(picture(sources.second),)),
    )
    yield "numbers", of("Export_Tiles", start_index=500)


VARIANTS = [name for name, _ in variants(Sources(*[Path()] * 4))]


def steps_to_die_at(count: int, seed: str) -> list[int]:
    """Random ones, and some at the end, where the files about the dataset are put in place."""
    choice = random.Random(seed)
    late = range(max(0, count - 16), count)
    return sorted({*choice.choices(range(count), k=KILLS), *choice.choices(late, k=1 + KILLS // 4)})


def resume(sources: Sources, folder: Path, **settings: Any) -> None:
    """Go on; there is nothing to do if only the end of the process was missing."""
    with suppress(InvalidRequest):
        export_chips(sources.image, folder, existing_output="resume", **settings)


def check_killed_runs(
    sources: Sources, tmp_path: Path, settings: dict[str, Any], workers: str, seed: str
) -> None:
    settings = {**settings, "parallel_processing_factor": workers}
    run = partial(export_chips, sources.image, **settings)
    whole = tmp_path / "whole"
    count = step_count(partial(run, whole), whole)
    expected = contents(whole)
    for step in steps_to_die_at(count - 2, seed):
        folder = tmp_path / f"killed {step}"
        killed(partial(run, folder), folder, step)
        resume(sources, folder, **settings)
        assert contents(folder) == expected, step
        assert not (folder / ".chipwright").exists(), step


@pytest.mark.parametrize("workers", ["1", "4"])
@pytest.mark.parametrize("metadata_format", FORMATS)
def test_a_killed_export_is_completed_to_the_same_bytes(
    sources: Sources, tmp_path: Path, metadata_format: str, workers: str
) -> None:
    settings = settings_of(metadata_format, sources)
    check_killed_runs(sources, tmp_path, settings, workers, metadata_format + workers)


@pytest.mark.parametrize("variant", VARIANTS)
def test_so_it_is_for_other_requests(sources: Sources, tmp_path: Path, variant: str) -> None:
    settings = dict(variants(sources))[variant]
    check_killed_runs(sources, tmp_path, settings, "2", variant)


def test_it_may_be_killed_again_and_again(sources: Sources, tmp_path: Path) -> None:
    settings = settings_of("RCNN_Masks", sources)
    run = partial(export_chips, sources.image, **settings, existing_output="resume")
    run(tmp_path / "whole")
    folder = tmp_path / "killed"
    for step in (40, 70, 80, 40):
        killed(partial(run, folder), folder, step)
    run(folder)
    assert contents(folder) == contents(tmp_path / "whole")


# broken off otherwise


class Impatient(Listener):
    """Wants to stop when some share of the work is done."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def cancelled(self) -> bool:
        return bool(self.fractions) and self.fractions[-1] >= self.share


def cancelled(sources: Sources, folder: Path, share: float = 0.4, **settings: Any) -> str:
    with pytest.raises(ExportCancelled) as caught:
        export(chip_request(sources.image, folder, **settings), Impatient(share))
    return str(caught.value)


@pytest.mark.parametrize("metadata_format", FORMATS)
def test_a_cancelled_export_is_gone_on_with(
    sources: Sources, tmp_path: Path, metadata_format: str
) -> None:
    """The sums that the caller is told are the same, too."""
    settings = settings_of(metadata_format, sources)
    message = cancelled(sources, tmp_path / "chips", **settings)
    assert "chips are kept: run it again with existingOutput=resume" in message
    resumed = {**settings, "existing_output": "resume"}
    expected = export_chips(sources.image, tmp_path / "whole", **settings)
    assert export_chips(sources.image, tmp_path / "chips", **resumed) == expected
    assert contents(tmp_path / "chips") == contents(tmp_path / "whole")


def test_chips_that_are_there_are_not_written_again(sources: Sources, tmp_path: Path) -> None:
    settings, folder = settings_of("KITTI_rectangles", sources), tmp_path / "chips"
    cancelled(sources, folder, **settings)
    (folder / "images" / "000000000.tif").write_bytes(b"mine")
    listener = Listener()
    request = chip_request(sources.image, folder, existing_output="resume", **settings)
    export(request, listener)
    assert (folder / "images" / "000000000.tif").read_bytes() == b"mine"
    assert any("chips are there already" in info for info in listener.infos)
    assert listener.fractions[0] > 0.3 and listener.fractions[-1] == 1


def test_so_it_is_after_the_system_lost_the_end_of_a_list(sources: Sources, tmp_path: Path) -> None:
    """As after a power cut: what is confirmed later does not count."""
    settings, folder = settings_of("KITTI_rectangles", sources), tmp_path / "chips"
    cancelled(sources, folder, **settings)
    grown = folder / ".chipwright" / "map.txt"
    os.truncate(grown, grown.stat().st_size - 1)
    resume(sources, folder, **settings)
    export_chips(sources.image, tmp_path / "whole", **settings)
    assert contents(folder) == contents(tmp_path / "whole")


@pytest.mark.parametrize("torn", [b"", b'{"dataset": 0, "ima', b"\0" * 100, b"[1, 2]\n"])
def test_a_line_that_is_not_whole_does_not_count(
    sources: Sources, tmp_path: Path, torn: bytes
) -> None:
    settings, folder = settings_of("COCO", sources), tmp_path / "chips"
    cancelled(sources, folder, **settings)
    with (folder / ".chipwright" / "journal").open("ab") as file:
        file.write(torn)
    resume(sources, folder, **settings)
    export_chips(sources.image, tmp_path / "whole", **settings)
    assert contents(folder) == contents(tmp_path / "whole")


@pytest.mark.parametrize("folder", ["new/chips", "empty"])
def test_where_nothing_is_it_simply_starts(sources: Sources, tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    settings = settings_of("YOLO", sources)
    export_chips(sources.image, tmp_path / folder, existing_output="resume", **settings)
    export_chips(sources.image, tmp_path / "plain", **settings)
    assert contents(tmp_path / folder) == contents(tmp_path / "plain")


def test_a_whole_dataset_is_not_touched(sources: Sources, tmp_path: Path) -> None:
    settings = settings_of("YOLO", sources)
    export_chips(sources.image, tmp_path / "chips", **settings)
    before = contents(tmp_path / "chips")
    with pytest.raises(InvalidRequest, match="existingOutput: .* is whole .* nothing to resume"):
        export_chips(sources.image, tmp_path / "chips", existing_output="resume", **settings)
    assert contents(tmp_path / "chips") == before


# what does not go on with it


@pytest.mark.parametrize("policy", ["refuse", "append", "replace"])
def test_otherwise_an_unfinished_dataset_is_refused_and_resuming_is_offered(
    sources: Sources, tmp_path: Path, policy: str
) -> None:
    settings, folder = settings_of("KITTI_rectangles", sources), tmp_path / "chips"
    cancelled(sources, folder, **settings)
    before = contents(folder)
    with pytest.raises(InvalidRequest, match="outputLocation: .*existingOutput=resume"):
        export_chips(sources.image, folder, existing_output=policy, **settings)
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("parameter", "change"),
    [
        ("tileSizeX", {"tile_size": Size(17, 16)}),
        ("strideSizeY", {"stride_size": Size(16, 7)}),
        ("metadataFormat", {"metadata_format": "PASCAL_VOC_rectangles"}),
        ("minPolygonOverlapRatio", {"min_polygon_overlap_ratio": 0.5}),
        ("startIndex", {"start_index": 9}),
        ("seed", {"seed": 9}),
        ("inputClassData", {"input_class_data": None, "metadata_format": "KITTI_rectangles"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_another_request_is_refused_by_what_differs(
    sources: Sources, tmp_path: Path, parameter: str, change: dict[str, Any]
) -> None:
    settings, folder = settings_of("KITTI_rectangles", sources), tmp_path / "chips"
    cancelled(sources, folder, **settings)
    before = contents(folder)
    if parameter == "inputClassData":
        other = features_file(tmp_path / "other.gpkg", ROWS)
        change = {"input_class_data": features(other)}
    with pytest.raises(InvalidRequest, match="broken off") as caught:
        export_chips(sources.image, folder, existing_output="resume", **{**settings, **change})
    assert caught.value.parameter == parameter
    assert contents(folder) == before


def test_other_workers_and_another_place_are_no_other_request(
    sources: Sources, tmp_path: Path
) -> None:
    settings = settings_of("KITTI_rectangles", sources)
    cancelled(sources, tmp_path / "chips", parallel_processing_factor="1", **settings)
    (tmp_path / "chips").rename(tmp_path / "moved")
    resume(sources, tmp_path / "moved", parallel_processing_factor="3", **settings)
    export_chips(sources.image, tmp_path / "whole", **settings)
    assert contents(tmp_path / "moved") == contents(tmp_path / "whole")


@pytest.mark.parametrize("changed", ["image", "labels"])
def test_a_source_that_changed_is_refused_by_its_name(
    sources: Sources, tmp_path: Path, changed: str
) -> None:
    image = raster_file(tmp_path / "image.tif", random_pixels((2, 144, 40), "float32"))
    labels = features_file(tmp_path / "labels.gpkg", ROWS)
    own = sources._replace(image=image, labels=labels)
    settings, folder = settings_of("KITTI_rectangles", own), tmp_path / "chips"
    cancelled(own, folder, **settings)
    file = {"image": image, "labels": labels}[changed]
    os.utime(file, (1, 1))
    with pytest.raises(InvalidRequest, match=f"{file.name}' was changed") as caught:
        export_chips(image, folder, existing_output="resume", **settings)
    assert caught.value.parameter == {"image": "inputRaster", "labels": "inputClassData"}[changed]


# a dataset behind the one that was broken off


@pytest.fixture(scope="module")
def earlier(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset to be copied."""
    folder = tmp_path_factory.mktemp("earlier") / "chips"
    export_chips(sources.second, folder, **settings_of("RCNN_Masks", sources))
    return folder


def copy_of(dataset: Path, folder: Path) -> dict[str, bytes]:
    shutil.copytree(dataset, folder)
    return contents(folder)


@pytest.mark.parametrize("step", [6, 9, 20, 90, -25, -9, -4])
@pytest.mark.parametrize("policy", ["append", "replace"])
def test_a_killed_change_of_a_dataset_loses_nothing(
    sources: Sources, earlier: Path, tmp_path: Path, policy: str, step: int
) -> None:
    """Chosen again, it begins with the dataset that was there, or finds the new one whole."""
    settings = {**settings_of("RCNN_Masks", sources), "existing_output": policy}
    run = partial(export_chips, sources.image, **settings)
    folders = [tmp_path / name for name in ("undisturbed", "killed")]
    for folder in folders:
        copy_of(earlier, folder)
    count = step_count(partial(run, folders[0]), folders[0])
    killed(partial(run, folders[1]), folders[1], step if step > 0 else count + step)
    with suppress(InvalidRequest):
        export_chips(sources.image, folders[1], **{**settings, "bands": (9,)})  # only puts back
    if (folders[1] / ".chipwright").exists():
        resume(sources, folders[1], **settings_of("RCNN_Masks", sources))
        assert contents(folders[1]) == contents(folders[0])
        return
    if contents(folders[1]) != contents(folders[0]):
        run(folders[1])
    assert contents(folders[1]) == contents(folders[0])


def test_a_killed_replacement_can_be_gone_on_with(
    sources: Sources, earlier: Path, tmp_path: Path
) -> None:
    settings, folder = settings_of("COCO", sources), tmp_path / "chips"
    copy_of(earlier, folder)
    run = partial(export_chips, sources.image, **settings, existing_output="replace")
    killed(partial(run, folder), folder, 30)
    assert (folder / ".chipwright" / "replaced" / "map.txt").exists()
    resume(sources, folder, **settings)
    export_chips(sources.image, tmp_path / "whole", **settings)
    assert contents(folder) == contents(tmp_path / "whole")


@pytest.mark.parametrize("step", [30, 60, -25, -12, -8, -4])
@pytest.mark.parametrize("metadata_format", ["RCNN_Masks", "CycleGAN"])
def test_a_killed_appending_can_be_gone_on_with(
    sources: Sources, tmp_path: Path, metadata_format: str, step: int
) -> None:
    """Be it that some of the files about the dataset are new ones already."""
    settings = settings_of(metadata_format, sources)
    whole, folder = tmp_path / "whole", tmp_path / "killed"
    for each in (whole, folder):
        export_chips(sources.second, each, **settings)
    run = partial(export_chips, sources.image, existing_output="append", **settings)
    count = step_count(partial(run, whole), whole)
    killed(partial(run, folder), folder, step if step > 0 else count + step)
    is_whole = not (folder / ".chipwright" / "journal").exists()
    told = "already holds" if is_whole else "choose append to have the chips removed first"
    with pytest.raises(InvalidRequest, match=told):
        export_chips(sources.image, folder, **settings)
    resume(sources, folder, **settings)
    assert contents(folder) == contents(whole)
    assert not (folder / ".chipwright").exists()


@pytest.mark.parametrize("policy", ["refuse", "append"])
def test_labels_that_were_removed_are_missed(
    sources: Sources, earlier: Path, tmp_path: Path, policy: str
) -> None:
    settings, folder = settings_of("RCNN_Masks", sources), tmp_path / "chips"
    there = copy_of(earlier, folder) if policy == "append" else {}
    killed(
        partial(export_chips, sources.image, folder, existing_output=policy, **settings), folder, 90
    )
    left = contents(folder)
    written = [path for path in left if path.startswith("labels/") and path not in there]
    (folder / min(written, key=lambda path: path.rpartition("/")[2])).unlink()
    left = contents(folder)
    told = "1 of .* images and labels that were written are no longer in .* Bring them back, choose"
    with pytest.raises(InvalidRequest, match=told) as refusal:
        export_chips(sources.image, folder, existing_output="resume", **settings)
    assert ("remove what is there" in str(refusal.value)) == (policy == "refuse")
    assert (
        contents(folder).items() >= {path: left[path] for path in written if path in left}.items()
    )


def test_a_second_run_into_the_folder_is_refused_while_the_first_writes(
    sources: Sources, tmp_path: Path
) -> None:
    settings, folder = settings_of("KITTI_rectangles", sources), tmp_path / "chips"
    refusals = []

    class Rival(Listener):
        """Starts another run when some work is done."""

        def fraction(self, done: float) -> None:
            for policy in ("refuse", "resume", "replace", "append"):
                with pytest.raises(InvalidRequest) as caught:
                    export_chips(sources.image, folder, existing_output=policy, **settings)
                refusals.append(str(caught.value))

    export(chip_request(sources.image, folder, **settings), Rival())
    assert refusals and all(f"process {os.getpid()} is writing" in it for it in refusals)
    export_chips(sources.image, tmp_path / "alone", **settings)
    assert contents(folder) == contents(tmp_path / "alone")
