"""Folders that hold no dataset, to be checked."""

from __future__ import annotations

from pathlib import Path

from .broken_rasters import empty_folder, text_file
from .row import BadInput, always

NO_DATASET = (
    " holds no dataset: there is neither esri_accumulated_stats.json, esri_model_definition.emd or "
    "map.txt, nor data.yaml, nor annotations/instances_*.json. Choose the folder that an export "
    "wrote; it is the one with the folder images in it."
)
NO_FOLDER = "; choose the folder that an export wrote."


def images_alone(folder: Path) -> str:
    (folder / "pictures/images").mkdir(parents=True)
    return str(folder / "pictures")


FOLDERS = (
    BadInput(
        "a folder that is not there",
        lambda f: {"inputFolder": str(f / "nothing")},
        f"inputFolder: there is no folder '{{sources}}/nothing'{NO_FOLDER}",
    ),
    BadInput(
        "a file for a folder",
        lambda f: {"inputFolder": text_file(f).path},
        f"inputFolder: there is no folder '{{sources}}/text.tif'{NO_FOLDER}",
    ),
    BadInput(
        "an empty folder",
        lambda f: {"inputFolder": empty_folder(f).path},
        f"inputFolder: '{{sources}}/pictures'{NO_DATASET}",
    ),
    BadInput(
        "a folder of images alone",
        lambda f: {"inputFolder": images_alone(f)},
        f"inputFolder: '{{sources}}/pictures'{NO_DATASET}",
    ),
    BadInput(
        "no folder",
        always(inputFolder=""),
        "inputFolder: is not given; choose the folder that an export wrote.",
    ),
)
