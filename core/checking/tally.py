"""What is counted on the way through the files of a dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .label_content import LabelContent


class Tally:
    """Chips and labels seen so far; grows by `add`."""

    def __init__(self) -> None:
        self.chips = 0
        self.labeled_chips = 0
        """Chips with at least one object or pixel of a class."""
        self.labels = 0
        self.amounts: Counter[int] = Counter()
        """Objects or pixels by class value."""
        self.chips_per_class: Counter[int] = Counter()
        self.is_complete = True
        """Whether all labels could be read."""

    def add(self, labels: Iterable[LabelContent]) -> None:
        """One chip and its labels."""
        found: Counter[int] = Counter()
        for label in labels:
            self.labels += 1
            self.is_complete &= label.is_readable
            found.update(label.amounts)
        self.chips += 1
        self.labeled_chips += bool(found)
        self.amounts.update(found)
        self.chips_per_class.update(found.keys())
