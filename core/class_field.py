"""A guess at the field that holds the class, where a user chose none yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

DEFAULT_FIELDS = ("value", "classvalue", "class value")
"""Fields that hold the class where none is named; letter case does not matter."""
NAME_FIELD = "classname"
COLOR_FIELDS = ("red", "green", "blue")
MOST_CLASSES = 50
"""More different values than that are hardly classes."""


def default_field(names: Iterable[str]) -> str:
    """The field that is used when none is named; empty if there is none.

    >>> default_field(["fid", "ClassValue"])
    'ClassValue'
    """
    by_lower = {name.lower(): name for name in reversed(list(names))}
    return next((by_lower[name] for name in DEFAULT_FIELDS if name in by_lower), "")


def likely_field(names: Sequence[str], values_of: Callable[[str], Sequence[object]]) -> str:
    """The default field, or the only one that looks like classes; empty if that is not sure.

    `values_of` gives the different whole numbers and texts of a field, or at least MOST_CLASSES + 1
    of them, and is asked only where names tell nothing.

    >>> likely_field(["kind", "house"], {"kind": ["oak", "ash"], "house": range(1, 200)}.get)
    'kind'
    """
    named = default_field(names) or _called(names, NAME_FIELD)
    if named:
        return named
    likely = [
        name for name in names if name.lower() not in COLOR_FIELDS and _are_classes(values_of(name))
    ]
    return likely[0] if len(likely) == 1 else ""


def _called(names: Iterable[str], wanted: str) -> str:
    return next((name for name in names if name.lower() == wanted), "")


def _are_classes(values: Sequence[object]) -> bool:
    """Several values, and no number that cannot be a class: 0 is the background."""
    numbers = [value for value in values if isinstance(value, (int, float))]
    return 2 <= len(values) <= MOST_CLASSES and all(number >= 1 for number in numbers)
