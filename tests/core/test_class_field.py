from __future__ import annotations

from collections.abc import Sequence

import pytest

from chipwright.core.class_field import MOST_CLASSES, default_field, likely_field


def never_asked(name: str) -> Sequence[object]:
    raise AssertionError(f"the values of {name} were asked for")


@pytest.mark.parametrize(
    ("names", "field"),
    [
        (["fid", "value", "kind"], "value"),
        (["kind", "Class Value"], "Class Value"),
        (["CLASSVALUE", "value"], "value"),
        (["kind", "classes"], ""),
        ([], ""),
    ],
)
def test_the_default_field_has_one_of_three_names(names: list[str], field: str) -> None:
    assert default_field(names) == field


def test_names_that_tell_are_believed_without_a_look_at_values() -> None:
    assert likely_field(["house", "ClassName"], never_asked) == "ClassName"
    assert likely_field(["classname", "classvalue"], never_asked) == "classvalue"


def test_the_only_field_with_few_values_is_taken() -> None:
    values = {"parcel": list(range(1, 500)), "crop": ["oats", "rye"], "RED": [10, 20]}
    assert likely_field(list(values), values.__getitem__) == "crop"


@pytest.mark.parametrize(
    "values",
    [
        {"crop": ["oats", "rye"], "soil": ["clay", "sand"]},
        {"crop": ["oats"]},
        {"flag": [0, 1]},
        {"flag": [-1, 3]},
        {"number": list(range(1, MOST_CLASSES + 2))},
        {},
    ],
    ids=["two of them", "one value", "background", "below zero", "too many", "no field"],
)
def test_nothing_is_guessed_where_it_is_not_sure(values: dict[str, list[object]]) -> None:
    assert likely_field(list(values), values.__getitem__) == ""
