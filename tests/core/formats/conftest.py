"""A small scene in every format: three chips of 8 × 8 pixels, a roof and two trees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

import pytest

from chipwright.core.request import Size

from ..dataset_reading import pixels
from ..exporting import export_chips, features
from ..made_sources import box, features_file, noise_file

FEATURES = (
    (box(1, 1, 4, 3), {"value": 2, "classname": "roof"}),
    (box(6, 4, 10, 7), {"value": 5, "classname": "tree"}),
    (box(9, 3, 12, 6), {"value": 5, "classname": "tree"}),
)
BLANKS = " " * 12


@dataclass(frozen=True)
class Written:
    """A dataset on disk."""

    folder: Path

    def texts(self, pattern: str) -> dict[str, str]:
        """Texts as they are, line ends too, by their paths."""
        paths = sorted(self.folder.glob(pattern))
        return {self._name(path): path.read_bytes().decode("utf-8") for path in paths}

    def drawings(self) -> dict[str, list[str]]:
        """Each band of each label raster as a drawing, a dot for 0."""
        paths = sorted(self.folder.glob("labels/**/*.tif"))
        return {self._name(path): [_drawing(it) for it in pixels(path).tolist()] for path in paths}

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


SmallDataset = Callable[[str], Written]


def _drawing(band: list[list[int]]) -> str:
    lines = "\n".join("".join(str(value or ".") for value in row) for row in band)
    return f"\n{indent(lines, BLANKS)}\n{BLANKS}"


@pytest.fixture
def small_dataset(tmp_path: Path) -> SmallDataset:
    def write(format_name: str) -> Written:
        export_chips(
            noise_file(tmp_path / "image.tif", 24, 8),
            tmp_path / "chips",
            metadata_format=format_name,
            input_class_data=features(features_file(tmp_path / "labels.gpkg", FEATURES)),
            tile_size=Size(8, 8),
        )
        return Written(tmp_path / "chips")

    return write
