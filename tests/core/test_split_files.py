from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from chipwright.core.files import split_list
from chipwright.core.split_files import SPLIT_FILE, split_file


def text_of(lists: Mapping[str, Sequence[str]]) -> str:
    """What is written where lists grew like these."""

    def grown(path: str) -> Iterator[str]:
        by_path = {split_list(split): stems for split, stems in lists.items()}
        return (f"{stem}\n" for stem in by_path[path])

    (file,) = split_file(tuple(lists), grown)
    assert file.path == SPLIT_FILE == "splits.json"
    return "".join(file.text)


def test_the_file_lists_the_chips_of_each_split() -> None:
    lists = {"train": ["000000000", "000000002"], "val": ["000000001"], "test": ["000000003"]}
    assert json.loads(text_of(lists)) == lists


def test_splits_come_in_their_order() -> None:
    lists = {"train": ["3"], "val": ["1"], "test": ["2"]}
    assert list(json.loads(text_of(lists))) == ["train", "val", "test"]


def test_a_split_without_chips_is_empty() -> None:
    assert json.loads(text_of({"train": ["0"], "val": []})) == {"train": ["0"], "val": []}


def test_a_dataset_without_chips_has_empty_splits() -> None:
    assert json.loads(text_of({"train": [], "val": []})) == {"train": [], "val": []}


def test_each_split_has_a_line() -> None:
    text = text_of({"train": ["0", "1"], "val": ["2"]})
    assert text == '{\n"train": ["0", "1"],\n"val": ["2"]\n}\n'


def test_without_splits_there_is_no_file() -> None:
    assert list(split_file((), lambda path: iter(()))) == []
