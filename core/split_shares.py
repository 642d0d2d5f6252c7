"""The shares of training, validation and test, as they are asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

SPLITS = ("train", "val", "test")
NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")
EXPECTED = (
    "give the shares of training, validation and, if you want, test, which add up to 100: 80/10/10."
)
ROUNDING = Fraction(1, 1000)
"""By which shares may miss the whole: three times 33.3 are a hundred."""


@dataclass(frozen=True)
class Shares:
    """The share of each split, which add up to 1."""

    fractions: tuple[float, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the splits, in the order of their shares."""
        return SPLITS[: len(self.fractions)]

    @property
    def used(self) -> tuple[str, ...]:
        """Names of the splits up to the last that has a share."""
        count = max(rank for rank, share in enumerate(self.fractions, start=1) if share)
        return SPLITS[:count]


def split_shares(text: str) -> Shares:
    """Shares such as 80/10/10 or 0.8/0.2, of the whole of 100 or 1.

    >>> split_shares("80/20").fractions
    (0.8, 0.2)

    Raises ValueError that says what is expected.
    """
    words = text.replace(" ", "").split("/")
    if not 2 <= len(words) <= len(SPLITS) or not all(map(NUMBER.fullmatch, words)):
        raise ValueError(f"'{text}' is no list of shares; {EXPECTED}")
    numbers = [Fraction(word) for word in words]
    total = sum(numbers, Fraction(0))
    whole = 1 if total < 2 else 100
    if abs(total - whole) > ROUNDING * whole:
        raise ValueError(f"'{text}' adds up to {float(total):g}; {EXPECTED}")
    if not numbers[0]:
        raise ValueError(f"'{text}' leaves nothing for training; {EXPECTED}")
    return Shares(tuple(float(number / total) for number in numbers))
