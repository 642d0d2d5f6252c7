"""The table of bad inputs: what is wrong, how it is made, and the one sentence it is answered with.

A kind that is not here yet is one row in the module it belongs to; it is then tried in core, through
the algorithms, and with GDAL in either of its ways to fail.
"""

from __future__ import annotations

from .combinations import COMBINATIONS
from .layers import LAYERS
from .objects import OBJECTS
from .rasters import RASTERS
from .row import BadInput, OddInput
from .tolerated import TOLERATED
from .values import VALUES

BAD: tuple[BadInput, ...] = (*VALUES, *COMBINATIONS, *RASTERS, *LAYERS, *OBJECTS)
ODD: tuple[OddInput, ...] = TOLERATED
