"""Takes pictures of the dialog: of every format, in the modeler and in batch."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsProcessingAlgorithm,
    QgsProcessingModelAlgorithm,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtWidgets import QWidget

from ...algorithms.gui.shown_rows import group_of
from ...core.request_choices import METADATA_FORMATS
from ..scenes import class_raster, make_scene
from .desktop import Desktop

ROOT = Path(__file__).resolve().parents[2]
SIZE = (1000, 1110)
"""So tall that outputs are seen below what a format takes, while the advanced group is folded."""
TALL, WIDE = (1040, 2100), (2100, 420)


def main() -> None:
    """Everything goes to build/dialog/VERSION; Labeled_Tiles.png is the picture of the README."""
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
    """The dialog as it opens, with each format, and with all that a format takes."""
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    dialog = AlgorithmDialog(_algorithm(desktop), False, desktop.window)
    _show(desktop, dialog, SIZE, folder / "opened.png")
    image, labels, land = layers["inputRaster"], layers["inputClassData"], layers["land"]
    for name in METADATA_FORMATS:
        given = {"inputRaster": image, "inputClassData": labels, "metadataFormat": name}
        dialog.setParameters(given)
        desktop.picture(dialog, folder / f"{name}.png")
    advanced = group_of(dialog.mainWidget().wrappers["extent"])
    if advanced is not None:
        advanced.setCollapsed(False)
    for name, source in (("Labeled_Tiles", labels), ("RCNN_Masks", land), ("CycleGAN", None)):
        dialog.setParameters({"inputClassData": source, "metadataFormat": name})
        _show(desktop, dialog, TALL, folder / f"{name}_whole.png")
    dialog.close()


def _modeler(desktop: Desktop, folder: Path) -> None:
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog

    dialog = ModelerParametersDialog(_algorithm(desktop), QgsProcessingModelAlgorithm())
    _show(desktop, dialog, SIZE, folder / "modeler.png")
    dialog.close()


def _batch(desktop: Desktop, folder: Path) -> None:
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog

    dialog = BatchAlgorithmDialog(_algorithm(desktop), desktop.window)
    _show(desktop, dialog, WIDE, folder / "batch.png")
    dialog.close()


def _algorithm(desktop: Desktop) -> QgsProcessingAlgorithm:
    return desktop.provider.algorithm("exporttrainingdata").create()


def _show(desktop: Desktop, dialog: QWidget, size: tuple[int, int], path: Path) -> None:
    """Processing gives dialogs the size they had last: it is set when they are shown."""
    dialog.show()
    dialog.resize(*size)
    desktop.picture(dialog, path)


if __name__ == "__main__":
    main()
