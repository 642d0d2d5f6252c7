"""YOLO oriented boxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..chip import Chip
from ..labels import LabelKind
from ..yolo import YoloFormat


class YoloObb(YoloFormat):
    """Class index, then the corners of the smallest rectangle around the feature's part.

    Where that rectangle leaves the chip its corners are held to it: readers drop what does.
    """

    name = "YOLO_OBB"
    needs = LabelKind.OUTLINES

    def objects(self, chip: Chip) -> Iterator[tuple[int, Iterable[float]]]:
        from ..outlines import smallest_rectangle

        for outline in chip.labels.outlines:
            vertices = [vertex for polygon in outline.polygons for vertex in polygon[0]]
            corners = smallest_rectangle(vertices)
            yield (
                outline.found.class_value,
                (number for corner in corners for number in held(corner, chip)),
            )


def held(corner: tuple[float, float], chip: Chip) -> tuple[float, float]:
    """The point of the chip that is nearest to a corner."""
    x, y = corner
    return min(max(x, 0.0), chip.grid.columns), min(max(y, 0.0), chip.grid.rows)
