"""Datasets, and what readers find in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from chipwright.tests.scenes import Scene

from . import expected, reading
from .expected import Source
from .reading import Order

Sources = Mapping[str, Source]
Load = Callable[[Sequence[Order]], list[Mapping[str, Any]]]


@pytest.fixture(scope="session")
def sources(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return {
        "buildings": expected.buildings(scene),
        "drawings": expected.drawings(tmp_path_factory.mktemp("drawings")),
    }


@pytest.fixture(scope="session")
def load() -> Load:
    """Asks the readers, where they are installed."""
    if not reading.READY.exists():
        pytest.skip("make test installs the readers into build/readers")
    return reading.load
