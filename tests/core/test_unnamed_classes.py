"""Objects of a classified raster that names none of its classes, or not all of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Optional

import numpy as np
import pytest

from chipwright.core.request import RasterSource, Size
from chipwright.tests.core.exporting import export_chips
from chipwright.tests.core.made_sources import raster_file

YOLO = ["YOLO", "YOLO_OBB", "YOLO_Segmentation"]
TYPES = ["uint8", "uint16", "float32"]


def exported(folder: Path, metadata_format: str, dtype: str, nodata: Optional[float]) -> Path:
    """Four chips: class 3 is in the first, class 7 in the last two, 9 nowhere but as no-data."""
    labels = np.zeros((1, 32, 32), dtype)
    labels[0, 2:8, 2:8] = 3
    labels[0, 20:26, 10:30] = 7
    labels[0, 2:5, 25:28] = 9
    image = raster_file(folder / "image.tif", np.full((1, 32, 32), 5, np.uint8))
    classified = raster_file(folder / "classes.tif", labels, nodata=nodata)
    export_chips(
        image,
        folder / "out",
        input_class_data=RasterSource(str(classified)),
        metadata_format=metadata_format,
        tile_size=Size(16, 16),
        stride_size=Size(16, 16),
    )
    return folder / "out"


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("metadata_format", YOLO)
def test_every_class_that_occurs_is_in_the_list_that_yolo_counts_by(
    metadata_format: str, dtype: str, tmp_path: Path
) -> None:
    folder = exported(tmp_path, metadata_format, dtype, nodata=9)
    listed = (folder / "data.yaml").read_text().split("names:\n")[1].split()
    labels = sorted((folder / "labels/train").iterdir())
    indices = [[line.split()[0] for line in path.read_text().splitlines()] for path in labels]
    assert listed == ["0:", '"3"', "1:", '"7"']
    assert indices == [["0"], [], ["1"], ["1"]]


@pytest.mark.parametrize("dtype", TYPES)
def test_every_class_that_occurs_is_a_category_of_coco(dtype: str, tmp_path: Path) -> None:
    folder = exported(tmp_path, "COCO", dtype, nodata=None)
    found = json.loads((folder / "annotations/instances_train.json").read_text())
    categories = {entry["id"]: entry["name"] for entry in found["categories"]}
    assert categories == {3: "3", 7: "7", 9: "9"}
    assert {entry["category_id"] for entry in found["annotations"]} == {*categories}
