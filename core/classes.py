"""Classes: values, names and colours, and names that are safe in a path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Optional
from unicodedata import normalize

Color = tuple[int, int, int]

UNKNOWN_COLOR: Color = (-1, -1, -1)
LONGEST_NAME = 200
"""Bytes; file systems take 255, and a number may be added."""
RESERVED = re.compile(r"^(con|prn|aux|nul|(com|lpt)[\d¹²³]|con(in|out)\$)$", re.IGNORECASE)
"""What Windows takes for a device."""
CONTROLS = "\x00-\x1f\x7f-\x9f\u2028\u2029"
"""With those that end a line."""
TURNING = "\u202a-\u202e\u2066-\u2069"
"""Characters that show others in another order, so that a name looks like another one."""
NO_CHARACTERS = "\ufdd0-\ufdef\ufeff\ufffe\uffff"
"""XML and YAML do not bear them; the byte order mark vanishes."""
UNSAFE = re.compile(rf'[/\\:*?"<>|.,{CONTROLS}{TURNING}{NO_CHARACTERS}]|^\s+|\s+$')


@dataclass(frozen=True)
class LabelClass:
    """One class; `original_name` is how the label data spell it."""

    value: int
    name: str
    color: Color = UNKNOWN_COLOR
    original_name: str = ""

    @property
    def is_number(self) -> bool:
        """Whether nothing is known of it but its value."""
        return self.original_name == str(self.value)


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

    def with_folder_names(self) -> ClassTable:
        """The same classes with names that have no blanks.

        >>> [it.name for it in class_table({1: "big tree"}, {}).with_folder_names().classes]
        ['big_tree']
        """
        names = unique_names("_".join(entry.name.split()) or "_" for entry in self.classes)
        return ClassTable(
            tuple(replace(entry, name=name) for entry, name in zip(self.classes, names))
        )

    def named_like(self, other: ClassTable) -> ClassTable:
        """With the names and colours of another table for classes that here are but a number."""
        told = {
            entry.value: known
            for entry in self.classes
            if (known := other.entry(entry.value)) and entry.is_number
        }
        own = [entry for entry in self.classes if entry.value not in told]
        names = unique_names([known.name for known in told.values()] + [it.name for it in own])
        renamed = [replace(entry, name=name) for entry, name in zip(own, names[len(told) :])]
        return ClassTable(tuple(sorted([*told.values(), *renamed], key=lambda it: it.value)))

    def entry(self, value: int) -> Optional[LabelClass]:
        """The class of a value."""
        return self._by_value.get(value)

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


def merged(tables: Sequence[ClassTable]) -> ClassTable:
    """One table of all classes; of a class that is in several, what the first knows of it."""
    names: dict[int, str] = {}
    colors: dict[int, Color] = {}
    for entry in (entry for table in tables for entry in table.classes):
        names.setdefault(entry.value, entry.original_name)
        if entry.color != UNKNOWN_COLOR:
            colors.setdefault(entry.value, entry.color)
    return class_table(names, colors)


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
    """The names, with a number behind each that stood before.

    Folders may ignore case, and how an accent is stored.

    >>> unique_names(["Tree", "tree", "tree_2"])
    ['Tree', 'tree_2', 'tree_2_2']
    """
    taken: set[str] = set()
    next_number: dict[str, int] = {}
    unique = []
    for name in names:
        candidate, number = name, next_number.get(name, 2)
        while _same_folder(candidate) in taken:
            candidate, number = f"{name}_{number}", number + 1
        next_number[name] = number
        taken.add(_same_folder(candidate))
        unique.append(candidate)
    return unique


def _same_folder(name: str) -> str:
    return normalize("NFC", normalize("NFC", name).casefold())
