"""The metadata formats: every module of this folder that defines a ChipFormat is one.

FORMATS maps the request's name of a format to the format. Adding a format is adding a file here.
"""

from __future__ import annotations

import importlib
import pkgutil

from ..chip_format import ChipFormat


def _formats() -> dict[str, ChipFormat]:
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return {kind.name: kind() for kind in sorted(ChipFormat.__subclasses__(), key=lambda k: k.name)}


FORMATS = _formats()
