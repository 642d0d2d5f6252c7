"""Checks of class values and boxes, whatever file they stand in."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Optional

from .findings import Finding, error
from .label_content import LabelFile

TOLERANCE = 0.0101
"""In pixels: boxes are written with two decimals."""
CLASS_VALUE = re.compile(r"^\d{1,18}$", re.ASCII)


def class_value(text: str) -> Optional[int]:
    """The class value that a text is, None if it is none.

    >>> class_value("7"), class_value("roof")
    (7, None)
    """
    return int(text) if CLASS_VALUE.match(text) else None


def check_class_value(label: LabelFile, text: str) -> Iterator[Finding]:
    """Readers look up the class by its value."""
    value, classes = class_value(text), label.description.classes
    if not classes or value in classes:
        return
    if text in label.description.values:
        yield error(
            "name-for-value",
            label.path,
            f"An object is called '{text}', which is the name of a class; readers look for the "
            f"class value and silently lose the object. Write {label.description.values[text]}.",
        )
        return
    yield unknown_class(label.path, f"An object is of class '{text}'")


def unknown_class(path: str, what: str) -> Finding:
    """A class that the definition does not list."""
    return error(
        "unknown-class",
        path,
        f"{what}, which is not among the Classes of esri_model_definition.emd; a trainer fails on "
        "it or ignores it. Correct the label, or add the class to the definition.",
    )


def check_box(label: LabelFile, edges: Sequence[Optional[str]]) -> Iterator[Finding]:
    """Left, top, right, bottom, as they are written."""
    numbers = box_numbers(edges)
    if numbers is None:
        yield error(
            "box-not-numbers",
            label.path,
            f"A box has the edges {', '.join(map(str, edges))}; it needs four numbers, and a "
            "trainer stops without. Export again, or remove the object.",
        )
        return
    left, top, right, bottom = numbers
    if left >= right or top >= bottom:
        yield error(
            "box-empty",
            label.path,
            f"The box {_shown(numbers)} has no width or no height; many trainers stop at it or get "
            "a loss that is no number. Remove the object, or export with minPolygonOverlapRatio "
            "above 0.",
        )
    columns, rows = label.chip.size
    if min(left, top) < -TOLERANCE or right > columns + TOLERANCE or bottom > rows + TOLERANCE:
        yield error(
            "box-outside-chip",
            label.path,
            f"The box {_shown(numbers)} reaches beyond its chip of {columns} × {rows} pixels; "
            "trainers stop at it or learn where nothing is. Cut it at the edge of the chip.",
        )


def box_numbers(edges: Sequence[Optional[str]]) -> Optional[tuple[float, float, float, float]]:
    """The four finite numbers of a box, None if they are not.

    >>> box_numbers(["0", "1.5", "20", "nan"]) is None
    True
    """
    try:
        left, top, right, bottom = (float(edge or "") for edge in edges)
    except ValueError:
        return None
    numbers = left, top, right, bottom
    return numbers if all(map(math.isfinite, numbers)) else None


def _shown(numbers: Sequence[float]) -> str:
    return "(" + ", ".join(f"{number:g}" for number in numbers) + ")"
