"""Through `read_features`, which is how classes get from a layer to labels."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osgeo import ogr

from chipwright.core.class_values import text_coding
from chipwright.core.classes import UNKNOWN_COLOR
from chipwright.core.errors import InvalidRequest
from chipwright.core.feature_query import FeatureQuery
from chipwright.core.features import Features, read_features
from chipwright.core.request import FeatureSource
from chipwright.tests.core.making import NORTH_UP, Cell, box, examples, write_layer

FAR_AWAY = box(0, 0, 1, 1)


def squares(count: int) -> list[str]:
    return [box(500_000 + 5 * i, 5_399_990, 500_004 + 5 * i, 5_399_994) for i in range(count)]


def read(path: str, field: str = "", parameter: str = "classValueField") -> Features:
    return read_features(
        FeatureQuery(FeatureSource(path), "inputClassData", NORTH_UP, field, parameter)
    )


@pytest.fixture
def of(tmp_path: Path) -> type:
    """Features with some columns; the field to use is the first unless another is named."""

    class Of:
        def __new__(cls, columns: Mapping[str, Sequence[Cell]], field: str = "") -> Features:
            count = len(next(iter(columns.values())))
            return read(write_layer(tmp_path / "labels.gpkg", squares(count), columns), field)

    return Of


def names(features: Features) -> dict[int, str]:
    return {entry.value: entry.name for entry in features.classes.classes}


def colors(features: Features) -> dict[int, tuple[int, int, int]]:
    return {entry.value: entry.color for entry in features.classes.classes}


def refused(path: str, field: str = "") -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        read(path, field)
    return caught.value


# values


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([3, 1, 3], [3, 1, 3]),
        ([1, 4_294_967_295], [1, 4_294_967_295]),
        ([2.0, 1.0], [2, 1]),
        (["tree", "roof", "tree"], [2, 1, 2]),
        (["3", "12", "3"], [3, 12, 3]),
        ([" tree", "roof ", "tree"], [2, 1, 2]),
        (["3", "12", "x"], [2, 1, 3]),
        (["3", "1.5"], [2, 1]),
        (["Zoo", "apple", "Äpfel"], [1, 2, 3]),
        (["1_1", "2_1"], [1, 2]),
    ],
    ids=[
        "integers",
        "large integers",
        "whole real numbers",
        "texts, by their order",
        "numbers as text",
        "texts with blanks around",
        "one text among numbers",
        "a fraction as text",
        "texts in the order of their code points",
        "digits with an underscore",
    ],
)
def test_a_field_gives_the_values(of: type, cells: list[Cell], expected: list[int]) -> None:
    assert of({"kind": cells}, "kind").values.tolist() == expected


def test_texts_are_numbered_over_the_whole_layer_wherever_features_are(tmp_path: Path) -> None:
    """So that two rasters cut with the same labels have the same classes."""
    path = write_layer(
        tmp_path / "labels.gpkg", [*squares(1), FAR_AWAY], {"kind": ["tree", "roof"]}
    )
    assert read(path, "kind").values.tolist() == [2]


def test_a_text_far_away_makes_texts_of_all(tmp_path: Path) -> None:
    path = write_layer(
        tmp_path / "labels.gpkg", [*squares(1), FAR_AWAY], {"kind": ["7", "unknown"]}
    )
    assert read(path, "kind").values.tolist() == [1]


@pytest.mark.parametrize(
    "cells", [[1, None, 2], ["a", None, "b"], ["a", "", "b"], ["a", "   ", "b"], [1.0, None, 2.0]]
)
def test_features_without_a_class_are_left_out(of: type, cells: list[Cell]) -> None:
    assert of({"kind": cells}, "kind").values.tolist() == [1, 2]


@pytest.mark.parametrize("cells", [[1, None, None], ["a", None, ""]])
def test_features_without_a_class_are_counted(of: type, cells: list[Cell]) -> None:
    (warning,) = of({"kind": cells}, "kind").warnings
    assert "NULL" in warning and "2" in warning


@pytest.mark.parametrize("cells", [[0], [-1], [1, 0], ["0"], ["-3", "1"], [4_294_967_296], [0.0]])
def test_values_below_1_or_too_large_are_refused(tmp_path: Path, cells: list[Cell]) -> None:
    path = write_layer(tmp_path / "it.gpkg", squares(len(cells)), {"kind": cells})
    assert refused(path, "kind").parameter == "classValueField"


def test_the_value_that_is_refused_is_named(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "it.gpkg", squares(2), {"kind": [4, -7]})
    assert "-7" in refused(path, "kind").problem


@pytest.mark.parametrize("value", [1.5, float("inf")])
def test_fractions_are_refused(tmp_path: Path, value: float) -> None:
    path = write_layer(tmp_path / "it.gpkg", squares(1), {"kind": [value]})
    assert refused(path, "kind").parameter == "classValueField"


def test_a_field_of_dates_is_refused(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "it.gpkg", squares(1), {"other": [1]})
    source = ogr.Open(path, 1)
    source.GetLayer(0).CreateField(ogr.FieldDefn("day", ogr.OFTDate))
    del source
    assert "neither numbers nor texts" in refused(path, "day").problem


# which field


def test_without_a_field_all_features_are_of_class_1(of: type) -> None:
    features = of({"height": [3, 4]})
    assert (features.values.tolist(), names(features)) == ([1, 1], {1: "1"})


@pytest.mark.parametrize(
    "name", ["value", "VALUE", "Value", "classvalue", "ClassValue", "class value", "Class Value"]
)
def test_a_field_with_a_usual_name_is_found_in_any_case(of: type, name: str) -> None:
    assert of({"height": [9, 9], name: [3, 1]}).values.tolist() == [3, 1]


def test_the_first_of_the_usual_names_wins(of: type) -> None:
    columns = {"class value": [7], "classvalue": [8], "value": [9]}
    assert of(columns).values.tolist() == [9]


def test_the_field_asked_for_wins_over_a_usual_name(of: type) -> None:
    assert of({"value": [9], "kind": [3]}, "kind").values.tolist() == [3]


def test_the_field_asked_for_is_found_in_any_case(of: type) -> None:
    assert of({"Kind": [3]}, "KIND").values.tolist() == [3]


def test_a_field_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "it.gpkg", squares(1), {"kind": [1], "height": [2]})
    problem = refused(path, "species").problem
    assert all(name in problem for name in ("species", "kind", "height"))


def test_the_parameter_that_asked_for_the_field_is_named(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "it.gpkg", squares(1), {"kind": [1]})
    with pytest.raises(InvalidRequest) as caught:
        read(path, "species", "instanceClassValueField")
    assert caught.value.parameter == "instanceClassValueField"


# names and colours


def test_a_text_is_the_name_of_its_class(of: type) -> None:
    assert names(of({"kind": ["tree", "roof"]}, "kind")) == {1: "roof", 2: "tree"}


def test_a_number_is_the_name_of_its_class(of: type) -> None:
    assert names(of({"kind": [7, 3]}, "kind")) == {3: "3", 7: "7"}


@pytest.mark.parametrize("name", ["classname", "ClassName", "CLASSNAME"])
def test_a_class_is_called_as_the_layer_says(of: type, name: str) -> None:
    columns = {"value": [7, 3, 7], name: ["tree", "roof", "tree"]}
    assert names(of(columns)) == {3: "roof", 7: "tree"}


@pytest.mark.parametrize("cells", [["7", "3"], ["07", "03"]])
def test_numbers_as_text_are_called_as_the_layer_says(of: type, cells: list[str]) -> None:
    columns = {"value": cells, "classname": ["tree", "roof"]}
    assert names(of(columns)) == {3: "roof", 7: "tree"}


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_class_without_a_name_is_called_by_its_value(of: type, blank: Cell) -> None:
    assert names(of({"value": [7], "classname": [blank]})) == {7: "7"}


def test_a_name_may_stand_at_any_feature_of_the_class(of: type) -> None:
    columns = {"value": [7, 7, 7], "classname": [None, "tree", None]}
    assert names(of(columns)) == {7: "tree"}


def test_a_class_has_the_color_that_the_layer_says(of: type) -> None:
    columns = {"value": [7, 3], "RED": [1, 4], "Green": [2, 5], "blue": [3, 6]}
    assert colors(of(columns)) == {3: (4, 5, 6), 7: (1, 2, 3)}


@pytest.mark.parametrize(
    ("red", "expected"),
    [
        (None, UNKNOWN_COLOR),
        ("x", UNKNOWN_COLOR),
        (300, (255, 2, 3)),
        (-5, (0, 2, 3)),
        (1.9, (1, 2, 3)),
    ],
    ids=["NULL", "a text", "too large", "negative", "a fraction"],
)
def test_a_color_is_three_numbers_up_to_255(
    of: type, red: Cell, expected: tuple[int, int, int]
) -> None:
    assert colors(of({"value": [7], "RED": [red], "GREEN": [2], "BLUE": [3]})) == {7: expected}


def test_a_color_that_lacks_a_part_is_unknown(of: type) -> None:
    assert colors(of({"value": [7], "RED": [1], "GREEN": [2]})) == {7: UNKNOWN_COLOR}


def test_names_that_no_folder_can_have_are_changed(of: type) -> None:
    assert names(of({"kind": ["a/b", "a:b"]}, "kind")) == {1: "a_b", 2: "a_b_2"}


def test_classes_that_occur_are_in_the_table_and_no_others(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "it.gpkg", [*squares(2), FAR_AWAY], {"value": [3, 7, 9]})
    assert list(names(read(path))) == [3, 7]


# coding


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (set(), {}),
        ({"b", "a"}, {"a": 1, "b": 2}),
        ({"10", "9"}, {"10": 10, "9": 9}),
        ({"10", "9", "a"}, {"10": 1, "9": 2, "a": 3}),
        ({"1", "2.0"}, {"1": 1, "2.0": 2}),
    ],
)
def test_texts_are_numbers_only_if_all_are(texts: set[str], expected: dict[str, int]) -> None:
    assert text_coding(texts) == expected


def test_a_name_does_not_depend_on_the_order_of_a_set(tmp_path: Path) -> None:
    """Sets of texts come in another order in every run of Python."""
    path = write_layer(
        tmp_path / "labels.gpkg", squares(6), {"value": ["1", "01", "001", "2", "02", "002"]}
    )
    script = f"from {__name__} import names, read; print(names(read({path!r})))"
    found = set()
    for seed in ("0", "2"):
        path_to_us = os.pathsep.join(sys.path)
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path_to_us}
        command = [sys.executable, "-c", script]
        found.add(subprocess.check_output(command, env=environment))
    assert len(found) == 1


# values that nobody meant well


cells = st.one_of(
    st.floats(),
    st.integers(-(2**63), 2**63 - 1),
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=9),
    st.sampled_from(["9" * 5000, "-" + "9" * 5000, "0" * 5000 + "7", "+1", "٣", "1e5", "nan", " "]),
)


@settings(examples, max_examples=40)
@given(
    st.one_of(
        st.lists(st.floats(), min_size=1, max_size=4),
        st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=4),
        st.lists(cells.filter(lambda cell: isinstance(cell, str)), min_size=1, max_size=4),
    )
)
def test_any_values_are_classes_or_refused(found: list[Cell]) -> None:
    with TemporaryDirectory() as folder:
        path = write_layer(Path(folder, "labels.gpkg"), squares(len(found)), {"value": found})
        try:
            features = read(path, "value")
        except InvalidRequest as error:
            assert error.problem
            return
    assert all(1 <= value < 2**32 for value in features.values.tolist())
    assert set(features.values.tolist()) == set(names(features))


@examples
@given(st.sets(cells.filter(lambda cell: isinstance(cell, str)), max_size=5))
def test_any_texts_are_numbered(texts: set[str]) -> None:
    assert text_coding(texts).keys() == texts
