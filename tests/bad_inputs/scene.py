"""What a good export is given, of which a row breaks something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chipwright.core.request import FeatureSource, RasterSource
from chipwright.tests.core.made_sources import Row, box, features_file, noise_file

COLUMNS, ROWS = 128, 96
ROOF: Row = (box(10, 10, 30, 30), {"value": 1, "species": "oak"})


def image(folder: Path, name: str = "image.tif", **kwargs: Any) -> RasterSource:
    """128 × 96 pixels of noise in three bands."""
    made = {"columns": COLUMNS, "rows": ROWS, **kwargs}
    return RasterSource(str(noise_file(folder / name, **made)))


def layer(folder: Path, *rows: Row, name: str = "labels.gpkg", **kwargs: Any) -> FeatureSource:
    return FeatureSource(str(features_file(folder / name, rows, **kwargs)))


def boxes(folder: Path, *rows: Row, **kwargs: Any) -> dict[str, Any]:
    """Labels that are boxes."""
    return labelled(layer(folder, *rows, **kwargs))


def labelled(source: Any, metadata_format: str = "KITTI_rectangles") -> dict[str, Any]:
    return {"metadataFormat": metadata_format, "inputClassData": source}


def good(folder: Path) -> dict[str, Any]:
    """Two chips of 64 × 64 pixels, without labels."""
    return {
        "inputRaster": image(folder),
        "metadataFormat": "Export_Tiles",
        "parallelProcessingFactor": "1",
        **dict.fromkeys(("tileSizeX", "tileSizeY"), 64),
        **dict.fromkeys(("strideSizeX", "strideSizeY"), 0),
    }
