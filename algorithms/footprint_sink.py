"""Footprints on their way into the layer that a parameter names."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureSink,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterDefinition,
    QgsProcessingParameters,
    QgsWkbTypes,
)

from ..core.addresses import shown
from ..core.errors import InvalidRequest, UnwritableOutput
from .footprint_layer import (
    CHIP,
    LEFT_OUT,
    footprint_feature,
    footprint_fields,
    footprint_style,
)

if TYPE_CHECKING:
    from ..core.footprints import FootprintLayer

NO_PATH = re.compile(r"[a-zA-Z]{2,}:")
"""What begins like this is a layer in memory or in a database."""


@dataclass
class FootprintSink:
    """The layer of a run; it is made when the first footprint may come, and not before."""

    definition: QgsProcessingParameterDefinition
    parameters: dict[str, Any]
    context: QgsProcessingContext
    name: str = ""
    """By which QGIS finds the layer, once it is made."""
    places: int = 0
    chips: int = 0

    @property
    def is_asked_for(self) -> bool:
        """Whether a layer is to be made."""
        return bool(self._destination)

    def check(self, made_folder: str) -> None:
        """Refuse a file that cannot be written, as long as nothing is done for it.

        `made_folder` will be there. Raises InvalidRequest.
        """
        destination = self._destination
        if not destination or NO_PATH.match(destination):
            return
        folder = Path(destination).absolute().parent
        if folder != Path(made_folder).absolute() and not os.access(folder, os.W_OK | os.X_OK):
            what = "you may not write to" if folder.is_dir() else "there is no folder"
            raise InvalidRequest(self._parameter, f"{what} '{folder}'; choose another file.")

    def fill(self, found: FootprintLayer) -> None:
        """Make the layer. Raises UnwritableOutput, and what taking footprints raises."""
        sink = self._made(found.crs_wkt)
        for footprint in found.footprints:
            if not sink.addFeature(footprint_feature(footprint), QgsFeatureSink.Flag.FastInsert):
                raise self._unwritable(sink.lastError())
            self.places += 1
            self.chips += footprint.kept
        if not sink.flushBuffer():
            raise self._unwritable(sink.lastError())
        self._style_when_loaded()

    def _made(self, crs_wkt: str) -> QgsFeatureSink:
        try:
            sink, self.name = QgsProcessingParameters.parameterAsSink(
                self.definition,
                self.parameters,
                footprint_fields(),
                QgsWkbTypes.Type.Polygon,
                QgsCoordinateReferenceSystem.fromWkt(crs_wkt),
                self.context,
            )
        except QgsProcessingException as error:
            raise self._unwritable(str(error)) from error
        if sink is None:
            raise self._unwritable("QGIS cannot make it")
        return sink

    def _style_when_loaded(self) -> None:
        if self.context.willLoadLayerOnCompletion(self.name):
            style = footprint_style((CHIP, LEFT_OUT) if self.places > self.chips else (CHIP,))
            self.context.layerToLoadOnCompletionDetails(self.name).setPostProcessor(style)

    def _unwritable(self, reason: str) -> UnwritableOutput:
        where = shown(self._destination)
        return UnwritableOutput(
            f"{self._parameter}: '{where}' cannot be written ({reason}); choose another file."
        )

    @property
    def _parameter(self) -> str:
        return str(self.definition.name())

    @property
    def _destination(self) -> str:
        """The file or the layer, as it was given."""
        given = self.parameters.get(self._parameter)
        if isinstance(given, QgsProcessingOutputLayerDefinition):
            given, _ = given.sink.valueAsString(self.context.expressionContext(), "")
        return str(given or "")
