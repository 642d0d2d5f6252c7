"""Good datasets, a copy for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from chipwright.core.request import Size
from chipwright.tests.core.exporting import classes, export_chips, features
from chipwright.tests.core.made_sources import box, features_file, noise_file, raster_file

from .datasets import WRITTEN_BY_HAND, Dataset

POOLS = [box(4.0, 4.0, 12.0, 12.0), box(4.0, 20.0, 12.0, 28.0), box(40.0, 4.0, 50.0, 14.0)]
GABLE = "POLYGON ((40 40, 50 40, 45 50, 40 40))"
ROOFS = [box(20.0, 4.0, 28.0, 12.0), box(4.0, 40.0, 12.0, 50.0), GABLE]


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Four chips of 32 × 32 pixels; the first holds two pools (1) and a roof (2)."""
    folder = tmp_path_factory.mktemp("exported")
    image = noise_file(folder / "image.tif", 64, 64)
    rows = [(wkt, {"kind": "pool"}) for wkt in POOLS] + [(wkt, {"kind": "roof"}) for wkt in ROOFS]
    drawn = features(features_file(folder / "labels.gpkg", rows))
    class_map = np.zeros((1, 64, 64), np.uint8)
    class_map[0, ::2], class_map[0, ::3] = 1, 2
    rasters = classes(raster_file(folder / "classes.tif", class_map))

    def export(name: str) -> Path:
        written = folder / name
        if not written.exists():
            kind = "Classified_Tiles" if name == "classified raster" else name
            settings = {"class_value_field": "kind", "input_class_data": drawn}
            labels = {"input_class_data": rasters} if kind != name else settings
            given = {} if kind == "Export_Tiles" else labels
            export_chips(image, written, metadata_format=kind, tile_size=Size(32, 32), **given)
        return written

    return export


@pytest.fixture
def dataset(exported: Dataset, tmp_path: Path) -> Dataset:
    """A copy of what an export wrote, or of what is written by hand."""

    def copy(name: str) -> Path:
        folder = tmp_path / "dataset"
        if name in WRITTEN_BY_HAND:
            WRITTEN_BY_HAND[name](folder)
            return folder
        return Path(shutil.copytree(exported(name), folder))

    return copy
