"""PASCAL VOC annotations as text.

Written directly, which is many times faster than building a tree; what comes from the user is
escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .chip import Chip
    from .labels import LabeledObject

Box = tuple[float, float, float, float]
"""left, top, right, bottom in chip pixels"""


BOX = (
    "        <bndbox>\n"
    "            <xmin>%.2f</xmin>\n"
    "            <ymin>%.2f</ymin>\n"
    "            <xmax>%.2f</xmax>\n"
    "            <ymax>%.2f</ymax>\n"
    "        </bndbox>\n"
)
OBJECT = f"    <object>\n        <name>%d</name>\n{BOX}    </object>\n"


def voc_annotation(chip: Chip, objects: Iterable[str]) -> str:
    """The annotation of a chip, 4-space indent."""
    depth, rows, columns = chip.pixels.shape
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        "<annotation>\n"
        f"    <filename>{chip.image_file}</filename>\n"
        "    <source>\n"
        "        <annotation>PASCAL VOC2007</annotation>\n"
        "    </source>\n"
        "    <size>\n"
        f"        <width>{columns}</width>\n"
        f"        <height>{rows}</height>\n"
        f"        <depth>{depth}</depth>\n"
        "    </size>\n"
        f"{''.join(objects)}"
        "</annotation>\n"
    )


def voc_object(name: str, box: Box) -> str:
    """One object element; `name` is text, not yet escaped."""
    return (
        "    <object>\n"
        f"        <name>{escape(name, quote=False)}</name>\n"
        f"{voc_box(box)}"
        "    </object>\n"
    )


def voc_objects(objects: Sequence[LabeledObject]) -> str:
    """An element for each object, whose name is its class value."""
    # numbers are put into the text of a whole chip at once: half of the time goes into that
    return without_minus(OBJECT * len(objects) % tuple(chain.from_iterable(objects)))


def voc_box(box: Box) -> str:
    """The box element of an object or a part."""
    return without_minus(BOX % tuple(box))


def without_minus(text: str) -> str:
    """Numbers of boxes as they should be: rounding may leave -0.00.

    >>> without_minus("<xmin>-0.00</xmin>")
    '<xmin>0.00</xmin>'
    """
    return text.replace("-0.00", "0.00")
