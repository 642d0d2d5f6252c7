"""The reference jobs, what each is measured against, and the bars it is to keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chipwright.core.request import ExportRequest, FeatureSource, RasterSource

from ..scenes import Scene
from .bars import Bars
from .sources import Source
from .yardsticks import FLOOR, Measure, encoder, floor_of_twin, time_of


@dataclass(frozen=True)
class Job:
    """An export that is measured: 256-pixel chips at stride 128, all of them.

    `settings` are those of the request that are not as by default.
    """

    letter: str
    name: str
    settings: Mapping[str, Any]
    bars: Bars
    measure: Measure = FLOOR
    source: Source = field(default_factory=Source)

    def request(self, scene: Scene, folder: Path, workers: int) -> ExportRequest:
        """The request for a scene. Raises InvalidRequest for what cannot be asked for."""
        return ExportRequest(
            RasterSource(str(scene.image)),
            str(folder),
            parallel_processing_factor=str(workers),
            **{**self._labels(scene), **self.settings},
        )

    def _labels(self, scene: Scene) -> dict[str, Any]:
        """Where the format has labels, the polygons of the scene."""
        if self.settings["metadata_format"] == "Export_Tiles":
            return {}
        labels = FeatureSource(str(scene.labels))
        return {"input_class_data": labels, "class_value_field": "classvalue"}


def _tiles(**settings: Any) -> dict[str, Any]:
    return {"metadata_format": "Export_Tiles", **settings}


TILES = Job("a", "Export_Tiles", _tiles(), Bars(2, cpu_ratio=3))
VOC_FORMAT = {"metadata_format": "PASCAL_VOC_rectangles"}
VOC = Job("b", "PASCAL_VOC_rectangles", VOC_FORMAT, Bars(3, cpu_ratio=4.5))
CLASS_MAPS = Job(
    "c", "Classified_Tiles", {"metadata_format": "Classified_Tiles"}, Bars(3, cpu_ratio=4)
)
MASKS = Job("d", "RCNN_Masks", {"metadata_format": "RCNN_Masks"}, Bars(4, cpu_ratio=5))
ENCODED = 1.3
TWICE_AS_FAST = 1.7
JOBS = (
    TILES,
    VOC,
    CLASS_MAPS,
    MASKS,
    Job(
        "e",
        "Export_Tiles PNG",
        _tiles(chip_format="PNG"),
        Bars(ENCODED, cpu_micros=1500, speed_up=TWICE_AS_FAST),
        encoder("PNG"),
    ),
    Job(
        "f",
        "Export_Tiles JPEG",
        _tiles(chip_format="JPEG"),
        Bars(ENCODED),
        encoder("JPEG"),
    ),
    Job(
        "g",
        "Export_Tiles TIFF LZW",
        _tiles(compression="LZW"),
        Bars(ENCODED),
        encoder("TIFF LZW"),
    ),
    Job(
        "g",
        "Export_Tiles TIFF DEFLATE",
        _tiles(compression="DEFLATE"),
        Bars(ENCODED, speed_up=TWICE_AS_FAST),
        encoder("TIFF DEFLATE"),
    ),
    Job(
        "h",
        "12 bands uint16, 4096²",
        _tiles(),
        Bars(3),
        source=Source(4096, 12, "uint16"),
    ),
    Job(
        "i",
        "rotationAngle 45, 5120²",
        _tiles(rotation_angle=45.0),
        Bars(20),
        floor_of_twin(TILES),
        Source(5120),
    ),
    Job(
        "j",
        "PASCAL_VOC_rectangles, 200,000 polygons",
        VOC_FORMAT,
        Bars(4),
        time_of(VOC),
        Source(crowd=10),
    ),
    Job("k", "Labeled_Tiles", {"metadata_format": "Labeled_Tiles"}, Bars(6)),
)
