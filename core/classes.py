"""Classes: values, names and colours, and names that are safe in a path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

Color = tuple[int, int, int]

UNKNOWN_COLOR: Color = (-1, -1, -1)
LONGEST_NAME = 200
"""Bytes; file systems take 255, and a number may be added."""
RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)
UNSAFE = re.compile(r'[/\\:*?"<>|.,\x00-\x1f\x7f]|^\s+|\s+$')


@dataclass(frozen=True)
class LabelClass:
    """One class; `original_name` is how the label data spell it."""

    value: int
    name: str
    color: Color = UNKNOWN_COLOR
    original_name: str = ""


@dataclass(frozen=True)
class ClassTable:
    """All classes of an export, ascending by value, with names that are unique and safe."""

    classes: tuple[LabelClass, ...] = ()
    _by_value: Mapping[int, LabelClass] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_value", {entry.value: entry for entry in self.classes})

    def name_of(self, value: int) -> str:
        """Safe name of a class value."""
        known = self._by_value.get(value)
        return known.name if known else str(value)

    def color_of(self, value: int) -> Color:
        """Colour of a class value, UNKNOWN_COLOR when there is none."""
        known = self._by_value.get(value)
        return known.color if known else UNKNOWN_COLOR

    def index_of(self, value: int) -> int:
        """Position of a class value in the table, from 0."""
        return self._positions[value]

    @cached_property
    def _positions(self) -> dict[int, int]:
        return {entry.value: position for position, entry in enumerate(self.classes)}

    @property
    def renamed(self) -> list[LabelClass]:
        """Classes whose name had to be changed."""
        return [entry for entry in self.classes if entry.name != entry.original_name]


NO_CLASSES = ClassTable()


def class_table(names: Mapping[int, str], colors: Mapping[int, Color]) -> ClassTable:
    """The table of the classes in `names` (value to name as found), made safe.

    >>> [entry.name for entry in class_table({2: "a/b", 1: "a.b"}, {}).classes]
    ['a_b', 'a_b_2']
    """
    values = sorted(names)
    safe = unique_names(safe_name(names[value]) for value in values)
    return ClassTable(
        tuple(
            LabelClass(value, name, colors.get(value, UNKNOWN_COLOR), names[value])
            for value, name in zip(values, safe)
        )
    )


def safe_name(name: str) -> str:
    """A class name that can be a folder, an XML text and a comma-separated item.

    Characters that a path or a reader would trip over become `_` (formats.md, class values).

    >>> safe_name("../roads, minor "), safe_name("")
    ('___roads_ minor_', '_')
    """
    name = name.encode("utf-8", "replace")[:LONGEST_NAME].decode("utf-8", "ignore")
    name = UNSAFE.sub(lambda match: "_" * len(match.group()), name) or "_"
    return f"{name}_" if RESERVED.match(name) else name


def unique_names(names: Iterable[str]) -> list[str]:
    """The names, with a number behind each that stood before; folders may ignore case.

    >>> unique_names(["Tree", "tree", "tree_2"])
    ['Tree', 'tree_2', 'tree_2_2']
    """
    taken: set[str] = set()
    unique = []
    for name in names:
        candidate, number = name, 2
        while candidate.casefold() in taken:
            candidate, number = f"{name}_{number}", number + 1
        taken.add(candidate.casefold())
        unique.append(candidate)
    return unique
