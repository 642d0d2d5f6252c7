"""Images that show the same place: what they have in common on the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .grid import PixelGrid
from .image import Image
from .map_boxes import box_in

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    """A grid that several images are seen on; pixels of different frames show different places."""

    grid: PixelGrid
    number: int


def frames_of(images: Sequence[Image]) -> list[Frame]:
    """The frame of each image: one for all that overlap, be it by way of others.

    It is the grid of the first of them. Stored pixels, and what cannot be brought to the system of
    the first image, are frames of their own.
    """
    boxes = [_box(image, images[0].grid) for image in images]
    number = list(range(len(images)))
    for later in range(len(images)):
        for earlier in range(later):
            if number[earlier] != number[later] and _overlap(boxes[earlier], boxes[later]):
                low, high = sorted((number[earlier], number[later]))
                number = [low if each == high else each for each in number]
    return [Frame(images[each].grid, each) for each in number]


def _box(image: Image, first: PixelGrid) -> Box | None:
    """The box around an image in the system of the first; None if it has none there."""
    if image.is_in_pixel_space or not image.grid.is_on_map:
        return None
    return box_in(image.grid.bounds, image.grid.crs_wkt, first.crs_wkt)


def _overlap(first: Box | None, second: Box | None) -> bool:
    if first is None or second is None:
        return False
    return max(first[0], second[0]) < min(first[2], second[2]) and max(first[1], second[1]) < min(
        first[3], second[3]
    )
