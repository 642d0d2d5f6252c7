"""Texts that no path, layer or field can be, whatever system is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any


def unusable_texts(value: Any) -> Iterator[str]:
    r"""The texts in a value, or in what it is made of, with NUL or with half a character.

    Systems refuse them, each in its own way; they are given as they can be shown.

    >>> list(unusable_texts(("a.tif", "b\0.tif", "\ud800")))
    ['b\\x00.tif', '\\ud800']
    """
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            yield value.encode("unicode_escape").decode("ascii")
    elif isinstance(value, tuple):
        for each in value:
            yield from unusable_texts(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from unusable_texts(getattr(value, field.name))
