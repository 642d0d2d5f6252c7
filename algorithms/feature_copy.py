"""The features of a layer as QGIS shows them, copied to where OGR finds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsVectorFileWriter,
    QgsVectorLayerFeatureSource,
    QgsWkbTypes,
)

from ..core.errors import ExportCancelled, InvalidRequest, UnreadableSource
from ..core.progress import Progress

BATCH = 1000


@dataclass(frozen=True)
class FeatureCopy:
    """The features as QGIS sees them (filtered, selected, being edited), as FlatGeobuf in memory.

    `selected` are feature ids in ascending order, None for all features.
    """

    parameter: str
    path: str
    layer_name: str
    features: QgsVectorLayerFeatureSource
    crs: QgsCoordinateReferenceSystem
    geometry_type: QgsWkbTypes.Type
    fields: QgsFields
    attributes: tuple[int, ...]
    selected: Optional[tuple[int, ...]]

    def write(self, progress: Progress) -> None:
        """Copy the features. Curves become lines; Z and M values are left out."""
        progress.info(f"{self.parameter}: copying the features of '{self.layer_name}'.")
        found, written = self._write_features(progress)
        if not written:
            raise InvalidRequest(
                self.parameter,
                f"'{self.layer_name}' shows no features with a geometry; check its filter.",
            )
        if written < found:
            progress.warning(
                f"{self.parameter}: features without a geometry, left out: {found - written}."
            )

    def _write_features(self, progress: Progress) -> tuple[int, int]:
        """Number of features found, and of those that have a geometry."""
        found = written = 0
        writer = self._writer()
        for found, feature in enumerate(self._found_features(), start=1):
            if found % BATCH == 0 and progress.cancelled():
                raise ExportCancelled("The export was cancelled before it wrote anything.")
            if feature.geometry().isEmpty():
                continue
            if not writer.addFeature(self._copy(feature), QgsFeatureSink.Flag.FastInsert):
                raise self._failure(writer)
            written += 1
        return found, written

    def _writer(self) -> QgsVectorFileWriter:
        """Completes its file when it is deleted."""
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName = "FlatGeobuf"
        options.layerOptions = ["SPATIAL_INDEX=NO"]
        context = QgsCoordinateTransformContext()
        writer = QgsVectorFileWriter.create(
            self.path, self._copied_fields(), self.geometry_type, self.crs, context, options
        )
        if writer.hasError() != QgsVectorFileWriter.WriterError.NoError:
            raise self._failure(writer)
        return writer

    def _failure(self, writer: QgsVectorFileWriter) -> UnreadableSource:
        return UnreadableSource(
            f"{self.parameter}: '{self.layer_name}' cannot be copied: {writer.errorMessage()}"
        )

    def _copied_fields(self) -> QgsFields:
        copied = QgsFields()
        for index in self.attributes:
            copied.append(self.fields.at(index))
        return copied

    def _found_features(self) -> Iterator[QgsFeature]:
        """Selected features in the order of their ids: providers return them in any order."""
        request = QgsFeatureRequest().setSubsetOfAttributes(list(self.attributes))
        if self.selected is None:
            yield from self.features.getFeatures(request)
            return
        for start in range(0, len(self.selected), BATCH):
            request.setFilterFids(list(self.selected[start : start + BATCH]))
            yield from sorted(self.features.getFeatures(request), key=QgsFeature.id)

    def _copy(self, feature: QgsFeature) -> QgsFeature:
        copy = QgsFeature()
        copy.setAttributes([feature.attribute(index) for index in self.attributes])
        copy.setGeometry(straight_geometry(feature.geometry(), self.geometry_type))
        return copy


def straight_geometry(geometry: QgsGeometry, geometry_type: QgsWkbTypes.Type) -> QgsGeometry:
    """The geometry without curves, as the type, as far as it can be that."""
    if geometry.isNull() or geometry.wkbType() == geometry_type:
        return geometry
    if geometry_type == QgsWkbTypes.Type.Unknown:
        return QgsGeometry(geometry.constGet().segmentize())
    parts = geometry.coerceToType(geometry_type)
    return parts[0] if len(parts) == 1 else QgsGeometry.collectGeometry(parts)
