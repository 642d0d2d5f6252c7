"""YOLO segmentation polygons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..chip import Chip
from ..labels import LabelKind
from ..yolo import YoloFormat


class YoloSegmentation(YoloFormat):
    """Class index, then one polygon; holes and further parts are tied to it by bridges."""

    name = "YOLO_Segmentation"
    needs = LabelKind.OUTLINES

    def objects(self, chip: Chip) -> Iterator[tuple[int, Iterable[float]]]:
        from ..outlines import one_ring

        for outline in chip.labels.outlines:
            ring = one_ring(outline.polygons)[:-1]
            yield outline.found.class_value, (number for vertex in ring for number in vertex)
