"""KITTI boxes: one line of 15 columns per object."""

from __future__ import annotations

from collections.abc import Iterator

from ..chip import Chip
from ..chip_format import ChipFormat
from ..files import ChipImage, OutputFile, TextFile
from ..labels import LabeledObject, LabelKind


class KittiRectangles(ChipFormat):
    """`labels/N.txt`: class value, box, and zeros for what a flat image cannot know.

    Readers refuse a minus sign and a blank line at the end; a chip without objects has an empty
    file.
    """

    name = "KITTI_rectangles"
    needs = LabelKind.OBJECTS

    def files(self, chip: Chip) -> Iterator[OutputFile]:
        yield ChipImage(f"images/{chip.name}", chip.pixels, chip.grid)
        lines = map(kitti_line, chip.labels.objects)
        yield TextFile(f"labels/{chip.name}.txt", "".join(lines))


def kitti_line(found: LabeledObject) -> str:
    r"""One object as a line, with its line end.

    >>> kitti_line(LabeledObject(7, 0.0, 1.5, 20.25, 448.0))
    '  7 0.00 0 0    0.00    1.50   20.25  448.00 0 0 0 0 0 0 0\r\n'
    """
    value, *box = found
    left, top, right, bottom = (max(0.0, side) for side in box)  # rounding may leave -0.00
    return (
        f"{value:3d} 0.00 0 0 {left:7.2f} {top:7.2f} {right:7.2f} {bottom:7.2f} 0 0 0 0 0 0 0\r\n"
    )
