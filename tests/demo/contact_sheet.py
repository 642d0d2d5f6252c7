"""Draws chips of a written dataset with their labels on them.

python3 -m chipwright.tests.demo.contact_sheet DATASET OUT [COUNT]

OUT ends with .png or .jpg.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

from chipwright.core.report.pictures import GRAY, as_pictures, resized

from .dataset import Box, ChipFiles, Color, Dataset, Label, Mask, Outline, WholeChip
from .label_drawing import draw_box, draw_mask, draw_outline
from .lettering import lettering
from .reading import read_dataset

SIDE, GAP, CAPTION = 256, 12, 20
ENCODINGS: dict[str, tuple[str, list[str]]] = {
    ".png": ("PNG", []),
    ".jpg": ("JPEG", ["QUALITY=92"]),
}
PAPER, INK = (24, 26, 30), (214, 216, 220)


def draw_contact_sheet(folder: Path, target: Path, count: int = 12) -> None:
    """Writes a picture of some chips of a dataset, spread over it, those with labels first."""
    dataset = read_dataset(folder)
    chips = _choose(dataset, count)
    if not chips:
        raise SystemExit(f"{folder} holds no chips.")
    columns = min(len(chips), max(1, math.ceil(math.sqrt(len(chips) * 1.3))))
    write_picture(target, sheet_of(dataset, chips, columns))


def sheet_of(dataset: Dataset, chips: Sequence[ChipFiles], columns: int) -> Any:
    """A picture (row, column, 3) of some chips, and the classes below."""
    pictures = _as_pictures([_pixels(chip.image) for chip in chips])
    cells = [_cell(dataset, chip, picture) for chip, picture in zip(chips, pictures)]
    if all(chip.partner for chip in chips):
        partners = _as_pictures([_pixels(chip.partner) for chip in chips])
        cells = [_with_partner(dataset, *it) for it in zip(chips, cells, partners)]
    return np.concatenate([_grid(cells, columns), _legend(dataset, columns)])


def _with_partner(dataset: Dataset, chip: ChipFiles, cell: Any, partner: Any) -> Any:
    """A cell, and the second image of its chip below."""
    caption = _caption(dataset.caption(replace(chip, image=chip.partner or chip.image)))
    return np.concatenate([cell, _on_paper(resized(partner, _scale(partner))), caption])


def _pixels(path: Path | None) -> Any:
    return gdal.Open(str(path)).ReadAsArray()


def _choose(dataset: Dataset, count: int) -> list[ChipFiles]:
    """Chips at even distances: among a few times as many, those that have labels."""
    candidates = _spread(dataset.chips, 5 * count)
    labeled = [chip for chip in candidates if any(map(_shows, dataset.labels(chip)))]
    return _spread(labeled or candidates, count)


def _spread(chips: Sequence[ChipFiles], count: int) -> list[ChipFiles]:
    places = np.linspace(0, len(chips) - 1, min(count, len(chips))).round().astype(int)
    return [chips[place] for place in places]


def _shows(label: Label) -> bool:
    return not isinstance(label, Mask) or bool(label.values.any())


def _as_pictures(chips: list[Any]) -> list[Any]:
    """Shape (row, column, 3)."""
    return as_pictures([it.reshape(-1, *it.shape[-2:]) for it in chips])


def _cell(dataset: Dataset, chip: ChipFiles, picture: Any) -> Any:
    """A chip with its labels, and its name below."""
    scale = _scale(picture)
    shown = resized(picture, scale)
    labels = dataset.labels(chip)
    colors = {value: it.color for value, it in dataset.classes.items()}
    for label in labels:
        if isinstance(label, Box):
            draw_box(shown, label, scale, colors)
        elif isinstance(label, Outline):
            draw_outline(shown, label, scale, colors)
        elif isinstance(label, Mask):
            draw_mask(shown, label, scale, colors)
    whole = [_names_of_chip(dataset, label) for label in labels if isinstance(label, WholeChip)]
    return np.concatenate([_on_paper(shown), _caption(dataset.caption(chip)), *whole])


def _scale(picture: Any) -> float:
    return SIDE / max(picture.shape[:2])


def _caption(text: str) -> Any:
    line = _sheet(CAPTION, SIDE)
    _write(line, text, 5, 0, INK)
    return line


def _on_paper(shown: Any) -> Any:
    """As wide as a cell."""
    paper = _sheet(len(shown), SIDE)
    paper[:, : shown.shape[1]] = shown
    return paper


def _names_of_chip(dataset: Dataset, label: WholeChip) -> Any:
    """A line with the classes of a chip, in their colours and from one to the next a blank."""
    line, left = _sheet(CAPTION, SIDE), 0
    for value in label.values:
        known = dataset.classes.get(value)
        name, color = (known.name, known.color) if known else (str(value), GRAY)
        left = _write(line, name, 2, left, color) + 4
    return line


def _grid(cells: list[Any], columns: int) -> Any:
    rows = math.ceil(len(cells) / columns)
    height = max(map(len, cells)) + GAP
    sheet = _sheet(GAP + rows * height, GAP + columns * (SIDE + GAP))
    for number, cell in enumerate(cells):
        row, column = divmod(number, columns)
        top, left = GAP + row * height, GAP + column * (SIDE + GAP)
        sheet[top : top + len(cell), left : left + SIDE] = cell
    return sheet


def _legend(dataset: Dataset, columns: int) -> Any:
    """The classes in their colours, in as many lines as it takes."""
    width = GAP + columns * (SIDE + GAP)
    lines, left = [_sheet(24, width)], GAP
    for it in dataset.classes.values():
        if left + 36 + 8 * len(it.name) > width and left > GAP:
            lines.append(_sheet(24, width))
            left = GAP
        lines[-1][4:14, left : left + 10] = it.color
        left = _write(lines[-1], it.name, 4, left + 16, INK) + 20
    return np.concatenate(lines)


def _write(sheet: Any, text: str, top: int, left: int, color: Color) -> int:
    """Puts a text on the sheet, as far as there is room; returns where it ends."""
    dots = lettering(text)[:, : max(0, sheet.shape[1] - left)]
    sheet[top : top + dots.shape[0], left : left + dots.shape[1]][dots] = color
    return left + int(dots.shape[1])


def _sheet(rows: int, columns: int) -> Any:
    return np.full((rows, columns, 3), PAPER, np.uint8)


def write_picture(target: Path, picture: Any) -> None:
    """Writes a picture (row, column, 3) of 8 bits as PNG or JPEG, by the ending of the name."""
    rows, columns = picture.shape[:2]
    image = gdal.GetDriverByName("MEM").Create("", columns, rows, 3)
    image.WriteArray(picture.transpose(2, 0, 1))
    target.parent.mkdir(parents=True, exist_ok=True)
    driver, options = ENCODINGS[target.suffix]
    gdal.GetDriverByName(driver).CreateCopy(str(target), image, options=options)


def main(arguments: list[str]) -> None:
    """Draws the dataset that the command line names."""
    if len(arguments) not in (2, 3):
        raise SystemExit(__doc__)
    gdal.UseExceptions()
    folder, target = map(Path, arguments[:2])
    draw_contact_sheet(folder, target, *map(int, arguments[2:]))
    print(f"Contact sheet: {target}")


if __name__ == "__main__":
    main(sys.argv[1:])
