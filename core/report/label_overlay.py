"""Labels of a chip as shapes to be laid over its picture; of very many, as many as fit a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..labels import LabeledObject, Labels, Outline, Ring

MOST_SHAPES = 250
MOST_VERTICES = 4000
"""Of all shapes of a chip."""


@dataclass(frozen=True)
class Shape:
    """A labelled object: the data of an SVG path in chip pixels, and its class."""

    class_value: int
    path: str


@dataclass(frozen=True)
class Overlay:
    """The objects of a chip."""

    shapes: tuple[Shape, ...] = ()
    left_out: int = 0
    """Objects that are too many to be shown."""


def overlay_of(labels: Labels) -> Overlay:
    """The boxes of a chip, or its outlines if it has some."""
    found = list(_outlines(labels) if labels.outlines else _boxes(labels))
    shown, vertices = [], 0
    for shape in found[:MOST_SHAPES]:
        vertices += shape.path.count(" ")
        if vertices > MOST_VERTICES:
            break
        shown.append(shape)
    return Overlay(tuple(shown), len(found) - len(shown))


def _boxes(labels: Labels) -> Iterator[Shape]:
    for found in labels.objects:
        yield Shape(found.class_value, box_path(found))


def box_path(found: LabeledObject) -> str:
    """A box as a path.

    >>> box_path(LabeledObject(1, 2, 3, 4.25, 5))
    'M2 3H4.2V5H2Z'
    """
    left, top, right, bottom = (number(each) for each in found[1:])
    return f"M{left} {top}H{right}V{bottom}H{left}Z"


def _outlines(labels: Labels) -> Iterator[Shape]:
    for outline in labels.outlines:
        yield Shape(outline.found.class_value, _outline_path(outline))


def _outline_path(outline: Outline) -> str:
    return "".join(_ring_path(ring) for polygon in outline.polygons for ring in polygon)


def _ring_path(ring: Ring) -> str:
    """A ring as a path; corners that fall on one another once."""
    corners = list(dict.fromkeys(f"{number(x)} {number(y)}" for x, y in ring))
    return f"M{'L'.join(corners)}Z"


def number(value: float) -> str:
    """A coordinate to a tenth of a pixel.

    >>> number(3.0), number(0.25)
    ('3', '0.2')
    """
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text
