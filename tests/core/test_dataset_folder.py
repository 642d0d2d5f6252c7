from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chipwright.core.changed_datasets import AppendedDataset, ReplacedDataset
from chipwright.core.dataset_folder import DatasetFolder
from chipwright.core.dataset_parts import FOLDERS, ROOT_FILES, UNFINISHED
from chipwright.core.errors import ChipExportError, InvalidRequest, UnwritableOutput
from chipwright.core.files import MAP_FILE, DatasetFile
from chipwright.core.unfinished import check_usable

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
    with room_for(1000), DatasetFolder(str(location)) as folder:
        write_chip(location)
        folder.append(MAP_FILE, "one\r\n" * 1000)
        raise UnwritableOutput("there is no room for chips")


def fill_at_the_end(location: Path) -> None:
    """An export for whose last files there is no room."""
    with room_for(1000), DatasetFolder(str(location)) as folder:
        write_chip(location)
        folder.finish([DatasetFile("stats.txt", ["x" * 10000])])


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
        with room_for(1000), DatasetFolder(str(tmp_path)) as folder:
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
        with pytest.raises(InvalidRequest, match="outputLocation.*is writing"):
            DatasetFolder(str(tmp_path)).__enter__()
        first.finish([])


def test_an_export_that_finds_another_leaves_its_files(tmp_path: Path) -> None:
    with DatasetFolder(str(tmp_path)) as first:
        write_chip(tmp_path)
        first.append(MAP_FILE, "one\r\n")
        with pytest.raises(InvalidRequest):
            DatasetFolder(str(tmp_path)).__enter__()
        first.finish([*ABOUT, DatasetFile(MAP_FILE, first.grown(MAP_FILE))])
    assert {"images/000000000.tif", *ROOT_FILES} <= set(tree(tmp_path))


# a folder that holds a dataset


def whole_dataset(location: Path) -> dict[str, str]:
    """A dataset of chips 0 and 1, and a file of somebody else; what its files hold."""
    paths = ["images/000000000.tif", "images/000000001.tif", "labels/roof/000000001.tif"]
    for path in (*paths, *ROOT_FILES, "notes/mine.txt"):
        (location / path).parent.mkdir(parents=True, exist_ok=True)
        (location / path).write_text(f"old {path}")
    return texts(location)


def texts(location: Path) -> dict[str, str]:
    """What files hold; folders hold nothing."""
    return {
        name: (location / name).read_text() if (location / name).is_file() else ""
        for name in tree(location)
    }


@pytest.mark.parametrize("policy", ["append", "replace"])
def test_a_folder_with_a_dataset_is_usable_if_it_is_meant(tmp_path: Path, policy: str) -> None:
    whole_dataset(tmp_path)
    check_usable(str(tmp_path), policy)


@pytest.mark.parametrize("policy", ["refuse", "append", "replace"])
def test_a_folder_with_an_unfinished_dataset_never_is(tmp_path: Path, policy: str) -> None:
    (tmp_path / UNFINISHED).mkdir()
    with pytest.raises(InvalidRequest, match=f"outputLocation.*{UNFINISHED}"):
        check_usable(str(tmp_path), policy)


# a dataset in the place of another


def test_a_new_dataset_takes_the_place_of_the_old(tmp_path: Path) -> None:
    whole_dataset(tmp_path)
    with ReplacedDataset(str(tmp_path)) as folder:
        (tmp_path / "images").mkdir()
        (tmp_path / "images" / "000000000.png").write_text("new")
        folder.finish([DatasetFile(MAP_FILE, ["new"])])
    assert texts(tmp_path) == {
        "images": "",
        "images/000000000.png": "new",
        MAP_FILE: "new",
        "notes": "",
        "notes/mine.txt": "old notes/mine.txt",
    }


def test_the_old_dataset_is_out_of_the_way_of_the_new(tmp_path: Path) -> None:
    whole_dataset(tmp_path)
    with ReplacedDataset(str(tmp_path)) as folder:
        assert sorted(path.name for path in tmp_path.iterdir()) == [UNFINISHED, "notes"]
        folder.finish([])


def test_the_old_dataset_is_back_when_the_new_one_fails(tmp_path: Path) -> None:
    before = whole_dataset(tmp_path)
    with pytest.raises(Broken), ReplacedDataset(str(tmp_path)) as folder:
        write_chip(tmp_path)
        folder.append(MAP_FILE, "new")
        folder.finish([*ABOUT, DatasetFile("ImageSets/Main/val.txt", ["new"])])
        raise Broken
    assert texts(tmp_path) == before


def test_the_old_dataset_is_back_when_the_new_one_is_interrupted(tmp_path: Path) -> None:
    before = whole_dataset(tmp_path)
    with pytest.raises(KeyboardInterrupt), ReplacedDataset(str(tmp_path)):
        raise KeyboardInterrupt
    assert texts(tmp_path) == before


def test_the_old_dataset_is_back_when_the_disk_is_full(tmp_path: Path) -> None:
    before = whole_dataset(tmp_path)
    with pytest.raises((UnwritableOutput, OSError)):
        with room_for(1000), ReplacedDataset(str(tmp_path)) as folder:
            folder.finish([DatasetFile("stats.txt", ["x" * 10000])])
    assert texts(tmp_path) == before


def test_nothing_can_be_replaced_too(tmp_path: Path) -> None:
    with ReplacedDataset(str(tmp_path / "new" / "chips")) as folder:
        folder.finish([DatasetFile(MAP_FILE, ["new"])])
    assert tree(tmp_path / "new" / "chips") == [MAP_FILE]


def test_where_there_was_nothing_there_is_nothing_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(Broken), ReplacedDataset(str(tmp_path / "new" / "chips")):
        write_chip(tmp_path / "new" / "chips")
        raise Broken
    assert tree(tmp_path) == []


def test_a_dataset_that_is_being_written_is_not_replaced(tmp_path: Path) -> None:
    with DatasetFolder(str(tmp_path)) as first:
        write_chip(tmp_path)
        with pytest.raises(InvalidRequest):
            ReplacedDataset(str(tmp_path)).__enter__()
        assert (tmp_path / "images" / "000000000.tif").exists()
        first.finish([])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_dataset_that_must_not_be_moved_stays_where_it_is(tmp_path: Path) -> None:
    before = whole_dataset(tmp_path)
    (tmp_path / "labels").chmod(0o500)
    with pytest.raises(UnwritableOutput):
        ReplacedDataset(str(tmp_path)).__enter__()
    (tmp_path / "labels").chmod(0o700)
    assert texts(tmp_path) == before


# chips that are added to a dataset


def add(location: Path, number: int, *folders: str) -> None:
    for name in folders:
        path = location / name / f"{number:09d}.tif"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("new")


def test_new_chips_and_files_stand_beside_the_old_chips(tmp_path: Path) -> None:
    before = whole_dataset(tmp_path)
    with AppendedDataset(str(tmp_path), {"": 2}) as folder:
        add(tmp_path, 2, "images", "labels/tree")
        folder.finish([*(DatasetFile(name, ["new"]) for name in ROOT_FILES)])
    added = {"images/000000002.tif": "new", "labels/tree": "", "labels/tree/000000002.tif": "new"}
    assert texts(tmp_path) == {**before, **added, **dict.fromkeys(ROOT_FILES, "new")}


@pytest.mark.parametrize("finished", [[], ROOT_FILES[:1], ROOT_FILES])
def test_a_failure_leaves_the_old_dataset(tmp_path: Path, finished: list[str]) -> None:
    before = whole_dataset(tmp_path)
    with pytest.raises(Broken), AppendedDataset(str(tmp_path), {"": 2}) as folder:
        add(tmp_path, 2, "images", "images2", "labels/roof", "labels/tree")
        folder.append(MAP_FILE, "new")
        folder.finish([DatasetFile(name, ["new"]) for name in finished])
        raise Broken
    assert texts(tmp_path) == before


def test_a_failure_leaves_files_that_are_no_chips(tmp_path: Path) -> None:
    whole_dataset(tmp_path)
    for name in ("000000001.aux.xml", "notes.txt", "²", "tile_9.tif"):
        (tmp_path / "images" / name).write_text("mine")
    before = texts(tmp_path)
    with pytest.raises(Broken), AppendedDataset(str(tmp_path), {"": 2}):
        add(tmp_path, 2, "images")
        raise Broken
    assert texts(tmp_path) == before


def test_a_failure_leaves_both_domains(tmp_path: Path) -> None:
    before = {domain: whole_dataset(tmp_path / domain) for domain in ("A", "B")}
    numbers = {"A/": 2, "B/": 7}
    with pytest.raises(Broken), AppendedDataset(str(tmp_path), numbers) as folder:
        add(tmp_path, 2, "A/images")
        folder.finish([DatasetFile(f"A/{name}", ["new"]) for name in ROOT_FILES])
        add(tmp_path, 7, "B/images", "B/labels/tree")
        raise Broken
    assert {domain: texts(tmp_path / domain) for domain in before} == before


def test_a_failure_leaves_no_domain_that_was_not_there(tmp_path: Path) -> None:
    before = whole_dataset(tmp_path / "A")
    with pytest.raises(Broken), AppendedDataset(str(tmp_path), {"A/": 2, "B/": 0}) as folder:
        add(tmp_path, 0, "B/images")
        folder.finish([DatasetFile("B/stats.txt", ["new"])])
        raise Broken
    assert texts(tmp_path / "A") == before
    assert not (tmp_path / "B").exists()


def test_a_full_disk_leaves_the_old_dataset(tmp_path: Path) -> None:
    before = whole_dataset(tmp_path)
    with pytest.raises(UnwritableOutput):
        with room_for(1000), AppendedDataset(str(tmp_path), {"": 2}) as folder:
            add(tmp_path, 2, "images")
            folder.finish([DatasetFile(MAP_FILE, ["x"]), DatasetFile("stats.txt", ["x" * 10000])])
    assert texts(tmp_path) == before
