"""A small scene in every format: three chips of 8 × 8 pixels, a roof and two trees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from chipwright.core.request import Size

from ..dataset_reading import pixels
from ..exporting import export_chips, features, given_for
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
        paths = sorted(self.folder.glob("labels*/**/*.tif"))
        return {self._name(path): [_drawing(it) for it in pixels(path).tolist()] for path in paths}

    def files(self) -> list[str]:
        """Paths of all files."""
        return sorted(self._name(path) for path in self.folder.rglob("*") if path.is_file())

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


SmallDataset = Callable[..., Written]


def _drawing(band: list[list[int]]) -> str:
    lines = "\n".join("".join(str(value or ".") for value in row) for row in band)
    return f"\n{indent(lines, BLANKS)}\n{BLANKS}"


@pytest.fixture
def small_dataset(tmp_path: Path) -> SmallDataset:
    def write(format_name: str, **settings: Any) -> Written:
        image = noise_file(tmp_path / "image.tif", 24, 8)
        layer = features(features_file(tmp_path / "labels.fgb", FEATURES))
        given = {**given_for(format_name, layer, image), "tile_size": Size(8, 8)}
        export_chips(image, tmp_path / "chips", **{**given, **settings})
        return Written(tmp_path / "chips")

    return write


WIDE_FEATURES = (
    (box(4, 3, 8, 6), {"value": 2, "classname": "flat roof"}),
    ("POLYGON ((16 3, 22 3, 16 9, 16 3))", {"value": 5, "classname": "tree"}),
    (box(17.5, 4, 19.5, 5.5), {"value": 2, "classname": "flat roof"}),
    (box(29, 5, 30, 12), {"value": 5, "classname": "tree"}),
)


@pytest.fixture
def wide_dataset(tmp_path: Path) -> SmallDataset:
    """Chips around features: an image of 40 × 16 pixels with two roofs and two trees."""

    def write(format_name: str, **settings: Any) -> Written:
        layer = features(features_file(tmp_path / "labels.fgb", WIDE_FEATURES))
        given = {"metadata_format": format_name, "input_class_data": layer}
        image = noise_file(tmp_path / "image.tif", 40, 16)
        export_chips(image, tmp_path / "chips", **{**given, "tile_size": Size(8, 6), **settings})
        return Written(tmp_path / "chips")

    return write
