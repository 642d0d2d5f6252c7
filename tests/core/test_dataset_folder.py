from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chipwright.core.dataset_folder import (
    FOLDERS,
    ROOT_FILES,
    UNFINISHED,
    DatasetFolder,
    check_usable,
)
from chipwright.core.errors import ChipExportError, InvalidRequest, UnwritableOutput
from chipwright.core.files import MAP_FILE, DatasetFile

ABOUT = [DatasetFile(name, [name]) for name in ROOT_FILES if name != MAP_FILE]
LONGEST_NAME = 255


class Broken(Exception):
    """What goes wrong in the middle of an export."""


def tree(path: Path) -> list[str]:
    return sorted(it.relative_to(path).as_posix() for it in path.rglob("*"))


def write_chip(folder: Path) -> None:
    for name in ("images/000000000.tif", "labels/roof/000000000.tif"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"chip")


def break_in(location: Path) -> None:
    """An export that writes a chip and most files, and then fails."""
    with pytest.raises(Broken), DatasetFolder(str(location)) as folder:
        write_chip(location)
        folder.append(MAP_FILE, "images\\000000000.tif \r\n")
        for file in ABOUT:
            (location / file.path).write_text("".join(file.text))
        raise Broken


# whether a folder is usable


def test_a_folder_that_is_not_there_is_usable(tmp_path: Path) -> None:
    check_usable(str(tmp_path / "new" / "chips"))


def test_an_empty_folder_is_usable(tmp_path: Path) -> None:
    check_usable(str(tmp_path))


def test_a_folder_with_other_files_is_usable(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    check_usable(str(tmp_path))


def test_looking_makes_no_folder(tmp_path: Path) -> None:
    check_usable(str(tmp_path / "new" / "chips"))
    assert tree(tmp_path) == []


@pytest.mark.parametrize("name", ROOT_FILES)
def test_a_folder_with_a_file_of_a_dataset_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("")
    with pytest.raises(InvalidRequest, match=f"outputLocation.*{name}"):
        check_usable(str(tmp_path))


@pytest.mark.parametrize("name", [*FOLDERS, UNFINISHED])
def test_a_folder_with_a_folder_of_a_dataset_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(InvalidRequest, match=f"outputLocation.*{name}"):
        check_usable(str(tmp_path))


@pytest.mark.parametrize("below", ["", "chips", "new/chips"])
def test_a_file_in_the_way_is_refused(tmp_path: Path, below: str) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InvalidRequest, match="outputLocation.*notes.txt.* is a file"):
        check_usable(str(tmp_path / "notes.txt" / below))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
@pytest.mark.parametrize("below", ["", "chips"])
def test_a_folder_that_must_not_be_written_is_refused(tmp_path: Path, below: str) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(InvalidRequest, match="outputLocation.*locked"):
        check_usable(str(tmp_path / "locked" / below))


def test_a_relative_folder_is_usable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    check_usable("chips")


# a dataset that is whole


def test_a_finished_folder_holds_the_dataset_and_nothing_else(tmp_path: Path) -> None:
    with DatasetFolder(str(tmp_path)) as folder:
        folder.append(MAP_FILE, "one\r\n")
        folder.finish([*ABOUT, DatasetFile(MAP_FILE, folder.grown(MAP_FILE))])
    assert tree(tmp_path) == sorted(ROOT_FILES)


def test_what_was_appended_comes_back_line_by_line(tmp_path: Path) -> None:
    with DatasetFolder(str(tmp_path)) as folder:
        folder.append(MAP_FILE, "one\r\nzwölf\r\n")
        folder.append(MAP_FILE, "three\r\n")
        assert list(folder.grown(MAP_FILE)) == ["one\r\n", "zwölf\r\n", "three\r\n"]
        folder.finish([])


def test_nothing_appended_is_nothing(tmp_path: Path) -> None:
    with DatasetFolder(str(tmp_path)) as folder:
        assert list(folder.grown(MAP_FILE)) == []
        folder.finish([])


def test_files_grow_side_by_side(tmp_path: Path) -> None:
    with DatasetFolder(str(tmp_path)) as folder:
        for number in range(3):
            folder.append("even.txt", f"{2 * number}\n")
            folder.append("odd.txt", f"{2 * number + 1}\n")
        assert list(folder.grown("even.txt")) == ["0\n", "2\n", "4\n"]
        folder.finish([])


def test_files_of_two_datasets_grow_apart(tmp_path: Path) -> None:
    paths = [f"{domain}/{MAP_FILE}" for domain in ("A", "B")]
    with DatasetFolder(str(tmp_path)) as folder:
        for path in paths:
            folder.append(path, path)
        for path in paths:
            folder.finish([DatasetFile(path, folder.grown(path))])
    assert [(tmp_path / path).read_text() for path in paths] == paths


def test_what_was_appended_can_be_looked_at_more_than_once(tmp_path: Path) -> None:
    with DatasetFolder(str(tmp_path)) as folder:
        folder.append(MAP_FILE, "one\n")
        list(folder.grown(MAP_FILE))
        folder.append(MAP_FILE, "two\n")
        assert list(folder.grown(MAP_FILE)) == ["one\n", "two\n"]
        folder.finish([])


def test_texts_are_written_as_they_are(tmp_path: Path) -> None:
    with DatasetFolder(str(tmp_path)) as folder:
        folder.finish([DatasetFile("stats.txt", ["zwölf\r\n", "", "three\n"])])
    assert (tmp_path / "stats.txt").read_bytes() == b"zw\xc3\xb6lf\r\nthree\n"


def test_a_file_may_lie_in_a_folder_of_its_own(tmp_path: Path) -> None:
    with DatasetFolder(str(tmp_path)) as folder:
        folder.finish([DatasetFile("annotations/instances.json", ["{}"])])
    assert (tmp_path / "annotations" / "instances.json").read_text() == "{}"


def test_no_file_is_in_its_place_before_all_are_whole(tmp_path: Path) -> None:
    """The map among them makes a dataset whole."""
    there: list[list[str]] = []

    def look() -> Iterator[str]:
        there.append([name for name in tree(tmp_path) if not name.startswith(UNFINISHED)])
        yield ""

    with DatasetFolder(str(tmp_path)) as folder:
        folder.finish([DatasetFile(name, look()) for name in ("a.txt", "b.txt", "c.txt")])
    assert there == [[], [], []]
    assert tree(tmp_path) == ["a.txt", "b.txt", "c.txt"]


def test_there_is_nothing_but_the_unfinished_before_the_dataset_is_whole(tmp_path: Path) -> None:
    with DatasetFolder(str(tmp_path)) as folder:
        folder.append(MAP_FILE, "one\r\n")
        assert [it.name for it in tmp_path.iterdir()] == [UNFINISHED]
        folder.finish([])


def test_folders_are_made(tmp_path: Path) -> None:
    with DatasetFolder(str(tmp_path / "new" / "chips")) as folder:
        folder.finish([DatasetFile(MAP_FILE, [])])
    assert tree(tmp_path) == ["new", "new/chips", f"new/chips/{MAP_FILE}"]


# an export that fails


def test_a_broken_export_leaves_nothing(tmp_path: Path) -> None:
    break_in(tmp_path)
    assert tree(tmp_path) == []


def test_a_broken_export_removes_the_folders_it_made(tmp_path: Path) -> None:
    break_in(tmp_path / "new" / "chips")
    assert tree(tmp_path) == []


def test_a_broken_export_leaves_the_folders_that_were_there(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    break_in(tmp_path / "old" / "chips")
    assert tree(tmp_path) == ["old"]


def test_a_broken_export_leaves_other_files(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine")
    break_in(tmp_path)
    assert tree(tmp_path) == ["notes", "notes/mine.txt"]


def test_a_broken_export_leaves_what_others_put_into_the_folders_it_made(tmp_path: Path) -> None:
    with pytest.raises(Broken), DatasetFolder(str(tmp_path / "new" / "chips")):
        (tmp_path / "new" / "mine.txt").write_text("mine")
        raise Broken
    assert tree(tmp_path) == ["new", "new/mine.txt"]


def test_an_interrupted_export_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), DatasetFolder(str(tmp_path / "chips")):
        write_chip(tmp_path / "chips")
        raise KeyboardInterrupt
    assert tree(tmp_path) == []


def test_the_error_is_told_even_if_the_folder_is_gone(tmp_path: Path) -> None:
    with pytest.raises(Broken), DatasetFolder(str(tmp_path / "chips")):
        shutil.rmtree(tmp_path / "chips")
        raise Broken


def test_an_error_among_the_files_about_the_dataset_leaves_nothing(tmp_path: Path) -> None:
    def half() -> Iterator[str]:
        yield "half of "
        raise Broken

    with pytest.raises(Broken), DatasetFolder(str(tmp_path / "chips")) as folder:
        folder.finish([*ABOUT, DatasetFile(MAP_FILE, half())])
    assert tree(tmp_path) == []


@pytest.mark.parametrize("path", ["annotations/instances.json", "data.yaml", "A/map.txt"])
def test_a_broken_export_leaves_no_file_of_any_format(tmp_path: Path, path: str) -> None:
    """What `finish` wrote before something failed is gone, whatever its name."""

    def nothing() -> Iterator[str]:
        raise Broken
        yield ""

    with pytest.raises(Broken), DatasetFolder(str(tmp_path / "chips")) as folder:
        folder.finish([DatasetFile(path, ["{}"]), DatasetFile(MAP_FILE, nothing())])
    assert tree(tmp_path) == []


# a full disk


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may become larger, as if the disk were full."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def fill(location: Path) -> None:
    """An export for whose map there is no room; chips find none either."""
    with room_for(100), DatasetFolder(str(location)) as folder:
        write_chip(location)
        folder.append(MAP_FILE, "one\r\n" * 100)
        raise UnwritableOutput("there is no room for chips")


def fill_at_the_end(location: Path) -> None:
    """An export for whose last files there is no room."""
    with room_for(100), DatasetFolder(str(location)) as folder:
        write_chip(location)
        folder.finish([DatasetFile("stats.txt", ["x" * 1000])])


@pytest.mark.parametrize("export", [fill, fill_at_the_end])
def test_a_full_disk_leaves_nothing(tmp_path: Path, export: Callable[[Path], None]) -> None:
    with pytest.raises((UnwritableOutput, OSError)):
        export(tmp_path / "chips")
    assert tree(tmp_path) == []


def test_a_full_disk_is_told_as_it_was_met_first(tmp_path: Path) -> None:
    with pytest.raises(UnwritableOutput, match="no room for chips"):
        fill(tmp_path / "chips")


def test_a_full_disk_at_the_end_is_told_by_the_file_that_found_no_room(tmp_path: Path) -> None:
    with pytest.raises(UnwritableOutput, match="outputLocation.*stats.txt"):
        fill_at_the_end(tmp_path / "chips")


def test_a_full_disk_is_told_by_the_file_that_grew(tmp_path: Path) -> None:
    with pytest.raises(UnwritableOutput, match=f"outputLocation.*{MAP_FILE}"):
        with room_for(100), DatasetFolder(str(tmp_path)) as folder:
            for _ in range(100):
                folder.append(MAP_FILE, "one\r\n" * 1000)


# folders that cannot be used after all


@pytest.mark.parametrize("below", ["", "/chips", "/new/chips"])
def test_a_file_in_the_way_cannot_be_written(tmp_path: Path, below: str) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UnwritableOutput, match="outputLocation.*notes.txt"):
        DatasetFolder(f"{tmp_path}/notes.txt{below}").__enter__()


def test_a_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    location = str(tmp_path / "new" / ("n" * (LONGEST_NAME + 1)))
    with pytest.raises(ChipExportError, match="outputLocation"):
        check_usable(location)
        DatasetFolder(location).__enter__()


def test_a_folder_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    """The folders above it can."""
    location = tmp_path / "new" / ("n" * (LONGEST_NAME + 1))
    with pytest.raises((ChipExportError, OSError)):
        DatasetFolder(str(location)).__enter__()
    assert tree(tmp_path) == []


def test_two_exports_do_not_share_a_folder(tmp_path: Path) -> None:
    with DatasetFolder(str(tmp_path)) as first:
        with pytest.raises(UnwritableOutput, match="outputLocation"):
            DatasetFolder(str(tmp_path)).__enter__()
        first.finish([])


def test_an_export_that_finds_another_leaves_its_files(tmp_path: Path) -> None:
    with DatasetFolder(str(tmp_path)) as first:
        write_chip(tmp_path)
        first.append(MAP_FILE, "one\r\n")
        with pytest.raises(UnwritableOutput):
            DatasetFolder(str(tmp_path)).__enter__()
        first.finish([*ABOUT, DatasetFile(MAP_FILE, first.grown(MAP_FILE))])
    assert {"images/000000000.tif", *ROOT_FILES} <= set(tree(tmp_path))
