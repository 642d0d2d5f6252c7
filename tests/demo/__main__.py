"""Makes a small scene, cuts it through QGIS and draws what was written."""

from __future__ import annotations

import shutil
from pathlib import Path

from osgeo import gdal

from ..scenes import make_scene
from .contact_sheet import draw_contact_sheet
from .qgis_run import ROOT, run_algorithm


def main() -> None:
    """Everything goes to build/demo; a dataset from an earlier run is replaced."""
    gdal.UseExceptions()
    folder = ROOT / "build" / "demo"
    dataset, sheet = folder / "dataset", folder / "contact_sheet.png"
    print("Making a scene of 1536 x 1024 pixels with 70 buildings ...\n")
    scene = make_scene(folder / "scene", 1536, 1024, features=70, seed=2)
    shutil.rmtree(dataset, ignore_errors=True)
    run_algorithm(
        "exporttrainingdata", _parameters(scene.image, scene.labels, dataset), folder / "qgis"
    )
    draw_contact_sheet(dataset, sheet)
    print(f"\nScene:         {scene.image}\nDataset:       {dataset}\nContact sheet: {sheet}")


def _parameters(image: Path, labels: Path, dataset: Path) -> dict[str, str]:
    return {
        "inputRaster": str(image),
        "inputClassData": f"{labels}|layername=buildings",
        "classValueField": "classvalue",
        "metadataFormat": "PASCAL_VOC_rectangles",
        "chipFormat": "TIFF",
        "tileSizeX": "256",
        "tileSizeY": "256",
        "strideSizeX": "128",
        "strideSizeY": "128",
        "outputLocation": str(dataset),
    }


if __name__ == "__main__":
    main()
