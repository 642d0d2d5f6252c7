"""A picture for each format: some chips of its dataset, with their labels."""

from __future__ import annotations

from pathlib import Path

from ..demo.contact_sheet import sheet_of, write_picture
from ..demo.dataset import ChipFiles, Dataset
from ..demo.reading import read_dataset

ACROSS = 3


def draw_formats(datasets: dict[str, Path], folder: Path) -> None:
    """Writes a JPEG for each dataset, named for its format."""
    for name, path in datasets.items():
        dataset = read_dataset(path)
        chips = chips_shown(dataset, one_each=name in ("Labeled_Tiles", "Imagenet"))
        write_picture(folder / f"{name}.jpg", sheet_of(dataset, chips, ACROSS))


def chips_shown(dataset: Dataset, one_each: bool) -> list[ChipFiles]:
    """The first chips, of each domain where there are two; or the first of each class."""
    groups: dict[object, list[ChipFiles]] = {}
    for chip in dataset.chips:
        group = [getattr(it, "value", None) for it in dataset.labels(chip)] if one_each else []
        groups.setdefault((chip.image.parent, *group), []).append(chip)
    shown = list(groups.values())[:ACROSS]
    return [chip for group in shown for chip in group[: 1 if one_each else ACROSS]]
