from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from chipwright.core.feature_places import FeaturePlaces, centred_places
from chipwright.core.grid import PixelGrid, Size
from chipwright.core.plan import Plan
from chipwright.core.pools import Pools, worker_pools
from chipwright.core.progress import Silence, StopSignal
from chipwright.core.request import ExportRequest, RasterSource
from chipwright.core.shapes import shapes_of_rings

GRID = PixelGrid(4096, 4096, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0))


def places(side: int) -> FeaturePlaces:
    """Three squares in chips of so many pixels."""
    corner = np.array([100.0, 2000.0, 3000.0])
    x = (corner[:, None] + [0, 9, 9, 0, 0]).ravel()
    y = (corner[:, None] + [0, 0, 9, 9, 0]).ravel()
    last = np.tile([False] * 4 + [True], 3)
    shapes = shapes_of_rings(x, y, last, np.arange(3) * 5, np.full(3, 5))
    return centred_places(shapes, GRID, Size(side, side))


def pools_of(*plans: Any, workers: int = 2, path: str = "image.tif", **settings: Any) -> Pools:
    request = ExportRequest(
        RasterSource(path),
        "out",
        metadata_format="Export_Tiles",
        parallel_processing_factor=str(workers),
        **settings,
    )
    prepared: Any = [SimpleNamespace(plan=plan) for plan in plans]
    with worker_pools(request, StopSignal(), Silence(), prepared) as pools:
        return pools


@pytest.mark.parametrize(
    ("plans", "settings"),
    [
        ([Plan(GRID, Size(256, 256), Size(128, 128), 3)], {}),
        ([places(600)], {}),
        ([places(64), places(600)], {}),
        ([places(64)], {"chip_format": "PNG"}),
        ([places(64)], {"compression": "LZW"}),
        ([places(64)], {"rotation_angle": 30.0}),
        ([places(64)], {"path": "/vsicurl/http://127.0.0.1/image.tif"}),
        ([], {}),
    ],
)
def test_one_thread_reads_while_others_write(plans: list[Any], settings: dict[str, Any]) -> None:
    pools = pools_of(*plans, **settings)
    assert pools.readers is not pools.writers


@pytest.mark.parametrize("side", [64, 256])
def test_one_thread_does_all_for_small_chips_that_are_cut_for_themselves(side: int) -> None:
    pools = pools_of(places(side))
    assert pools.readers is pools.writers


def test_one_worker_is_one_thread() -> None:
    pools = pools_of(places(600), workers=1)
    assert pools.readers is pools.writers
