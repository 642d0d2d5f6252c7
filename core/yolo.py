"""What the YOLO formats have in common: folders, numbers, and the file that names the classes.

The layout is that of Ultralytics: images/<split>/N, labels/<split>/N.txt, data.yaml.
"""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from itertools import cycle
from operator import truediv
from typing import TYPE_CHECKING

from .chip import Chip
from .chip_format import ChipFormat, Grown
from .files import ChipImage, DatasetFile, Line, OutputFile, TextFile
from .grid import PixelGrid
from .records import ChipRecord

if TYPE_CHECKING:
    from .esri_dataset import Dataset
    from .manifest import Manifest


class YoloFormat(ChipFormat):
    """A line per object: class index from 0, then numbers as shares of the chip's sides."""

    is_service_format = False
    lists_all_classes = True

    @abstractmethod
    def objects(self, chip: Chip) -> Iterator[tuple[int, Iterable[float]]]:
        """Class value of each object, and x, y, x, y, … in chip pixels (or sizes)."""

    def files(self, chip: Chip) -> Iterator[OutputFile]:
        yield ChipImage(f"images/{chip.split_folder}/{chip.name}", chip.pixels, chip.grid)
        lines = (
            yolo_line(chip.classes.index_of(value), numbers, chip.grid)
            for value, numbers in self.objects(chip)
        )
        yield TextFile(f"labels/{chip.split_folder}/{chip.name}.txt", "".join(lines))

    def lines(self, chip: Chip, written: ChipRecord) -> Iterator[Line]:
        """There is no map."""
        yield from ()

    def dataset_files(
        self, dataset: Dataset, manifest: Manifest, grown: Grown
    ) -> Iterator[DatasetFile]:
        yield DatasetFile("data.yaml", data_yaml(dataset, manifest))


def yolo_line(index: int, numbers: Iterable[float], grid: PixelGrid) -> str:
    r"""One object; numbers alternate between those along the columns and those along the rows.

    >>> yolo_line(2, [5, 10], PixelGrid(10, 40, (0, 1, 0, 0, 0, -1)))
    '2 0.500000 0.250000\n'
    """
    shares = tuple(map(truediv, numbers, cycle((grid.columns, grid.rows))))
    return ("%d" + " %.6f" * len(shares) + "\n") % (index, *shares)


def data_yaml(dataset: Dataset, manifest: Manifest) -> Iterator[str]:
    """Where the chips are, relative to this file, and the names of the classes by index."""
    classes = dataset.classes.classes if dataset.classes else ()
    splits = [split for split, count in zip(dataset.splits, manifest.part_counts) if count]
    yield "train: images/train\n"
    yield f"val: images/{'val' if 'val' in splits else 'train'}\n"
    if "test" in splits:
        yield "test: images/test\n"
    yield f"nc: {len(classes)}\nnames:\n"
    for index, entry in enumerate(classes):
        # a JSON string is a YAML string, whatever is in it
        yield f"  {index}: {json.dumps(entry.name, ensure_ascii=False)}\n"
