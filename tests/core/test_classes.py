from __future__ import annotations

import csv
import json
import pickle
from html import escape
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from chipwright.core.classes import (
    UNKNOWN_COLOR,
    ClassTable,
    LabelClass,
    class_table,
    safe_name,
    unique_names,
)
from chipwright.tests.core.making import examples


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("roof", "roof"),
        ("Gebäude 3", "Gebäude 3"),
        ("木", "木"),
        ("a/b", "a_b"),
        ("a\\b", "a_b"),
        ("a:b*c?d", "a_b_c_d"),
        ('"a"<b>|', "_a__b__"),
        ("1.5", "1_5"),
        ("road, minor", "road_ minor"),
        (" roof ", "_roof_"),
        ("..", "__"),
        ("", "_"),
        ("   ", "___"),
        ("a\nb\tc", "a_b_c"),
        ("con", "con_"),
        ("NUL", "NUL_"),
        ("Lpt1", "Lpt1_"),
        ("control", "control"),
        ("COM¹", "COM¹_"),
        ("lpt³", "lpt³_"),
        ("CONIN$", "CONIN$_"),
        ("a\x85b\u2028c\u2029d", "a_b_c_d"),
        ("roof\u202efoor", "roof_foor"),
        ("\u2067a\u2069", "_a_"),
        ("\ufeffroof", "_roof"),
        ("a\ufffeb\uffffc\ufdd0d", "a_b_c_d"),
        ("a\x9fb", "a_b"),
    ],
)
def test_a_name_is_made_safe(name: str, expected: str) -> None:
    assert safe_name(name) == expected


@examples
@given(st.text())
def test_a_safe_name_has_nothing_that_a_path_trips_over(name: str) -> None:
    safe = safe_name(name)
    assert safe and safe == safe.strip()
    assert not set(safe) & set('/\\:*?"<>|.,\n\r\t\0')


hostile = st.text(
    st.one_of(
        st.characters(),
        st.characters(max_codepoint=0xA0),
        st.sampled_from("\u2028\u2029\u202e\u2066\ufeff\ufffe\uffff\ufdd0\ud800\udfff\U0001fffe"),
    ),
    max_size=12,
)
"""Whatever Python can hold, and often what text formats cannot."""


@examples
@given(hostile)
def test_a_safe_name_comes_back_from_every_kind_of_text(name: str) -> None:
    """As formats write it."""
    safe = safe_name(name)
    assert safe.encode("utf-8").decode("utf-8") == safe
    assert safe.splitlines() == [safe]
    assert etree.fromstring(f"<name>{escape(safe, quote=False)}</name>").text == safe
    assert etree.fromstring(f'<name of="{escape(safe)}"/>').get("of") == safe
    assert json.loads(json.dumps(safe)) == safe
    assert next(csv.reader([safe])) == [safe]


@examples
@given(hostile)
def test_a_safe_name_comes_back_from_yaml(name: str) -> None:
    yaml = pytest.importorskip("yaml")
    text = json.dumps(safe_name(name), ensure_ascii=False)
    assert yaml.safe_load(f"names:\n  0: {text}\n") == {"names": {0: safe_name(name)}}


@examples
@given(st.lists(st.one_of(hostile, st.sampled_from(["CON", "con", "Con_"])), max_size=8))
def test_classes_of_any_names_have_folders_of_their_own(names: list[str]) -> None:
    """Where case does not count, nor how an accent is stored."""
    table = class_table(dict(enumerate(names)), {})
    for each in (table, table.with_folder_names()):
        found = {normalize("NFC", entry.name).casefold() for entry in each.classes}
        assert len(found) == len(names)


def test_many_classes_of_one_name_are_told_apart_in_no_time() -> None:
    """Were the numbers tried from 2 on for each, this would take minutes."""
    assert len(set(unique_names(["roof"] * 50_000))) == 50_000


def test_a_name_that_is_no_unicode_has_no_question_mark() -> None:
    """Half a surrogate pair, as broken attribute tables have it."""
    assert safe_name("a\ud800b") == "a_b"


@examples
@given(st.text())
def test_a_safe_name_stays_as_it_is(name: str) -> None:
    assert safe_name(safe_name(name)) == safe_name(name)


@examples
@given(st.text(min_size=1))
def test_a_safe_name_can_be_a_folder(name: str) -> None:
    """Linux takes up to 255 bytes."""
    assert len(safe_name(name * 300).encode("utf-8")) <= 255


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], []),
        (["a", "b"], ["a", "b"]),
        (["a", "a", "a"], ["a", "a_2", "a_3"]),
        (["Tree", "tree"], ["Tree", "tree_2"]),
        (["a", "a_2", "a"], ["a", "a_2", "a_3"]),
        (["straße", "STRASSE"], ["straße", "STRASSE_2"]),
        (["é", "e\u0301"], ["é", "e\u0301_2"]),
    ],
)
def test_names_are_told_apart_by_numbers(names: list[str], expected: list[str]) -> None:
    assert unique_names(names) == expected


@examples
@given(st.lists(st.sampled_from(["a", "A", "a_2", "A_2", "a_3", "b"])))
def test_no_two_names_differ_by_case_alone(names: list[str]) -> None:
    unique = [name.casefold() for name in unique_names(names)]
    assert len(set(unique)) == len(names)


def test_classes_come_ascending_by_value() -> None:
    assert [entry.value for entry in class_table({9: "c", 1: "a", 5: "b"}, {}).classes] == [1, 5, 9]


def test_a_class_keeps_how_the_data_spell_it() -> None:
    assert class_table({1: "a/b"}, {}).classes == (LabelClass(1, "a_b", UNKNOWN_COLOR, "a/b"),)


def test_only_names_that_were_changed_are_called_renamed() -> None:
    table = class_table({1: "roof", 2: "a/b", 3: "roof"}, {})
    assert [entry.value for entry in table.renamed] == [2, 3]


def test_the_color_of_a_class_is_found_by_its_value() -> None:
    table = class_table({1: "a", 2: "b"}, {2: (1, 2, 3)})
    assert [table.color_of(value) for value in (1, 2, 9)] == [
        UNKNOWN_COLOR,
        (1, 2, 3),
        UNKNOWN_COLOR,
    ]


def test_a_value_without_a_class_is_its_own_name() -> None:
    assert ClassTable().name_of(7) == "7"


def test_a_table_goes_to_workers() -> None:
    table = pickle.loads(pickle.dumps(class_table({1: "a/b"}, {1: (1, 2, 3)})))
    assert (table.name_of(1), table.color_of(1)) == ("a_b", (1, 2, 3))


# names of folders


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("roof", "roof"),
        ("big tree", "big_tree"),
        ("a  b\u00a0c\u3000d", "a_b_c_d"),
        ("  ", "__"),
        ("big/old tree.", "big_old_tree_"),
    ],
)
def test_a_folder_name_has_no_blanks(name: str, expected: str) -> None:
    (entry,) = class_table({1: name}, {}).with_folder_names().classes
    assert entry.name == expected


@examples
@given(st.lists(st.text(max_size=8), max_size=6))
def test_folder_names_stay_safe_and_unique(names: list[str]) -> None:
    table = class_table(dict(enumerate(names, start=1)), {}).with_folder_names()
    found = [entry.name for entry in table.classes]
    assert [name for name in found if safe_name(name) != name or name.split() != [name]] == []
    assert len({name.casefold() for name in found}) == len(names)


def test_names_that_become_equal_without_blanks_are_told_apart() -> None:
    table = class_table({1: "big tree", 2: "big_tree"}, {}).with_folder_names()
    assert [entry.name for entry in table.classes] == ["big_tree", "big_tree_2"]


def test_folder_names_change_neither_values_nor_colors_nor_spelling() -> None:
    (entry,) = class_table({7: "big tree"}, {7: (1, 2, 3)}).with_folder_names().classes
    assert entry == LabelClass(7, "big_tree", (1, 2, 3), "big tree")


# names taken from another table

NAMED = class_table({1: "roof", 2: "big tree"}, {1: (1, 2, 3)})


def test_a_class_that_is_but_a_number_takes_name_and_color_of_the_same_value() -> None:
    (found,) = class_table({1: "1"}, {}).named_like(NAMED).classes
    assert (found.name, found.color) == ("roof", (1, 2, 3))


def test_a_class_with_a_name_of_its_own_keeps_it() -> None:
    table = class_table({1: "house"}, {1: (9, 9, 9)})
    assert table.named_like(NAMED) == table


def test_a_number_that_the_other_table_does_not_know_stays_a_number() -> None:
    assert class_table({5: "5"}, {}).named_like(NAMED).name_of(5) == "5"


def test_only_classes_of_the_table_are_named() -> None:
    assert [it.value for it in class_table({1: "1"}, {}).named_like(NAMED).classes] == [1]


def test_an_entry_is_found_by_its_value() -> None:
    assert [NAMED.entry(value) for value in (1, 9)] == [NAMED.classes[0], None]


def test_a_position_counts_from_0() -> None:
    assert class_table({7: "a", 3: "b"}, {}).index_of(7) == 1
