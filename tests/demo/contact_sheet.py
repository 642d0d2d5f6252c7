"""Draws chips of a written dataset with their labels on them.

python3 -m chipwright.tests.demo.contact_sheet DATASET OUT.png [COUNT]
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

from .dataset import Box, ChipFiles, Color, Dataset, Label, read_dataset
from .lettering import lettering

SIDE, GAP, CAPTION = 256, 12, 20
PAPER, INK = (24, 26, 30), (214, 216, 220)
GRAY = (190, 190, 190)


def draw_contact_sheet(folder: Path, target: Path, count: int = 12) -> None:
    """Writes a PNG with some chips of a dataset, spread over it, those with labels first."""
    dataset = read_dataset(folder)
    chips = _choose(dataset, count)
    if not chips:
        raise SystemExit(f"{folder} holds no chips.")
    pictures = _as_pictures([gdal.Open(str(chip.image)).ReadAsArray() for chip in chips])
    cells = [_cell(dataset, chip, picture) for chip, picture in zip(chips, pictures)]
    _write_png(target, np.concatenate([_grid(cells), _legend(dataset, _columns(len(cells)))]))


def _choose(dataset: Dataset, count: int) -> list[ChipFiles]:
    """Chips at even distances: among a few times as many, those that have labels."""
    candidates = _spread(dataset.chips, 5 * count)
    labeled = [chip for chip in candidates if any(map(_shows, dataset.labels(chip)))]
    return _spread(labeled or candidates, count)


def _spread(chips: Any, count: int) -> list[ChipFiles]:
    places = np.linspace(0, len(chips) - 1, min(count, len(chips))).round().astype(int)
    return [chips[place] for place in places]


def _shows(label: Label) -> bool:
    return isinstance(label, Box) or bool(label.values.any())


def _as_pictures(chips: list[Any]) -> list[Any]:
    """The first three bands as 8 bits, shape (row, column, 3), all chips stretched alike."""
    bands = [np.resize(it[:3] if it.ndim == 3 else it, (3, *it.shape[-2:])) for it in chips]
    bands = [
        np.broadcast_to(it[:1], it.shape) if _is_gray(chip) else it
        for it, chip in zip(bands, chips)
    ]
    if any(it.dtype != np.uint8 for it in bands):
        bands = _stretched(bands)
    return [np.ascontiguousarray(it.transpose(1, 2, 0)) for it in bands]


def _is_gray(chip: Any) -> bool:
    return chip.ndim == 2 or len(chip) < 3


def _stretched(pictures: list[Any]) -> list[Any]:
    values = np.concatenate([it.reshape(3, -1) for it in pictures], axis=1).astype(float)
    low, high = np.nanpercentile(values, (1, 99), axis=1)[..., None, None]
    scale = 255 / np.maximum(high - low, 1e-12)
    return [np.nan_to_num(np.clip((it - low) * scale, 0, 255)).astype(np.uint8) for it in pictures]


def _cell(dataset: Dataset, chip: ChipFiles, picture: Any) -> Any:
    """A chip with its labels, and its name below."""
    rows, columns = picture.shape[:2]
    scale = SIDE / max(rows, columns)
    shown = _resized(picture, scale)
    labels = dataset.labels(chip)
    for label in labels:
        color = _colors(dataset)
        if isinstance(label, Box):
            _draw_box(shown, label, scale, color)
        else:
            _draw_mask(shown, _resized(label.values, scale), _resized(label.numbers, scale), color)
    cell = _sheet(len(shown) + CAPTION, SIDE)
    cell[: len(shown), : shown.shape[1]] = shown
    _write(cell, chip.image.stem, len(shown) + 5, 0, INK)
    return cell


def _colors(dataset: Dataset) -> dict[int, Color]:
    return {value: it.color for value, it in dataset.classes.items()}


def _resized(picture: Any, scale: float) -> Any:
    rows, columns = (max(1, round(side * scale)) for side in picture.shape[:2])
    down = ((np.arange(rows) + 0.5) / scale).astype(int).clip(0, picture.shape[0] - 1)
    across = ((np.arange(columns) + 0.5) / scale).astype(int).clip(0, picture.shape[1] - 1)
    return picture[down[:, None], across]


def _draw_box(picture: Any, box: Box, scale: float, colors: dict[int, Color]) -> None:
    sides = (box.left, box.top, box.right, box.bottom)
    left, top, right, bottom = (round(side * scale) for side in sides)
    frame = np.zeros(picture.shape[:2], bool)
    frame[top:bottom, left:right] = True
    frame[top + 2 : bottom - 2, left + 2 : right - 2] = False
    picture[frame] = colors.get(box.value, GRAY)


def _draw_mask(picture: Any, values: Any, numbers: Any, colors: dict[int, Color]) -> None:
    """Tints what is labelled, and draws a line where one object or class ends."""
    edge = np.zeros(numbers.shape, bool)
    edge[1:] |= numbers[1:] != numbers[:-1]
    edge[:, 1:] |= numbers[:, 1:] != numbers[:, :-1]
    edge[:-1] |= edge[1:]
    edge[:, :-1] |= edge[:, 1:]
    for value in np.unique(values[values > 0]):
        there = values == value
        color = np.array(colors.get(int(value), GRAY))
        picture[there] = (0.6 * picture[there] + 0.4 * color).astype(np.uint8)
        picture[there & edge] = color


def _columns(count: int) -> int:
    return min(count, max(1, math.ceil(math.sqrt(count * 1.3))))


def _grid(cells: list[Any]) -> Any:
    columns = _columns(len(cells))
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
    dots = lettering(text)[:, : sheet.shape[1] - left]
    sheet[top : top + dots.shape[0], left : left + dots.shape[1]][dots] = color
    return left + int(dots.shape[1])


def _sheet(rows: int, columns: int) -> Any:
    return np.full((rows, columns, 3), PAPER, np.uint8)


def _write_png(target: Path, picture: Any) -> None:
    rows, columns = picture.shape[:2]
    image = gdal.GetDriverByName("MEM").Create("", columns, rows, 3)
    image.WriteArray(picture.transpose(2, 0, 1))
    target.parent.mkdir(parents=True, exist_ok=True)
    gdal.GetDriverByName("PNG").CreateCopy(str(target), image)


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
