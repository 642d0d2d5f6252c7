"""Pixels of chips as pictures on a page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..classes import Color
from ..gdal_copies import PictureEncoding
from ..gdal_errors import GdalFailure
from ..grid import PixelGrid
from ..png import png

if TYPE_CHECKING:
    from ..files import Pixels

Picture = NDArray[np.uint8]
"""(row, column, 3)"""
SIDE = 256
"""Pixels of the longer side of a picture, at most."""
JPEG = PictureEncoding("JPEG", ".jpg", ".jgw", ("QUALITY=82",))
NOWHERE = (0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
GRAY: Color = (190, 190, 190)


def as_pictures(chips: Sequence[Pixels]) -> list[Picture]:
    """The first three bands as 8 bits, all chips (band, row, column) stretched alike."""
    bands = [chip[:3] if len(chip) >= 3 else np.repeat(chip[:1], 3, axis=0) for chip in chips]
    if any(each.dtype != np.uint8 for each in bands):
        bands = _stretched(bands)
    return [np.array(each.transpose(1, 2, 0), order="C") for each in bands]


def _stretched(chips: Sequence[Pixels]) -> list[Any]:
    """From the first to the last percent of all values of a band."""
    values = np.concatenate([chip.reshape(3, -1) for chip in chips], axis=1).astype(float)
    values[~np.isfinite(values)] = np.nan
    if np.isnan(values).all():
        return [np.zeros(chip.shape, np.uint8) for chip in chips]
    low, high = np.nanpercentile(values, (1, 99), axis=1)[..., None, None]
    scale = 255 / np.maximum(high - low, 1e-12)
    return [np.nan_to_num(np.clip((chip - low) * scale, 0, 255)).astype(np.uint8) for chip in chips]


def resized(picture: Any, scale: float) -> Any:
    """An array (row, column, …) larger or smaller, by nearest neighbour."""
    rows, columns = (max(1, round(side * scale)) for side in picture.shape[:2])
    down = ((np.arange(rows) + 0.5) / scale).astype(int).clip(0, picture.shape[0] - 1)
    across = ((np.arange(columns) + 0.5) / scale).astype(int).clip(0, picture.shape[1] - 1)
    return picture[down[:, None], across]


def draw_mask(picture: Any, values: Any, numbers: Any, colors: dict[int, Color]) -> None:
    """Tint what is labelled with the colours of its class, with a line where an object ends.

    `values` (row, column) are class values, `numbers` tell one object from the next.
    """
    edge = np.zeros(numbers.shape, bool)
    edge[1:] |= numbers[1:] != numbers[:-1]
    edge[:, 1:] |= numbers[:, 1:] != numbers[:, :-1]
    edge[:-1] |= edge[1:]
    edge[:, :-1] |= edge[:, 1:]
    for value in np.unique(values[values > 0]).tolist():
        there = values == value
        color = colors.get(value, GRAY)
        tint(picture, there, color)
        picture[there & edge] = color


def tint(picture: Any, there: Any, color: Color) -> None:
    """Give some pixels a cast of a colour."""
    picture[there] = (0.6 * picture[there] + 0.4 * np.array(color)).astype(np.uint8)


def data_uri(picture: Picture) -> str:
    """A picture within a page: as JPEG, or as PNG where GDAL has no JPEG."""
    rows, columns, _ = picture.shape
    pixels = np.ascontiguousarray(picture.transpose(2, 0, 1))
    try:
        _, content = next(iter(JPEG.files(pixels, PixelGrid(columns, rows, NOWHERE))))
        kind = "jpeg"
    except GdalFailure:
        content, kind = png(pixels), "png"
    return f"data:image/{kind};base64,{b64encode(bytes(content)).decode('ascii')}"
