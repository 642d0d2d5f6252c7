"""Which metadata format a folder holds."""

from __future__ import annotations

import os
import re

from ..errors import InvalidRequest
from ..request_choices import METADATA_FORMATS
from .documents import json_document
from .yolo_rows import guessed_kind

DEFINITION = "esri_model_definition.emd"
STATE = "esri_accumulated_stats.json"
MAP = "map.txt"
SUMMARY = "stats.txt"
YAML = "data.yaml"
ANNOTATIONS = "annotations"
DOMAINS = ("A", "B")
"""The folders of CycleGAN, each a dataset of its own."""
INSTANCES = re.compile(r"^instances_.*\.json$")

YOLO_FORMATS = ("YOLO", "YOLO_OBB", "YOLO_Segmentation")
SERVICE_FORMATS = tuple(name for name in METADATA_FORMATS if name not in ("COCO", *YOLO_FORMATS))
KNOWN_FORMATS = METADATA_FORMATS


def dataset_kind(folder: str) -> str:
    """The metadata format, "" if it is a dataset that does not say.

    Raises InvalidRequest for a folder that is no dataset.
    """
    if not os.path.isdir(folder):
        raise InvalidRequest(
            "inputFolder", f"there is no folder '{folder}'; choose the folder that an export wrote."
        )
    if any(os.path.isdir(os.path.join(folder, domain)) for domain in DOMAINS) and any(
        _service_format(os.path.join(folder, domain)) == "CycleGAN" for domain in DOMAINS
    ):
        return "CycleGAN"
    stated = _service_format(folder)
    if stated is not None and stated != "":
        return stated
    if os.path.isfile(os.path.join(folder, YAML)):
        return guessed_kind(folder)
    if annotation_files(folder):
        return "COCO"
    if stated is None:
        raise InvalidRequest("inputFolder", _no_dataset(folder))
    return stated


def annotation_files(folder: str) -> list[str]:
    """The COCO files of a dataset, relative to it."""
    inside = os.path.join(folder, ANNOTATIONS)
    names = sorted(os.listdir(inside)) if os.path.isdir(inside) else []
    return [f"{ANNOTATIONS}/{name}" for name in names if INSTANCES.match(name)]


def _service_format(folder: str) -> str | None:
    """What MetaDataMode says, "" if nothing does; None if none of the service's files is there."""
    found = [
        name for name in (STATE, DEFINITION, MAP) if os.path.isfile(os.path.join(folder, name))
    ]
    if not found:
        return None
    for name in (STATE, DEFINITION):
        mode = json_document(folder, name).content.get("MetaDataMode")
        if isinstance(mode, str) and mode:
            return mode
    return ""


def _no_dataset(folder: str) -> str:
    return (
        f"'{folder}' holds no dataset: there is neither {STATE}, {DEFINITION} or {MAP}, nor "
        f"{YAML}, nor {ANNOTATIONS}/instances_*.json. Choose the folder that an export "
        "wrote; it is the one with the folder images in it."
    )
