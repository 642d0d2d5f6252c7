"""docs/formats.md: prose by hand, and after each marker a block that is made.

A marker names what is in the block below it, in the folder of all datasets:

    <!-- made by make docs: tree KITTI_rectangles -->
    <!-- made by make docs: text KITTI_rectangles/labels/000000000.txt, first 3 -->
    <!-- made by make docs: rasters RCNN_Masks/labels -->
"""

from __future__ import annotations

import re
from pathlib import Path

from .excerpts import described_rasters, text_of
from .trees import tree

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "formats.md"
PICTURES = ROOT / "docs" / "images" / "formats"
BLOCK = re.compile(
    r"^(<!-- made by make docs: (\w+) ([\w/.]+)(?:, first (\d+))? -->\n).*?^```\w*\n.*?^```$",
    re.MULTILINE | re.DOTALL,
)
LANGUAGES = {".xml": "xml", ".json": "json", ".yaml": "yaml"}


def rewritten(page: str, datasets: Path) -> str:
    """The page with all its blocks made anew from the datasets in a folder."""

    def made(block: re.Match[str]) -> str:
        marker, kind, path, most = block.groups()
        return marker + _block(kind, datasets, Path(path), int(most or 0))

    return BLOCK.sub(made, page)


def _block(kind: str, datasets: Path, path: Path, most: int) -> str:
    dataset = datasets / path.parts[0]
    if kind == "tree":
        return _fenced(f"{path}/\n{tree(dataset)}")
    if kind == "rasters":
        return _fenced(described_rasters(datasets / path, dataset))
    heading = f"`{path.relative_to(path.parts[0])}`:\n\n"
    return heading + _fenced(text_of(datasets / path, most), LANGUAGES.get(path.suffix, ""))


def _fenced(text: str, language: str = "") -> str:
    return f"```{language}\n{text}```"
