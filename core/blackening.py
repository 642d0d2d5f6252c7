"""Chips that show their feature and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .burning import burned
from .feature_places import FeaturePlaces
from .grid import PixelGrid
from .plan import Strip
from .raster import Raster
from .shared_window import PixelReader

if TYPE_CHECKING:
    from .files import Pixels


@dataclass(frozen=True, eq=False)
class Blackening:
    """Makes every pixel 0 whose centre lies outside the feature that a chip was made for."""

    places: FeaturePlaces
    blobs: Sequence[bytes]
    """WKB of each feature."""

    def over(self, reader: PixelReader, strip: Strip) -> PixelReader:
        """A reader for a strip of one place."""
        return FeatureOnly(reader, self.blobs[self.places.feature[strip.first]])


@dataclass(frozen=True, eq=False)
class FeatureOnly:
    """The pixels of a raster within a feature, 0 elsewhere."""

    reader: PixelReader
    blob: bytes

    @property
    def raster(self) -> Raster:
        """What is read."""
        return self.reader.raster

    def read(self, grid: PixelGrid) -> Pixels:
        """Pixels (band, row, column), read-only."""
        inside = burned(grid, [self.blob], np.ones(1, np.int64), "uint8")
        image = self.reader.read(grid).transpose(1, 2, 0)
        pixels = np.where(inside[..., None] > 0, image, image.dtype.type(0))
        pixels.flags.writeable = False
        return pixels.transpose(2, 0, 1)
