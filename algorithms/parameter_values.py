"""What the user gave, as plain values; what cannot be used is refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Optional

from qgis.core import (
    NULL,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameters,
)

from ..core.errors import InvalidRequest
from ..core.plain_values import read_flag, read_number, read_whole_number
from ..core.request import Extent
from .coordinate_systems import wkt_of
from .declaring import default_of

PLAIN = (bool, int, float, str, list, tuple, dict)
"""What is as it was given, rather than an expression that Processing has to look into."""
FLAGS = {"1": True, "yes": True, "0": False, "no": False}
"""What Processing takes for true and false, too."""


class ParameterValues:
    """Values by parameter name, with the declared default for what is not given.

    Processing itself replaces many values it cannot read by the default or by nothing, silently;
    here they raise InvalidRequest.
    """

    def __init__(
        self,
        algorithm: QgsProcessingAlgorithm,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
    ) -> None:
        self._algorithm = algorithm
        self._parameters = parameters
        self.context = context

    def given(self, name: str) -> Any:
        """The value as it was given, whatever it is."""
        return self._parameters.get(name)

    def is_given(self, name: str) -> bool:
        """Whether there is a value at all."""
        value = self.given(name)
        return not (value is None or value == NULL or value == "" or value == [])

    def text(self, name: str) -> str:
        """A text, a field name or the chosen one of several."""
        definition = self._algorithm.parameterDefinition(name)
        if definition is None:  # a preview has no parameters of what is written
            return str(default_of(name))
        text = self.read(QgsProcessingParameters.parameterAsString, name)
        return str(text or definition.defaultValue() or "")

    def flag(self, name: str) -> bool:
        """Yes or no."""
        value = self.given(name)
        if self.is_given(name) and isinstance(value, PLAIN):
            return read_flag(name, FLAGS.get(str(value).lower(), value))
        return bool(self.read(QgsProcessingParameters.parameterAsBool, name))

    def number(self, name: str) -> float:
        """A number with a fraction."""
        value = self.given(name)
        if self.is_given(name) and isinstance(value, PLAIN):
            return read_number(name, value)
        return float(self.read(QgsProcessingParameters.parameterAsDouble, name))

    def optional_number(self, name: str) -> Optional[float]:
        """A number, or None when it is not given."""
        return self.number(name) if self.is_given(name) else None

    def whole_number(self, name: str) -> int:
        """A number without a fraction."""
        value = self.given(name)
        is_plain = self.is_given(name) and isinstance(value, PLAIN)
        return read_whole_number(name, value if is_plain else self.number(name))

    def whole_numbers(self, name: str) -> tuple[int, ...]:
        """A list like [3, 2, 1], or a text like "3,2,1", in its order."""
        value = self.given(name)
        given = value if isinstance(value, (list, tuple)) else re.split(r"[\s,;]+", self.text(name))
        words = [str(word) for word in given if word != ""]
        if not all(word.isdigit() for word in words):
            raise InvalidRequest(name, f"'{value}' is no list of whole numbers such as 3,2,1.")
        return tuple(int(word) for word in words)

    def range(self, name: str) -> tuple[float, float]:
        """Two numbers in a text like "2-98"."""
        found = re.fullmatch(r"\s*([\d.]+)\s*[-:,;\s]\s*([\d.]+)\s*", self.text(name))
        if found is None or not all(map(_is_number, found.groups())):
            raise InvalidRequest(name, f"'{self.given(name)}' is no range such as 2-98.")
        low, high = found.groups()
        return float(low), float(high)

    def extent(self, name: str) -> Optional[Extent]:
        """A box in the coordinate system that it was given in."""
        if not self.is_given(name):
            return None
        box = self.read(QgsProcessingParameters.parameterAsExtent, name)
        if box.isEmpty() or not box.isFinite():
            raise InvalidRequest(
                name,
                f"'{self.given(name)}' is no box with an area; give it as "
                "'west,east,south,north [EPSG:code]', or leave it empty.",
            )
        crs = self.read(QgsProcessingParameters.parameterAsExtentCrs, name)
        if "[" in str(self.given(name)) and not crs.isValid():
            raise InvalidRequest(
                name,
                f"'{self.given(name)}' names an unknown coordinate system; give it as "
                "'west,east,south,north [EPSG:code]'.",
            )
        return Extent(box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum(), wkt_of(crs))

    def read(self, read: Callable[..., Any], name: str) -> Any:
        """What one of QgsProcessingParameters' functions makes of the value."""
        definition = self._algorithm.parameterDefinition(name)
        return read(definition, self._parameters, self.context)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
