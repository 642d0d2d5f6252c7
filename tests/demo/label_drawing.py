"""Labels drawn on pictures of chips."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from chipwright.core.report.pictures import GRAY, resized, tint
from chipwright.core.report.pictures import draw_mask as draw_map

from ..scenes.burning import BurnLayer
from .dataset import Box, Color, Mask, Outline

LIGHT: Color = (255, 255, 255)
Colors = dict[int, Color]
"""The colour of each class value."""


def draw_box(picture: Any, box: Box, scale: float, colors: Colors) -> None:
    """A frame of two pixels, inside the box."""
    sides = (box.left, box.top, box.right, box.bottom)
    left, top, right, bottom = (round(side * scale) for side in sides)
    frame = np.zeros(picture.shape[:2], bool)
    frame[top:bottom, left:right] = True
    frame[top + 2 : bottom - 2, left + 2 : right - 2] = False
    picture[frame] = colors.get(box.value, GRAY)


def draw_outline(picture: Any, outline: Outline, scale: float, colors: Colors) -> None:
    """Tints what lies within, draws lines from corner to corner, and a light dot at each."""
    color = colors.get(outline.value, GRAY)
    corners = [(x * scale, y * scale) for x, y in outline.corners]
    rows, columns = picture.shape[:2]
    tint(picture, BurnLayer([(corners, 1)]).burn(0, rows, columns) > 0, color)
    for start, end in zip(corners, corners[1:] + corners[:1]):
        for x, y in _points_between(start, end):
            _dot(picture, x, y, color)
    for x, y in corners:
        _dot(picture, x, y, LIGHT)


def draw_mask(picture: Any, mask: Mask, scale: float, colors: Colors) -> None:
    """Tints what is labelled, and draws a line where one object or class ends."""
    draw_map(picture, resized(mask.values, scale), resized(mask.numbers, scale), colors)


def _points_between(start: tuple[float, float], end: tuple[float, float]) -> Any:
    """Points (x, y) so close that no pixel between them is left out."""
    steps = math.ceil(2 * math.dist(start, end)) + 1
    return np.linspace(start, end, steps)


def _dot(picture: Any, x: float, y: float, color: Color) -> None:
    """Four pixels around a point, or beside it where it lies on an edge of the picture."""
    rows, columns = picture.shape[:2]
    left = min(max(round(x) - 1, 0), columns - 2)
    top = min(max(round(y) - 1, 0), rows - 2)
    picture[top : top + 2, left : left + 2] = color
