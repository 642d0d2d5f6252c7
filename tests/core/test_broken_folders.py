"""Folders that are taken away while they are written into."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from chipwright.core import folder_lock, journal
from chipwright.core.dataset_parts import UNFINISHED
from chipwright.core.errors import InvalidRequest, UnwritableOutput
from chipwright.core.export import export
from chipwright.core.request import ExportRequest, Size

from .dataset_reading import contents
from .exporting import chip_request
from .made_sources import noise_file
from .test_broken_sources import Doing


@pytest.fixture(autouse=True)
def a_line_for_every_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "CHIPS", 1)
    monkeypatch.setattr(journal, "SHARE", 0)


@pytest.fixture
def asked(tmp_path: Path) -> ExportRequest:
    image = noise_file(tmp_path / "image.tif", 64, 1280)
    return chip_request(image, tmp_path / "chips", tile_size=Size(32, 32))


def broken_by(asked: ExportRequest, act: Callable[[], object]) -> str:
    with pytest.raises(UnwritableOutput) as caught:
        export(asked, Doing(act))
    assert str(caught.value).startswith(f"outputLocation: '{asked.output_location}")
    return str(caught.value)


def check_goes_on(asked: ExportRequest) -> None:
    """To the same bytes as at a stretch."""
    export(replace(asked, existing_output="resume"))
    whole = replace(asked, output_location=f"{asked.output_location} whole")
    export(whole)
    assert contents(Path(asked.output_location)) == contents(Path(whole.output_location))


def test_a_folder_that_was_moved_can_be_brought_back(asked: ExportRequest, tmp_path: Path) -> None:
    """By the same process, too, which does not hold the lock in it any more."""
    folder, away = Path(asked.output_location), tmp_path / "away"
    said = broken_by(asked, lambda: folder.rename(away))
    assert "so nothing in it was touched: if it was moved or unplugged, bring it back" in said
    assert not folder.exists()
    away.rename(folder)
    check_goes_on(asked)


def test_what_is_in_its_place_is_not_touched(asked: ExportRequest, tmp_path: Path) -> None:
    folder = Path(asked.output_location)

    def exchange() -> None:
        folder.rename(tmp_path / "away")
        (folder / "labels").mkdir(parents=True)
        (folder / "labels" / "mine.txt").write_text("mine")

    broken_by(asked, exchange)
    assert contents(folder) == {"labels/mine.txt": b"mine"}


def test_a_folder_that_was_removed_is_told(asked: ExportRequest) -> None:
    folder = Path(asked.output_location)
    said = broken_by(asked, lambda: shutil.rmtree(folder))
    assert "removed, renamed or unplugged meanwhile" in said
    assert not folder.exists()
    export(asked)


def test_a_journal_that_is_gone_is_not_made_up(asked: ExportRequest) -> None:
    folder = Path(asked.output_location)
    broken_by(asked, lambda: shutil.rmtree(folder / UNFINISHED))
    assert not (folder / UNFINISHED).exists()
    assert not (folder / "map.txt").exists()


def test_chips_that_were_removed_are_missed(asked: ExportRequest) -> None:
    folder = Path(asked.output_location)
    broken_by(asked, lambda: shutil.rmtree(folder / "images"))
    with pytest.raises(
        InvalidRequest, match="32 of [0-9]+ images and labels .* are no longer in '.*'"
    ):
        export(replace(asked, existing_output="resume"))


def test_a_folder_that_turns_read_only_is_told_and_gone_on_with(
    asked: ExportRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a drive does that has failed."""
    opened, removed = os.open, os.unlink

    def refuse(path: object) -> None:
        if str(path).startswith(asked.output_location):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    def turn() -> None:
        monkeypatch.setattr(os, "open", lambda path, *more: refuse(path) or opened(path, *more))
        monkeypatch.setattr(
            os, "unlink", lambda path, **more: refuse(path) or removed(path, **more)
        )

    said = broken_by(asked, turn)
    assert "(Read-only file system)" in said and "32 chips are kept" in said
    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "unlink", removed)
    assert (Path(asked.output_location) / UNFINISHED / folder_lock.LOCK).exists()
    check_goes_on(asked)
