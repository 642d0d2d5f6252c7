from __future__ import annotations

import json
from typing import Any

from chipwright.core.request import Size

from ..exporting import export_chips, features
from ..made_sources import box, features_file, noise_file
from .conftest import SmallDataset

NAME = "COCO"
FILE = "annotations/instances_train.json"
RING = (
    "POLYGON ((2 2, 14 2, 14 14, 2 14, 2 2), (5 5, 5 9, 10 9, 10 5, 5 5))",
    {"value": 2, "classname": "roof"},
)
PARTS = (
    "MULTIPOLYGON (((1 1, 4 1, 4 4, 1 4, 1 1)), ((8 8, 12 8, 12 15, 8 15, 8 8)))",
    {"value": 5, "classname": "tree"},
)


def loaded(dataset: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(dataset.texts("annotations/*")[FILE])
    return found


def test_every_chip_is_an_image(small_dataset: SmallDataset) -> None:
    assert loaded(small_dataset(NAME))["images"] == [
        {"id": n, "file_name": f"{n:09d}.tif", "width": 8, "height": 8} for n in range(3)
    ]


def test_categories_are_the_classes(small_dataset: SmallDataset) -> None:
    assert loaded(small_dataset(NAME))["categories"] == [
        {"id": 2, "name": "roof", "supercategory": ""},
        {"id": 5, "name": "tree", "supercategory": ""},
    ]


def test_annotations_are_of_the_parts_in_the_chip(small_dataset: SmallDataset) -> None:
    found = loaded(small_dataset(NAME))["annotations"]
    assert [(it["id"], it["image_id"], it["category_id"]) for it in found] == [
        (1, 0, 2),
        (2, 0, 5),
        (3, 1, 5),
        (4, 1, 5),
    ]
    assert (found[1]["bbox"], found[1]["area"]) == ([6.0, 4.0, 2.0, 3.0], 6.0)


def test_nothing_else_is_beside_the_images(small_dataset: SmallDataset) -> None:
    folder = small_dataset(NAME).folder
    assert sorted(path.name for path in folder.iterdir()) == ["annotations", "images"]


def test_without_labels_there_is_still_a_list(tmp_path: Any) -> None:
    far = features_file(tmp_path / "labels.fgb", [(box(0, 0, 3, 3), {"value": 1})])
    export_chips(
        noise_file(tmp_path / "image.tif", 17, 8),
        tmp_path / "chips",
        metadata_format=NAME,
        input_class_data=features(far),
        tile_size=Size(8, 8),
        min_polygon_overlap_ratio=1.0,
        stride_size=Size(9, 9),
    )
    text = (tmp_path / "chips" / FILE).read_text()
    assert len(json.loads(text)["images"]) == 2
