"""Disks without room: what is written is kept, what is half written is not."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from chipwright.core.changed_datasets import ResumedDataset
from chipwright.core.dataset_folder import ROOM, ROOM_BYTES, DatasetFolder
from chipwright.core.dataset_parts import UNFINISHED
from chipwright.core.errors import UnwritableOutput
from chipwright.core.export import export
from chipwright.core.files import MAP_FILE
from chipwright.core.journal import Confirmed, Journal
from chipwright.core.manifest import Manifest
from chipwright.core.output import unwritable, write_bytes
from chipwright.core.request import Size

from .dataset_reading import contents
from .exporting import chip_request, export_chips
from .made_sources import noise_file


def no_room(path: str = "") -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path or None)


def confirmed(chips: int) -> Confirmed:
    return Confirmed(0, 0, chips, Manifest(0, chips))


@pytest.mark.parametrize("after", [0, 5])
def test_a_file_that_found_no_room_is_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    write = os.write
    written: list[int] = []

    def full(handle: int, content: bytes) -> int:
        if sum(written) == after:
            raise no_room()
        written.append(write(handle, content[:after]))
        return written[-1]

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space left"):
        write_bytes(str(tmp_path / "1.tif"), b"0123456789")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.ENOSPC, "make room on its disk"),
        (errno.EDQUOT, "make room on its disk"),
        (errno.ENOENT, "was removed, renamed or unplugged meanwhile; bring it back"),
        (errno.EROFS, "choose a folder that you may write to"),
        (errno.EACCES, "choose a folder that you may write to"),
    ],
)
def test_the_message_says_what_to_do(code: int, advice: str) -> None:
    said = str(unwritable(OSError(code, os.strerror(code)), "chips/images/1.tif"))
    assert said.startswith(
        f"outputLocation: 'chips/images/1.tif' cannot be written ({os.strerror(code)}); "
    )
    assert advice in said


def test_there_is_room_to_say_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once it is used, there is as much room for the journal as it took."""
    room, confirm = tmp_path / UNFINISHED / ROOM, Journal.confirm

    def on_a_full_disk(self: Journal, reached: Confirmed) -> None:
        if room.exists():
            assert room.stat().st_size == ROOM_BYTES
            raise no_room()
        confirm(self, reached)

    monkeypatch.setattr(Journal, "confirm", on_a_full_disk)
    source = noise_file(tmp_path.with_name("image.tif"), 64, 640)
    settings = {"tile_size": Size(32, 32)}
    with pytest.raises(UnwritableOutput, match="40 chips are kept: .*existingOutput=resume"):
        export_chips(source, tmp_path, **settings)
    monkeypatch.setattr(Journal, "confirm", confirm)
    export_chips(source, tmp_path, existing_output="resume", **settings)
    export_chips(source, tmp_path / "whole", **settings)
    assert contents(tmp_path / "whole") == {
        path: text for path, text in contents(tmp_path).items() if not path.startswith("whole/")
    }


def test_lines_after_the_last_that_is_confirmed_do_not_count(tmp_path: Path) -> None:
    with pytest.raises(UnwritableOutput), DatasetFolder(str(tmp_path)) as folder:
        folder.append(MAP_FILE, "one\n")
        folder.confirm(confirmed(1))
        folder.append(MAP_FILE, "two, without its cha")
        raise unwritable(no_room(), "chips/map.txt")
    with ResumedDataset(str(tmp_path)) as folder:
        assert list(folder.grown(MAP_FILE)) == ["one\n"]
        folder.finish([])


def test_nothing_but_the_dataset_is_left(tmp_path: Path) -> None:
    export(chip_request(noise_file(tmp_path / "image.tif", 64, 64), tmp_path / "chips"))
    assert not (tmp_path / "chips" / UNFINISHED).exists()
