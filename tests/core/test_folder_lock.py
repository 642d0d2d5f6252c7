from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from chipwright.core.errors import InvalidRequest
from chipwright.core.folder_lock import LOCK, FolderLock, Owner, this_process


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "locked"


def lock_of(folder: Path) -> FolderLock:
    return FolderLock(folder, "chips")


def ended_process() -> Owner:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return replace(this_process(), pid=process.pid, began="")


def left_by(owner: Owner, folder: Path) -> None:
    folder.mkdir()
    (folder / LOCK).write_text(json.dumps(asdict(owner)))


def test_a_lock_tells_who_has_it(folder: Path) -> None:
    lock_of(folder).take()
    assert json.loads((folder / LOCK).read_text()) == asdict(this_process())


def test_a_second_lock_is_refused_with_the_process_that_has_it(folder: Path) -> None:
    lock_of(folder).take()
    before = (folder / LOCK).read_bytes()
    for refused in (lock_of(folder).take, lock_of(folder).check):
        with pytest.raises(InvalidRequest, match=f"process {this_process().pid} .*'chips'"):
            refused()
    assert (folder / LOCK).read_bytes() == before


def test_a_lock_that_was_given_back_can_be_taken(folder: Path) -> None:
    lock_of(folder).take()
    lock_of(folder).release()
    lock_of(folder).check()
    lock_of(folder).take()


def test_the_lock_of_a_process_that_ended_can_be_taken(folder: Path) -> None:
    left_by(ended_process(), folder)
    lock_of(folder).check()
    lock_of(folder).take()
    assert json.loads((folder / LOCK).read_text()) == asdict(this_process())
    assert [path.name for path in folder.iterdir()] == [LOCK]


@pytest.mark.skipif(not this_process().began, reason="the system tells no beginnings")
def test_a_number_that_was_given_to_another_process_is_recognised(folder: Path) -> None:
    left_by(replace(this_process(), began="long ago"), folder)
    lock_of(folder).take()
    assert json.loads((folder / LOCK).read_text()) == asdict(this_process())


def test_the_lock_of_another_machine_is_refused_with_what_to_do(folder: Path) -> None:
    left_by(replace(ended_process(), host="elsewhere"), folder)
    with pytest.raises(InvalidRequest) as caught:
        lock_of(folder).take()
    assert "'elsewhere'" in str(caught.value) and str(folder / LOCK) in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"pid": 1}'])
def test_a_lock_that_was_not_written_any_more_can_be_taken(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / LOCK).write_bytes(content)
    lock_of(folder).take()
    assert json.loads((folder / LOCK).read_text()) == asdict(this_process())


@pytest.mark.parametrize("is_written", [True, False])
def test_what_was_put_out_of_the_way_is_removed_if_nobody_did(
    folder: Path, is_written: bool
) -> None:
    """Whoever put it there was killed before."""
    left_by(ended_process(), folder)
    (folder / LOCK).rename(folder / f"{LOCK}.0123")
    if not is_written:
        (folder / f"{LOCK}.0123").write_bytes(b"")
    lock_of(folder).take()
    assert [path.name for path in folder.iterdir()] == [LOCK]


def test_what_another_process_puts_back_is_left_to_it(folder: Path) -> None:
    left_by(this_process(), folder)
    (folder / LOCK).rename(folder / f"{LOCK}.0123")
    lock_of(folder).take()
    assert sorted(path.name for path in folder.iterdir()) == [LOCK, f"{LOCK}.0123"]


def test_of_many_that_find_a_stale_lock_one_gets_it(folder: Path) -> None:
    left_by(ended_process(), folder)
    take = (
        "import sys, pathlib; from chipwright.core.folder_lock import *\n"
        "FolderLock(pathlib.Path(sys.argv[1]), '').take(); print('taken', flush=True)\n"
        "sys.stdin.read()"
    )
    command = [sys.executable, "-c", take, str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    rivals = [subprocess.Popen(command, text=True, **pipes) for _ in range(4)]
    said = [rival.stdout.readline() for rival in rivals]
    for rival in rivals:
        rival.communicate()
    assert sorted(said) == ["", "", "", "taken\n"]
