"""The files a chip becomes, before they are written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, Union

from .grid import PixelGrid

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    Pixels = NDArray[Any]

MAP_FILE = "map.txt"


def split_list(split: str) -> str:
    """The list of the chips of a split, a stem in each line; it is no file of the dataset.

    >>> split_list("val")
    'split.val'
    """
    return f"split.{split}"


class TextFile(NamedTuple):
    """A text to be written as UTF-8, just as it is. `path` is relative, with forward slashes."""

    path: str
    text: str


class Line(NamedTuple):
    """A line, with its end, of a file that grows with the chips, in their order."""

    path: str
    text: str


def joined_lines(lines: Iterable[Line]) -> dict[str, str]:
    r"""The texts that lines are together, by their files.

    >>> joined_lines([Line("a", "1\n"), Line("b", "2\n"), Line("a", "3\n")])
    {'a': '1\n3\n', 'b': '2\n'}
    """
    texts: dict[str, list[str]] = {}
    for path, text in lines:
        texts.setdefault(path, []).append(text)
    return {path: "".join(parts) for path, parts in texts.items()}


class DatasetFile(NamedTuple):
    """A text about the whole dataset, in pieces: it may be longer than memory."""

    path: str
    text: Iterable[str]


class ChipImage(NamedTuple):
    """An image in the requested chip format; `stem` is the relative path without its ending."""

    stem: str
    pixels: Pixels
    """(band, row, column)"""
    grid: PixelGrid


class PartnerImage(NamedTuple):
    """The second image of a chip, on the same grid, in the requested chip format."""

    stem: str
    pixels: Pixels
    """(band, row, column)"""
    grid: PixelGrid


class LabelImage(NamedTuple):
    """A label raster, always a lossless TIFF; `stem` is the relative path without its ending."""

    stem: str
    pixels: Pixels
    """(band, row, column)"""
    grid: PixelGrid


OutputFile = Union[TextFile, ChipImage, PartnerImage, LabelImage]
"""What is written for a chip."""
