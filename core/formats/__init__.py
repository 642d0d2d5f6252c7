"""The metadata formats: every module of this folder that defines a ChipFormat is one.

FORMATS maps the request's name of a format to the format. Adding a format is adding a file here.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from ..chip_format import ChipFormat


def _formats() -> dict[str, ChipFormat]:
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    kinds: list[Callable[[], ChipFormat]] = [*ChipFormat.__subclasses__()]
    formats = [make() for make in kinds]
    return {each.name: each for each in sorted(formats, key=lambda each: each.name)}


FORMATS = _formats()
