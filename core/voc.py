"""PASCAL VOC annotations as text.

Written directly, which is many times faster than building a tree; what comes from the user is
escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .chip import Chip

Box = tuple[float, float, float, float]
"""left, top, right, bottom in chip pixels"""


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


def voc_box(box: Box) -> str:
    """The box element of an object or a part."""
    left, top, right, bottom = (max(0.0, side) for side in box)  # rounding may leave -0.00
    return (
        "        <bndbox>\n"
        f"            <xmin>{left:.2f}</xmin>\n"
        f"            <ymin>{top:.2f}</ymin>\n"
        f"            <xmax>{right:.2f}</xmax>\n"
        f"            <ymax>{bottom:.2f}</ymax>\n"
        "        </bndbox>\n"
    )
