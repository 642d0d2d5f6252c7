"""A written dataset: its classes, its chips, and what their labels say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union

Color = tuple[int, int, int]
SPARE_COLORS: tuple[Color, ...] = (
    (255, 86, 72),
    (72, 148, 255),
    (255, 214, 64),
    (64, 232, 208),
    (226, 112, 255),
    (255, 160, 60),
    (140, 240, 90),
)
FOLDERS_OF_ALL = ("images", "train")


@dataclass(frozen=True)
class LabelClass:
    """A class as the dataset names and colours it."""

    value: int
    name: str
    color: Color


@dataclass(frozen=True)
class Box:
    """A labelled rectangle in chip pixels."""

    value: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Outline:
    """A labelled polygon, its corners (x, y) in chip pixels."""

    value: int
    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class Mask:
    """Class values of the pixels, and numbers that tell one object from the next."""

    values: Any
    numbers: Any


@dataclass(frozen=True)
class WholeChip:
    """Classes of the chip as a whole."""

    values: tuple[int, ...]


Label = Union[Box, Outline, Mask, WholeChip]


@dataclass(frozen=True)
class ChipFiles:
    """A chip, its label files, if it has some of its own, and its second image."""

    image: Path
    label_files: tuple[Path, ...] = ()
    partner: Path | None = None


@dataclass(frozen=True)
class Dataset:
    """The classes by value, and the chips in their order."""

    folder: Path
    classes: dict[int, LabelClass]
    chips: tuple[ChipFiles, ...]
    read_labels: Callable[[ChipFiles], Iterable[Label]]

    def labels(self, chip: ChipFiles) -> list[Label]:
        """Everything that is said of a chip."""
        return list(self.read_labels(chip))

    def caption(self, chip: ChipFiles) -> str:
        """Name of a chip, after the folders that tell it from others."""
        folders = chip.image.relative_to(self.folder).parts[:-1]
        return "/".join([*(it for it in folders if it not in FOLDERS_OF_ALL), chip.image.stem])


def spare_classes(values: Sequence[int], names: Sequence[str]) -> dict[int, LabelClass]:
    """Classes that came without colours."""
    return {
        value: LabelClass(value, name, SPARE_COLORS[place % len(SPARE_COLORS)])
        for place, (value, name) in enumerate(zip(values, names))
    }
