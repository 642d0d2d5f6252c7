"""Which places became chips, as lines of a file that grows with the dataset.

An export that goes on after it was broken off knows by them what was written before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PLACES = "report.places"
"""The file; it is no part of the dataset."""


@dataclass(frozen=True, eq=False)
class PlacesTaken:
    """The places of a strip, or of an image."""

    first: int
    """Number of the first among all places of the image."""
    wanted: NDArray[np.bool_]
    """Whether each became a chip."""
    labeled: NDArray[np.bool_]
    """Whether it is a chip with labels."""

    def line(self, image: int) -> str:
        r"""As a line: the number of the image and of the first place, how many there are, and both
        answers, four places a digit.

        >>> taken = PlacesTaken(40, np.array([True, False, True]), np.array([True, False, False]))
        >>> taken.line(0)
        '0 40 3 a0 80\n'
        """
        bits = " ".join(np.packbits(each).tobytes().hex() for each in (self.wanted, self.labeled))
        return f"{image} {self.first} {len(self.wanted)} {bits}\n"


def places_taken(lines: Iterable[str], place_counts: Sequence[int]) -> list[PlacesTaken]:
    """For each image, all its places; those that no line names are not taken."""
    images = [PlacesTaken(0, np.zeros(n, bool), np.zeros(n, bool)) for n in place_counts]
    for image, taken in map(_read, lines):
        end = taken.first + len(taken.wanted)
        images[image].wanted[taken.first : end] = taken.wanted
        images[image].labeled[taken.first : end] = taken.labeled
    return images


def _read(line: str) -> tuple[int, PlacesTaken]:
    image, first, count, *bits = line.split()
    wanted, labeled = (_bits(each, int(count)) for each in bits)
    return int(image), PlacesTaken(int(first), wanted, labeled)


def _bits(digits: str, count: int) -> NDArray[np.bool_]:
    packed = np.frombuffer(bytes.fromhex(digits), np.uint8)
    return np.unpackbits(packed, count=count).astype(bool)
