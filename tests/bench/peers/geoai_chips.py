"""export_geotiff_tiles of geoai-py; prints seconds. IMAGE LABELS FOLDER TILE STRIDE

Its module asks for torch, which the export does not use: empty modules stand in for it.
"""

from __future__ import annotations

import importlib.util
import logging
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

UNUSED = ("torch", "torchgeo", "torchvision", "torchvision.transforms")


def training_module() -> Any:
    """The module of the export alone."""
    for name in UNUSED:
        sys.modules.setdefault(name, ModuleType(name))
    sys.modules["torchvision.transforms"].RandomRotation = object  # type: ignore[attr-defined]
    package = importlib.util.find_spec("geoai")
    if package is None or package.origin is None:
        raise SystemExit("geoai-py is not installed")
    path = Path(package.origin).parent / "utils" / "training.py"
    spec = importlib.util.spec_from_file_location("geoai_training", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is not there")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(image: str, labels: str, folder: str, tile: str, stride: str) -> None:
    """Cut an image with VOC labels and class maps, which it always writes."""
    logging.disable(logging.CRITICAL)
    training = training_module()
    began = time.perf_counter()
    training.export_geotiff_tiles(
        image,
        folder,
        labels,
        tile_size=int(tile),
        stride=int(stride),
        class_value_field="classvalue",
        all_touched=False,
        metadata_format="PASCAL_VOC",
        quiet=True,
    )
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main(*sys.argv[1:])
