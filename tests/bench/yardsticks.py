"""What a job is measured against: its floor, the floor of its twin, an encoder, another job."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal

from chipwright.core.export import export

from .costs import Cost, cost_of
from .floor import floor_of
from .reference import run_alone

TILE, STRIDE = 256, 128

if TYPE_CHECKING:
    from ..scenes import Scene
    from .jobs import Job
    from .reference import Reference


class Yardstick(Protocol):
    """Something of known use that a job is compared with."""

    @property
    def chips(self) -> int:
        """How many chips it is about; costs are compared per chip."""

    def cost(self, folder: Path) -> Cost:
        """Do it, writing into a folder that is not there yet."""


@dataclass(frozen=True)
class Measure:
    """A kind of yardstick: its name for the reader, and how it is made of a finished export."""

    name: str
    of: Callable[[Reference], Yardstick]


@dataclass(frozen=True, eq=False)
class PureEncoder:
    """An encoder over the chips of a job, which are in memory already."""

    name: str
    pixels: list[NDArray[Any]]
    """Of each chip, (band, row, column), all bands of a pixel together in memory."""

    @property
    def chips(self) -> int:
        """Number of chips."""
        return len(self.pixels)

    def cost(self, folder: Path) -> Cost:
        """Of encoding all chips; nothing is written."""
        from . import pure_encoders

        folder.mkdir()
        walls: list[float] = []
        cost = cost_of(lambda: walls.append(pure_encoders.pure(self.name, self.pixels)))
        return Cost(walls[0], cost.cpu)


@dataclass(frozen=True)
class OtherJob:
    """Another export with two workers."""

    job: Job
    scene: Scene
    chips: int

    def cost(self, folder: Path) -> Cost:
        """Of the other export."""
        alone = run_alone(self.job.request(self.scene, folder, workers=2))
        return Cost(alone.wall, alone.cpu)


def _floor(reference: Reference) -> Yardstick:
    return floor_of(reference.scene.image, reference.folder, reference.chips)


FLOOR = Measure("its floor", _floor)


def floor_of_twin(twin: Job) -> Measure:
    """The floor of a job that cuts the same scene otherwise."""

    def of(reference: Reference) -> Yardstick:
        folder = reference.folder.with_name("twin")
        chips = export(twin.request(reference.scene, folder, workers=2)).chip_count
        floor = floor_of(reference.scene.image, folder, chips)
        shutil.rmtree(folder)
        return floor

    return Measure(f"floor of ({twin.letter}), per chip", of)


def encoder(name: str) -> Measure:
    """An encoder alone, over the same chips."""

    def of(reference: Reference) -> Yardstick:
        return PureEncoder(name, list(_pixels_of(reference)))

    return Measure(f"{name} alone, 2 threads", of)


def _pixels_of(reference: Reference) -> Iterator[NDArray[Any]]:
    """The chips of an upright export, in their order, read from the source; whole pixels."""
    image = gdal.Open(str(reference.scene.image))
    whole = image.ReadAsArray().reshape(-1, image.RasterYSize, image.RasterXSize)
    tops = range(0, image.RasterYSize - TILE + 1, STRIDE)
    lefts = range(0, image.RasterXSize - TILE + 1, STRIDE)
    for top, left in product(tops, lefts):
        window = whole[:, top : top + TILE, left : left + TILE]
        yield np.ascontiguousarray(window.transpose(1, 2, 0)).transpose(2, 0, 1)


def time_of(job: Job) -> Measure:
    """The time of a job of the same grid, on the scene without the crowd."""

    def of(reference: Reference) -> Yardstick:
        return OtherJob(job, replace(reference.source, crowd=1).scene(), reference.chips)

    return Measure(f"time of ({job.letter})", of)
