"""A row of the table: something broken, the parameters it is given by, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Values = Mapping[str, Any]
"""By the names of parameters. Sources are RasterSource and FeatureSource, a box is an Extent."""
Makes = Callable[[Path], Values]
"""Makes what is broken in a folder, and says what is given."""
PARTS = {"{reason}": "[^\n]+", "{told}": r"( \([^\n]+\))?"}
"""In a message: words of GDAL or Python, which differ from version to version. {sources} is the folder
of all that is given."""


@dataclass(frozen=True)
class BadInput:
    """What a user may give by mistake, and the one sentence it is answered with."""

    name: str
    """In words."""
    makes: Makes
    says: str
    """The whole message: the parameter, what was found, what to do."""
    in_qgis: str = ""
    """The message where QGIS sees layers and their names, and core files; else it is the same."""

    @property
    def says_in_qgis(self) -> str:
        return self.in_qgis or self.says


@dataclass(frozen=True)
class OddInput:
    """What is no mistake, and perhaps told; the export goes on."""

    name: str
    makes: Makes
    warns: tuple[str, ...]
    chips: int
    """How many are written."""


def fits(message: str, expected: str, sources: Path = Path()) -> bool:
    """Whether a message is the expected one, word for word."""
    pattern = re.escape(expected.replace("{sources}", str(sources)))
    for part, words in PARTS.items():
        pattern = pattern.replace(re.escape(part), words)
    return re.fullmatch(pattern, message) is not None


def always(**values: Any) -> Makes:
    """What needs nothing to be made."""
    return lambda _: values
