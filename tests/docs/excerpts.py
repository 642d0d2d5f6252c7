"""Texts and label rasters of datasets, as short as a page wants them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

ENTRIES = {
    ".xml": r"    <(?:object|part)>\n(?:     .*\n)*    </(?:object|part)>\n",
    ".json": r'\{"id".*\n',
    ".txt": r".+\n",
}
"""What a file of each kind has many of."""


def text_of(path: Path, most: int = 0) -> str:
    """A text file; of entries that follow each other only so many, if that is not 0.

    Blanks at the ends of lines are left out: a page does not show them.
    """
    text = "\n".join(map(str.rstrip, path.read_text("utf-8").splitlines())) + "\n"
    return shortened(text, ENTRIES[path.suffix], most) if most else text


def shortened(text: str, entry: str, most: int) -> str:
    r"""At most so many entries that follow each other.

    >>> shortened("head\n1\n2\n3\n", r"\d\n", 1)
    'head\n1\n… and 2 more\n'
    """

    def first(run: re.Match[str]) -> str:
        entries = re.findall(entry, run[0])
        indent = " " * (len(run[0]) - len(run[0].lstrip()))
        return "".join(entries[:most]) + f"{indent}… and {len(entries) - most} more\n"

    return re.sub(f"(?:{entry}){{{most + 1},}}", first, text)


def described_rasters(folder: Path, dataset: Path) -> str:
    """A line for each label raster: its path in the dataset, size, bands and values."""
    return "".join(_described(folder, dataset))


def _described(folder: Path, dataset: Path) -> Iterator[str]:
    paths = sorted(folder.rglob("*.tif"))
    width = max(len(str(it.relative_to(dataset))) for it in paths)
    for path in paths:
        pixels = gdal.Open(str(path)).ReadAsArray()
        values = " ".join(map(str, np.unique(pixels)))
        yield f"{path.relative_to(dataset).as_posix():<{width}}  {_kind(pixels)}  {values}\n"


def _kind(pixels: Any) -> str:
    layers = pixels.reshape(-1, *pixels.shape[-2:])
    bands, rows, columns = layers.shape
    return f"{columns} x {rows}, {bands} band{'s' * (bands > 1)}, {pixels.dtype}"
