"""Checks of the lists of classes in the definition and the state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from .dataset_kind import DEFINITION, STATE
from .description import ClassEntry, Description, class_entries
from .findings import Finding, error, warning

WITHOUT_CLASSES = ("Export_Tiles", "CycleGAN")


def check_classes(description: Description) -> Iterator[Finding]:
    """The definition's classes, and that the state has the same."""
    if description.metadata_format in WITHOUT_CLASSES or not description.definition.is_readable:
        return
    entries = class_entries(description.definition)
    if not entries:
        yield error(
            "no-classes",
            DEFINITION,
            "Classes is missing or empty, so a trainer does not know what to learn. Export again "
            "with labels that lie on the image.",
        )
        return
    yield from _values(entries)
    yield from _names(entries)
    if description.state.is_readable and class_entries(description.state) != entries:
        yield warning(
            "classes-differ",
            STATE,
            f"Classes are not those of {DEFINITION}: numbers of features would be read for the "
            "wrong classes. Make both lists equal.",
        )


def _values(entries: Sequence[ClassEntry]) -> Iterator[Finding]:
    values = [each.value for each in entries if each.value is not None]
    if len(values) < len(entries):
        yield error(
            "class-without-value",
            DEFINITION,
            "A class has no whole number as Value; a trainer cannot load the classes. Give every "
            "class a number of at least 1.",
        )
    for value in values:
        if value < 1:
            yield error(
                "class-value-not-positive",
                DEFINITION,
                f"The class value {value} is in use, but 0 is the background and negative values "
                "cannot be stored: this class would not be learned. Number classes from 1.",
            )
    if values != sorted(set(values)):
        yield error(
            "class-values-not-ascending",
            DEFINITION,
            f"The class values {_shortened(values)} do not ascend or occur twice; trainers count "
            "classes by position and would mix them up. Sort them, each once.",
        )


def _names(entries: Sequence[ClassEntry]) -> Iterator[Finding]:
    if any(each.name is None for each in entries):
        yield error(
            "class-without-name",
            DEFINITION,
            "A class has no text as Name; a trainer cannot load the classes. Name every class.",
        )
    for name, count in Counter(each.name for each in entries if each.name).items():
        if count > 1:
            yield error(
                "class-name-twice",
                DEFINITION,
                f"{count} classes are called '{name}'; trainers look classes up by name and would "
                "take them for one. Give each its own name.",
            )


def _shortened(values: Sequence[int]) -> str:
    return ", ".join(map(str, values[:8])) + (", …" if len(values) > 8 else "")
