"""Takes pictures of the dialog: of every format, in the modeler and in batch."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from qgis.core import Qgis, QgsProcessingModelAlgorithm, QgsProject, QgsRasterLayer, QgsVectorLayer

from ...core.request import METADATA_FORMATS
from ..scenes import class_raster, make_scene
from .desktop import Desktop

ROOT = Path(__file__).resolve().parents[2]
SHOWN_IN_README = "Labeled_Tiles"


def main() -> None:
    """Everything goes to build/dialog/VERSION; the picture of the README is made with `--docs`."""
    version = Qgis.QGIS_VERSION.split("-")[0]
    folder = ROOT / "build" / "dialog" / version
    folder.mkdir(parents=True, exist_ok=True)
    desktop = Desktop()
    layers = _layers(folder / "scene")
    _formats(desktop, folder, layers)
    _modeler(desktop, folder)
    _batch(desktop, folder)
    print(f"Pictures of QGIS {version} are in {folder}.")
    sys.stdout.flush()
    os._exit(0)  # leaving QGIS in order may crash it


def _layers(folder: Path) -> dict[str, str]:
    """Layers of the project, by the names of their parameters."""
    scene = make_scene(folder, 768, 512, features=30, seed=2)
    land = class_raster(scene, folder / "land.tif")
    image = QgsRasterLayer(str(scene.image), "aerial")
    labels = QgsVectorLayer(f"{scene.labels}|layername=buildings", "buildings")
    classified = QgsRasterLayer(str(land), "land")
    QgsProject.instance().addMapLayers([image, labels, classified])
    return {
        "inputRaster": image.id(),
        "inputClassData": labels.id(),
        "land": classified.id(),
    }


def _formats(desktop: Desktop, folder: Path, layers: dict[str, str]) -> None:
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    algorithm = desktop.provider.algorithm("exporttrainingdata").create()
    dialog = AlgorithmDialog(algorithm, False, desktop.window)
    dialog.resize(1040, 860)
    dialog.show()
    desktop.picture(dialog, folder / "opened.png")
    for name in METADATA_FORMATS:
        given: dict[str, Any] = {**layers, "metadataFormat": name}
        del given["land"]
        dialog.setParameters(given)
        desktop.picture(dialog, folder / f"{name}.png")
    dialog.close()


def _modeler(desktop: Desktop, folder: Path) -> None:
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog

    algorithm = desktop.provider.algorithm("exporttrainingdata").create()
    dialog = ModelerParametersDialog(algorithm, QgsProcessingModelAlgorithm())
    dialog.resize(900, 900)
    dialog.show()
    desktop.picture(dialog, folder / "modeler.png")
    dialog.close()


def _batch(desktop: Desktop, folder: Path) -> None:
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog

    algorithm = desktop.provider.algorithm("exporttrainingdata").create()
    dialog = BatchAlgorithmDialog(algorithm, desktop.window)
    dialog.resize(2000, 400)
    dialog.show()
    desktop.picture(dialog, folder / "batch.png")
    dialog.close()


if __name__ == "__main__":
    main()
