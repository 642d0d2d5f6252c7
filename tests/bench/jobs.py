"""The reference jobs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chipwright.core.request import ExportRequest, FeatureSource, RasterSource

from ..scenes import Scene


@dataclass(frozen=True)
class Job:
    """An export that is measured."""

    letter: str
    metadata_format: str

    def request(self, scene: Scene, folder: Path, workers: int) -> ExportRequest:
        """256-pixel chips at stride 128, all of them, uncompressed TIFF."""
        return ExportRequest(
            RasterSource(str(scene.image)),
            str(folder),
            FeatureSource(str(scene.labels)),
            metadata_format=self.metadata_format,
            class_value_field="classvalue",
            parallel_processing_factor=str(workers),
        )


JOBS = (
    Job("a", "Export_Tiles"),
    Job("b", "PASCAL_VOC_rectangles"),
    Job("c", "Classified_Tiles"),
    Job("d", "RCNN_Masks"),
    Job("k", "Labeled_Tiles"),
)
