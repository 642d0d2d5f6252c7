"""The chips of a dataset among its places: where they lie, and some of them to be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..grid import PixelGrid
from ..plan import Strip, part_on
from ..prepared import Prepared
from ..survey import place_corners
from .places_taken import PlacesTaken, places_taken


@dataclass(frozen=True)
class TakenImage:
    """An image of a dataset, and which of its places became chips."""

    prepared: Prepared
    taken: PlacesTaken
    first_number: int
    """Of the first chip."""

    @property
    def chip_count(self) -> int:
        """Number of chips."""
        return int(self.taken.wanted.sum())

    def number_of(self, place: int) -> int:
        """Number of the chip of a place."""
        return self.first_number + int(self.taken.wanted[:place].sum())

    def strips(self) -> Iterator[tuple[Strip, NDArray[np.intp]]]:
        """The strips that have chips, with the places in the strip that are chips."""
        for batch in self.prepared.plan.batches():
            for strip in batch:
                places = self.taken.wanted[strip.first : strip.first + strip.place_count]
                if places.any():
                    yield strip, np.flatnonzero(places)


def taken_images(images: Sequence[Prepared], place_lines: Iterable[str]) -> list[TakenImage]:
    """The images of a dataset; their chips are numbered one after the other.

    The lines say which places became chips.
    """
    number, found = images[0].first_number, []
    taken = places_taken(place_lines, [image.plan.place_count for image in images])
    for prepared, places in zip(images, taken):
        found.append(TakenImage(prepared, places, number))
        number += found[-1].chip_count
    return found


def corners_on(target: PixelGrid, strip: Strip, places: NDArray[np.intp]) -> NDArray[np.float64]:
    """Corners (place, corner, axis) of places, around, in the system of a grid."""
    return np.stack(place_corners(strip, places.tolist(), target.crs_wkt), axis=-1)


def strip_alone(strip: Strip, place: int) -> Strip:
    """One place of a strip as a strip of its own, which it may be already."""
    if strip.place_count == 1:
        return strip
    left, top = strip.corner(place)
    alone = replace(strip.place_strip(place), first=strip.first + place)
    if strip.on_image is None:
        return alone
    first_column, first_row, end_column, end_row = strip.on_image
    on_image = part_on(
        strip.grid.crop(first_column, first_row, end_column - first_column, end_row - first_row),
        left - first_column,
        top - first_row,
        strip.tile.columns,
        strip.tile.rows,
    )
    return replace(alone, on_image=on_image)
