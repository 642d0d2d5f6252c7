"""existingOutput=replace: the old dataset goes when the new one is whole, and not before."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from chipwright.core import cancelling
from chipwright.core.checking.check import check_dataset
from chipwright.core.errors import ChipExportError, ExportCancelled, InvalidRequest
from chipwright.core.export import export
from chipwright.core.formats import FORMATS
from chipwright.core.request import Size

from .dataset_reading import contents
from .exporting import Listener, chip_request, export_chips, features, given_for, picture
from .made_sources import box, features_file, noise_file

SMALL: dict[str, Any] = {"tile_size": Size(16, 16)}
EVERY_FORMAT = pytest.mark.parametrize("metadata_format", FORMATS)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return noise_file(tmp_path / "image.tif", 64, 64)


@pytest.fixture
def old(image: Path, tmp_path: Path) -> dict[str, bytes]:
    """A dataset of YOLO in the folder chips, beside a file of somebody else."""
    folder = tmp_path / "chips"
    export_chips(image, folder, split="60/40", **settings_of("YOLO", image, "old"))
    (folder / "notes.txt").write_text("mine")
    return contents(folder)


def settings_of(metadata_format: str, image: Path, layer: str = "labels") -> dict[str, Any]:
    rows = [(box(5, 5, 14, 14), {"value": 1}), (box(22, 21, 31, 60), {"value": 2})]
    labels = features(features_file(image.parent / f"{layer}.fgb", rows))
    given = given_for(metadata_format, labels, image)
    return {**given, "tile_size": Size(16, 16), "stride_size": Size(8, 8)}


class Impatient(Listener):
    """Wants to stop when some of the work is done."""

    def cancelled(self) -> bool:
        return bool(self.fractions) and self.fractions[-1] > 0.2


@EVERY_FORMAT
def test_the_new_dataset_is_as_if_there_had_been_none(
    image: Path, tmp_path: Path, old: dict[str, bytes], metadata_format: str
) -> None:
    given = settings_of(metadata_format, image)
    export_chips(image, tmp_path / "alone", **given)
    export_chips(image, tmp_path / "chips", existing_output="replace", **given)
    assert contents(tmp_path / "chips") == {**contents(tmp_path / "alone"), "notes.txt": b"mine"}


@pytest.mark.parametrize("metadata_format", ["YOLO", "COCO", "RCNN_Masks", "CycleGAN"])
def test_a_cancelled_run_can_be_gone_on_with_or_the_old_dataset_be_had_back(
    image: Path, tmp_path: Path, old: dict[str, bytes], metadata_format: str
) -> None:
    long, folder, copy = (tmp_path / name for name in ("long.tif", "chips", "copy"))
    noise_file(long, 64, 600)
    given = settings_of(metadata_format, image)
    with pytest.raises(ExportCancelled, match="The dataset that was there is kept in '.*replaced'"):
        export(chip_request(long, folder, existing_output="replace", **given), Impatient())
    shutil.copytree(folder, copy)
    check_given_back(long, copy, old)
    export_chips(long, folder, existing_output="resume", **given)
    export_chips(long, tmp_path / "alone", **given)
    assert contents(folder) == {**contents(tmp_path / "alone"), "notes.txt": b"mine"}
    assert not (folder / ".chipwright").exists()


def check_given_back(image: Path, folder: Path, old: dict[str, bytes]) -> None:
    """Whoever wants to replace it again has the old one first, whatever comes of that."""
    with pytest.raises(InvalidRequest, match="bands"):
        export_chips(image, folder, existing_output="replace", bands=(9,))
    assert contents(folder) == old
    assert not (folder / ".chipwright").exists()


def test_nobody_is_told_to_remove_a_folder_in_which_there_is_the_old_dataset(
    image: Path, tmp_path: Path, old: dict[str, bytes]
) -> None:
    long = noise_file(tmp_path / "long.tif", 64, 600)
    request = chip_request(long, tmp_path / "chips", existing_output="replace", **SMALL)
    with pytest.raises(ExportCancelled):
        export(request, Impatient())
    with pytest.raises(InvalidRequest, match="The dataset that was there is in '.*replaced'") as it:
        export_chips(long, tmp_path / "chips", **SMALL)
    assert "remove" not in str(it.value)


def test_the_old_dataset_can_be_had_back_after_a_source_broke(
    image: Path, tmp_path: Path, old: dict[str, bytes]
) -> None:
    broken = noise_file(tmp_path / "broken.tif", 64, 600)
    with broken.open("r+b") as file:
        file.truncate(broken.stat().st_size - 9000)
    with pytest.raises(ChipExportError, match="broken.tif.* chips are kept.*replace to begin anew"):
        export_chips(broken, tmp_path / "chips", existing_output="replace")
    check_given_back(broken, tmp_path / "chips", old)


def test_a_request_that_is_refused_touches_nothing(
    image: Path, tmp_path: Path, old: dict[str, bytes]
) -> None:
    with pytest.raises(InvalidRequest):
        export_chips(image, tmp_path / "chips", existing_output="replace", bands=(9,))
    assert contents(tmp_path / "chips") == old


def test_a_chip_of_the_old_dataset_cannot_become_the_new_one(
    image: Path, tmp_path: Path, old: dict[str, bytes]
) -> None:
    """It is out of the way when it is to be read; nothing is lost."""
    chip = next((tmp_path / "chips" / "images" / "train").iterdir())
    given = {"existing_output": "replace", "tile_size": Size(8, 8)}
    with pytest.raises(ChipExportError):
        export_chips(image, tmp_path / "chips", raster_items=(picture(chip),), **given)
    assert contents(tmp_path / "chips") == old


@pytest.mark.parametrize("policy", ["replace", "append"])
def test_where_there_is_nothing_it_is_a_plain_export(
    image: Path, tmp_path: Path, policy: str
) -> None:
    export_chips(image, tmp_path / "plain")
    export_chips(image, tmp_path / "chips", existing_output=policy)
    assert contents(tmp_path / "chips") == contents(tmp_path / "plain")


@pytest.mark.parametrize("policy", ["replace", "append"])
def test_where_there_was_nothing_a_cancelled_run_can_be_gone_on_with(
    image: Path, tmp_path: Path, policy: str
) -> None:
    """As one that was told to refuse a dataset."""
    long = noise_file(tmp_path / "long.tif", 64, 2000)
    given = {"tile_size": Size(16, 16)}
    with pytest.raises(ExportCancelled, match="existingOutput=resume"):
        export(chip_request(long, tmp_path / "chips", existing_output=policy, **given), Impatient())
    export_chips(long, tmp_path / "chips", existing_output="resume", **given)
    export_chips(long, tmp_path / "plain", **given)
    assert contents(tmp_path / "chips") == contents(tmp_path / "plain")


def test_a_run_that_is_cancelled_before_its_first_chip_says_that_the_old_dataset_is_there(
    image: Path, tmp_path: Path, old: dict[str, bytes]
) -> None:
    class Hasty(Listener):
        """Wants to stop once the old dataset is out of the way."""

        def cancelled(self) -> bool:
            return (tmp_path / "chips" / ".chipwright" / "replaced" / "images").exists()

    request = chip_request(image, tmp_path / "chips", existing_output="replace", **SMALL)
    with pytest.raises(ExportCancelled, match="The dataset that was there is as it was"):
        export(request, Hasty())
    assert contents(tmp_path / "chips") == old


@pytest.mark.parametrize("policy", ["replace", "append"])
def test_whoever_cancels_while_chips_of_an_earlier_run_are_removed_loses_nothing(
    image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    """It may take a while; the next one goes on with it, and nobody goes on with the chips."""
    long, folder = noise_file(tmp_path / "long.tif", 64, 600), tmp_path / "chips"
    export_chips(image, folder, **SMALL)
    before = contents(folder)
    request = chip_request(long, folder, existing_output=policy, **SMALL)
    with pytest.raises(ExportCancelled, match="chips are kept"):
        export(request, Impatient())
    monkeypatch.setattr(cancelling, "PIECES", 1)
    listener = Later(7)
    with pytest.raises(ExportCancelled, match="the next one goes on with that"):
        export(request, listener)
    assert len(contents(folder)) > len(before)
    for other in ("resume", "refuse"):
        with pytest.raises(InvalidRequest, match="Choose existingOutput replace or append"):
            export_chips(long, folder, existing_output=other, **SMALL)
    with pytest.raises(InvalidRequest, match="bands"):
        export_chips(image, folder, existing_output=policy, bands=(9,), **SMALL)
    assert contents(folder) == before


def test_whoever_cancels_while_the_old_dataset_is_removed_has_the_new_one(
    image: Path, tmp_path: Path, old: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may take a while; the next one goes on with it."""
    folder = tmp_path / "chips"

    class AtTheEnd(Listener):
        """Wants to stop once there is nothing more to be written."""

        def cancelled(self) -> bool:
            return (folder / ".chipwright" / "rubbish").exists()

    monkeypatch.setattr(cancelling, "PIECES", 1)
    export_chips(image, tmp_path / "alone", **SMALL)
    request = chip_request(image, folder, existing_output="replace", **SMALL)
    with pytest.raises(ExportCancelled, match="The new dataset is whole.*the next run"):
        export(request, AtTheEnd())
    new = {**contents(tmp_path / "alone"), "notes.txt": b"mine"}
    there = contents(folder)
    assert {name: there[name] for name in there if not name.startswith(".chipwright")} == new
    assert len(there) > len(new)
    assert [each.code for each in check_dataset(str(folder), Listener()).lines()] == ["left-over"]
    with pytest.raises(InvalidRequest, match="outputLocation"):
        export_chips(image, folder, **SMALL)
    assert contents(folder) == new


class Later(Listener):
    """Wants to stop when it was asked so often."""

    def __init__(self, questions: int) -> None:
        super().__init__()
        self.questions = questions

    def cancelled(self) -> bool:
        self.questions -= 1
        return self.questions < 0
