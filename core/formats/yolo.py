"""YOLO boxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..chip import Chip
from ..labels import LabelKind
from ..yolo import YoloFormat


class Yolo(YoloFormat):
    """Class index, then centre and size of the box."""

    name = "YOLO"
    needs = LabelKind.OBJECTS

    def objects(self, chip: Chip) -> Iterator[tuple[int, Iterable[float]]]:
        for value, left, top, right, bottom in chip.labels.objects:
            yield value, ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)
