"""Footprints as a layer: its columns, its rows, and how it looks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsFillSymbol,
    QgsGeometry,
    QgsMapLayer,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsRendererCategory,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication, QVariant

if TYPE_CHECKING:
    from ..core.footprints import Footprint

translate = QCoreApplication.translate
COLUMNS = (
    ("number", QVariant.Int),
    ("image", QVariant.String),
    ("row", QVariant.Int),
    ("column", QVariant.Int),
    ("angle", QVariant.Double),
    ("split", QVariant.String),
    ("labels", QVariant.String),
    ("labelcount", QVariant.LongLong),
    ("nodata", QVariant.Double),
    ("kept", QVariant.Int),
    ("reason", QVariant.String),
)
CHIP, LEFT_OUT = 1, 0
"""In the column `kept`."""
OUTLINE = "0.4"


@cache
def footprint_fields() -> QgsFields:
    """The columns of the layer."""
    fields = QgsFields()
    for name, kind in COLUMNS:
        fields.append(QgsField(name, kind))
    return fields


def footprint_feature(footprint: Footprint) -> QgsFeature:
    """The row of a place; its polygon, if there is one, begins at the upper left of the chip."""
    feature = QgsFeature(footprint_fields())
    if footprint.corners:
        points = [QgsPointXY(*corner) for corner in (*footprint.corners, footprint.corners[0])]
        feature.setGeometry(QgsGeometry.fromPolygonXY([points]))
    feature.setAttributes(
        [
            footprint.number,
            footprint.image,
            footprint.row,
            footprint.column,
            footprint.angle,
            footprint.split,
            json.dumps(dict(footprint.labels), ensure_ascii=False),
            sum(footprint.labels.values()),
            footprint.nodata_share,
            int(footprint.kept),
            footprint.reason,
        ]
    )
    return feature


class FootprintStyle(QgsProcessingLayerPostProcessorInterface):
    """Chips in one colour, places that become none in another."""

    def __init__(self, shown: Sequence[int]) -> None:
        """`shown`: what there is in the layer."""
        super().__init__()
        self._shown = shown

    def postProcessLayer(
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Called in the main thread when the layer is loaded."""
        if not isinstance(layer, QgsVectorLayer):
            return
        looks = {
            CHIP: ("46,134,222,50", "46,134,222,255", translate("Chipwright", "Chip")),
            LEFT_OUT: ("200,60,50,25", "200,60,50,160", translate("Chipwright", "Left out")),
        }
        categories = [
            QgsRendererCategory(value, _symbol(fill, outline), label)
            for value, (fill, outline, label) in looks.items()
            if value in self._shown
        ]
        layer.setRenderer(QgsCategorizedSymbolRenderer("kept", categories))
        layer.triggerRepaint()


@cache
def footprint_style(shown: tuple[int, ...]) -> FootprintStyle:
    """It stays for good: QGIS does not keep it, and may ask for it after the algorithm is gone."""
    return FootprintStyle(shown)


def _symbol(fill: str, outline: str) -> QgsFillSymbol:
    return QgsFillSymbol.createSimple(
        {"color": fill, "outline_color": outline, "outline_width": OUTLINE}
    )
