from __future__ import annotations

from pathlib import Path

import pytest

from chipwright.core import journal
from chipwright.core.errors import InvalidRequest
from chipwright.core.journal import Confirmed, Header, Journal, Recorded, recorded
from chipwright.core.manifest import Manifest

HEADER = Header({"parameters": {"seed": 1}, "files": {}}, "append", {"A/": 3}, ["A/map.txt"])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def reached(dataset: int, places: int, length: int = 0) -> Confirmed:
    return Confirmed(dataset, 0, places, Manifest(0, places), {"map.txt": length})


def written(path: Path, *lines: Confirmed) -> Recorded:
    file = Journal(path)
    file.begin(HEADER)
    for line in lines:
        file.confirm(line)
    file.close()
    return read(path)


def read(path: Path) -> Recorded:
    found = recorded(path)
    assert found is not None
    return found


def test_what_is_written_comes_back(path: Path) -> None:
    found = written(path, reached(0, 7, 3))
    assert found.header == HEADER
    assert found.confirmed() == {0: reached(0, 7, 3)} and found.lengths == {"map.txt": 3}


def test_the_last_line_of_each_dataset_counts(path: Path) -> None:
    found = written(path, reached(0, 7), reached(0, 9), reached(1, 2), reached(1, 4))
    assert found.confirmed() == {0: reached(0, 9), 1: reached(1, 4)}


@pytest.mark.parametrize("content", [None, b"", b'{"version": 1', b"\0\0"])
def test_there_is_no_journal_before_its_first_line_is_whole(path: Path, content: bytes) -> None:
    if content is not None:
        path.write_bytes(content)
    assert recorded(path) is None


def test_it_ends_before_a_line_that_is_not_whole(path: Path) -> None:
    written(path, reached(0, 7), reached(0, 9))
    content = path.read_bytes()
    for length in range(len(content) - 20, len(content)):
        path.write_bytes(content[:length])
        assert read(path).confirmed() == {0: reached(0, 7)}


def test_going_on_cuts_off_what_is_not_whole(path: Path) -> None:
    written(path, reached(0, 7))
    with path.open("ab") as torn:
        torn.write(b'{"dataset"')
    file = Journal(path, read(path))
    file.confirm(reached(0, 9))
    file.close()
    assert read(path).confirmed() == {0: reached(0, 9)}
    assert path.read_bytes().count(b"\n") == 3


def test_lines_for_which_a_growing_file_is_too_short_do_not_count(path: Path) -> None:
    found = written(path, reached(0, 7, 10), reached(0, 8, 20), reached(0, 9, 30))
    (path.parent / "map.txt").write_bytes(b"x" * 25)
    assert found.reached(path.parent).confirmed() == {0: reached(0, 8, 20)}
    (path.parent / "map.txt").unlink()
    assert found.reached(path.parent).confirmed() == {}


def test_another_version_is_refused(path: Path) -> None:
    path.write_bytes(b'{"version": 99}\n')
    with pytest.raises(InvalidRequest, match="another version of Chipwright"):
        recorded(path)


def test_a_long_journal_is_written_anew_with_what_counts(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "MOST_BYTES", 2000)
    lines = [reached(0, 5), *(reached(1, places) for places in range(50))]
    found = written(path, *lines)
    assert found.header == HEADER
    assert found.confirmed() == {0: reached(0, 5), 1: reached(1, 49)}
    assert path.stat().st_size < 3000
    assert [it.name for it in path.parent.iterdir()] == ["journal"]


def test_a_line_is_due_after_many_chips_or_some_time(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(journal, "monotonic", lambda: now[0])
    file = Journal(path)
    file.begin(HEADER)
    assert [file.is_due(chips) for chips in (1, 999, 1000)] == [False, False, True]
    now[0] += 1
    assert file.is_due(1)
    file.close()


def test_a_slow_disk_is_asked_seldom(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that took a second is followed by none for twenty."""
    now = [100.0]
    monkeypatch.setattr(journal, "monotonic", lambda: now[0])

    def slow(file: object) -> None:
        now[0] += 1

    monkeypatch.setattr(journal, "_sync", slow)
    file = Journal(path)
    file.begin(HEADER)
    now[0] += 19
    assert not file.is_due(10_000)
    now[0] += 1
    assert file.is_due(10_000)
    file.close()
