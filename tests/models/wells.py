"""Builds the model in wells.model3, as one would draw it in the modeler.

PYTHONPATH=build python3 -m chipwright.tests.models.wells
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qgis.analysis import QgsNativeAlgorithms
from qgis.core import (
    QgsApplication,
    QgsProcessing,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildDependency,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterDistance,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterVectorLayer,
)
from qgis.PyQt.QtCore import QPointF

from chipwright.plugin import ChipwrightPlugin

MODEL = Path(__file__).with_name("wells.model3")
Source = QgsProcessingModelChildParameterSource
COUNT = "'Chips: ' || @export_numberOfChips || ', labels: ' || @export_numberOfLabels"


def wells_model() -> QgsProcessingModelAlgorithm:
    """From points to chips with a mask for each of them; the provider must be loaded."""
    model = QgsProcessingModelAlgorithm("Chips around wells", "Chipwright", "")
    for definition in (
        QgsProcessingParameterRasterLayer("image", "Image"),
        QgsProcessingParameterVectorLayer(
            "wells", "Wells", [QgsProcessing.SourceType.TypeVectorPoint]
        ),
        QgsProcessingParameterDistance("radius", "Radius of a well", 6, "wells"),
    ):
        parameter = QgsProcessingModelParameter(definition.name())
        parameter.setPosition(QPointF(100 + 220 * len(model.parameterDefinitions()), 60))
        model.addModelParameter(definition, parameter)
    _add_steps(model)
    model.updateDestinationParameters()
    return model


def _add_steps(model: QgsProcessingModelAlgorithm) -> None:
    buffer, radius = Source.fromModelParameter("wells"), Source.fromModelParameter("radius")
    _add(model, "buffer", "native:buffer", {"INPUT": buffer, "DISTANCE": radius})
    export = _child(
        "export",
        "chipwright:exporttrainingdata",
        {
            "inputRaster": Source.fromModelParameter("image"),
            "inputClassData": Source.fromChildOutput("buffer", "OUTPUT"),
            "metadataFormat": Source.fromStaticValue("RCNN_Masks"),
            "tileSizeX": Source.fromStaticValue(128),
            "tileSizeY": Source.fromStaticValue(128),
            "strideSizeX": Source.fromStaticValue(0),
            "strideSizeY": Source.fromStaticValue(0),
        },
    )
    _name_outputs(export, {"Dataset": "outputLocation", "Chips": "footprints"})
    model.addChildAlgorithm(export)
    _add(model, "count", "native:raisewarning", {"MESSAGE": Source.fromExpression(COUNT)}, "export")
    dataset = Source.fromChildOutput("export", "outputLocation")
    check = _child("check", "chipwright:checkdataset", {"inputFolder": dataset})
    _name_outputs(check, {"Report": "report"})
    model.addChildAlgorithm(check)


def _add(
    model: QgsProcessingModelAlgorithm,
    name: str,
    algorithm: str,
    values: dict[str, Any],
    after: str = "",
) -> None:
    child = _child(name, algorithm, values)
    if after:
        child.setDependencies([QgsProcessingModelChildDependency(after)])
    model.addChildAlgorithm(child)


def _child(name: str, algorithm: str, values: dict[str, Any]) -> QgsProcessingModelChildAlgorithm:
    child = QgsProcessingModelChildAlgorithm(algorithm)
    child.setChildId(name)
    child.setDescription(name)
    for parameter, source in values.items():
        child.addParameterSources(parameter, [source])
    place = ("buffer", "export", "count", "check").index(name)
    child.setPosition(QPointF(200 + 120 * (place % 2), 180 + 120 * place))
    return child


def _name_outputs(child: QgsProcessingModelChildAlgorithm, outputs: Mapping[str, str]) -> None:
    """Outputs of the child, by what they are called in the model."""
    named = {label: QgsProcessingModelOutput(label) for label in outputs}
    for label, output in outputs.items():
        named[label].setChildId(child.childId())
        named[label].setChildOutputName(output)
    child.setModelOutputs(named)


def main() -> None:
    """Writes the model anew."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QgsApplication([], False)
    application.initQgis()
    native = QgsNativeAlgorithms(QgsApplication.processingRegistry())
    QgsApplication.processingRegistry().addProvider(native)
    plugin = ChipwrightPlugin(None)
    plugin.initProcessing()
    wells_model().toFile(str(MODEL))
    os._exit(0)  # leaving QGIS while Python still holds providers crashes it


if __name__ == "__main__":
    main()
