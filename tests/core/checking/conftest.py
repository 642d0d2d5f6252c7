"""Good datasets, a copy for each test."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chipwright.core.request import Size
from chipwright.tests.core.exporting import classes, export_chips, features, given_for, picture
from chipwright.tests.core.made_sources import box, features_file, noise_file, raster_file

from .datasets import WRITTEN_BY_HAND, Dataset

POOLS = [box(4.0, 4.0, 12.0, 12.0), box(4.0, 20.0, 12.0, 28.0), box(40.0, 4.0, 50.0, 14.0)]
GABLE = "POLYGON ((40 40, 50 40, 45 50, 40 40))"
ROOFS = [box(20.0, 4.0, 28.0, 12.0), box(4.0, 40.0, 12.0, 50.0), GABLE]


VARIANTS: dict[str, str] = {
    "classified raster": "Classified_Tiles",
    "majority of a raster": "Labeled_Tiles",
    "cropped chips": "Imagenet",
    "change detection": "Classified_Tiles",
    "pairs of images": "Export_Tiles",
    "panoptic with an instance raster": "Panoptic_Segmentation",
}
"""What else a format can be made of."""


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Four chips of 32 × 32 pixels; the first holds two pools (1) and a roof (2)."""
    folder = tmp_path_factory.mktemp("exported")
    image = noise_file(folder / "image.tif", 64, 64)
    second = noise_file(folder / "second.tif", 96, 64, bands=4, dtype="uint16")
    rows = [(wkt, {"kind": "pool"}) for wkt in POOLS] + [(wkt, {"kind": "roof"}) for wkt in ROOFS]
    drawn = features(features_file(folder / "labels.fgb", rows))
    class_map = np.zeros((1, 64, 64), np.uint8)
    class_map[0, ::2], class_map[0, ::3] = 1, 2
    rasters = classes(raster_file(folder / "classes.tif", class_map))
    blocks = np.arange(1, 17, dtype=np.uint16).reshape(1, 4, 4) * 40
    numbers = classes(raster_file(folder / "numbers.tif", blocks.repeat(16, 1).repeat(16, 2)))
    of_variant: dict[str, Any] = {
        "classified raster": {"input_class_data": rasters},
        "majority of a raster": {"input_class_data": rasters},
        "cropped chips": {"fix_chip_size": False, "blacken_around_feature": True},
        "change detection": {"additional_input_raster": picture(folder / "second.tif")},
        "pairs of images": {"additional_input_raster": picture(folder / "second.tif")},
        "panoptic with an instance raster": {"input_instance_data": numbers},
    }

    def export(name: str) -> Path:
        written = folder / name
        if not written.exists():
            kind = VARIANTS.get(name, name)
            given = {**given_for(kind, drawn, second), **of_variant.get(name, {})}
            if given.get("input_class_data") is drawn:
                given["class_value_field"] = "kind"
            if given.get("input_instance_data") is drawn:
                given["instance_class_value_field"] = "kind"
            export_chips(image, written, **{"tile_size": Size(32, 32), **given})
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
