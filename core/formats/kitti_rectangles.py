"""KITTI boxes: one line of 15 columns per object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

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
        yield TextFile(f"labels/{chip.name}.txt", kitti_lines(chip.labels.objects))


LINE = "%3d 0.00 0 0 %7.2f %7.2f %7.2f %7.2f 0 0 0 0 0 0 0\r\n"


def kitti_lines(objects: Sequence[LabeledObject]) -> str:
    r"""A line for each object, with its end.

    >>> kitti_lines([LabeledObject(7, 0.0, 1.5, 20.25, 448.0)])
    '  7 0.00 0 0    0.00    1.50   20.25  448.00 0 0 0 0 0 0 0\r\n'
    """
    lines = LINE * len(objects) % tuple(chain.from_iterable(objects))
    return lines.replace("-0.00", " 0.00")  # rounding may leave it
