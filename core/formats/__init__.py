"""The metadata formats: every module of this folder that defines a ChipFormat is one.

FORMATS maps the request's name of a format to the format. Adding a format is adding a file here.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

from ..chip_format import ChipFormat


def _formats() -> dict[str, ChipFormat]:
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    formats = [kind() for kind in _kinds(ChipFormat)]
    return {each.name: each for each in sorted(formats, key=lambda each: each.name)}


def _kinds(base: Any) -> Iterator[Callable[[], ChipFormat]]:
    """Subclasses at any depth that have a name; those without are there to be shared."""
    for kind in base.__subclasses__():
        if hasattr(kind, "name"):
            yield kind
        yield from _kinds(kind)


FORMATS = _formats()
