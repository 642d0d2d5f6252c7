"""Running an export in a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional, Union

from chipwright.core.chip_format import SecondImage
from chipwright.core.export import export
from chipwright.core.footprints import Footprint
from chipwright.core.formats import FORMATS
from chipwright.core.manifest import Manifest
from chipwright.core.progress import Progress
from chipwright.core.request import ExportRequest, FeatureSource, RasterSource, Size


class Listener:
    """Progress that remembers what it was told."""

    def __init__(self) -> None:
        self.fractions: list[float] = []
        self.infos: list[str] = []
        self.warnings: list[str] = []

    def fraction(self, done: float) -> None:
        self.fractions.append(done)

    def info(self, message: str) -> None:
        self.infos.append(message)

    def warning(self, message: str) -> None:
        self.warnings.append(message)

    def cancelled(self) -> bool:
        return False


def chip_request(image: Path, folder: Path, **settings: Any) -> ExportRequest:
    """A request for image chips of 64 × 64 pixels side by side, unless the settings differ."""
    defaults = {
        "metadata_format": "Export_Tiles",
        "tile_size": Size(64, 64),
        "stride_size": Size(0, 0),
        "parallel_processing_factor": "2",
    }
    return ExportRequest(RasterSource(str(image)), str(folder), **{**defaults, **settings})


def export_chips(image: Path, folder: Path, **settings: Any) -> Manifest:
    """Export what `chip_request` asks for."""
    return export(chip_request(image, folder, **settings))


def exported_footprints(
    request: ExportRequest, progress: Optional[Progress] = None
) -> list[Footprint]:
    """Export, and take the footprints of the chips."""
    found: list[Footprint] = []
    export(request, progress, lambda layer: found.extend(layer.footprints))
    return found


def features(path: Path) -> FeatureSource:
    return FeatureSource(str(path))


def classes(path: Path) -> RasterSource:
    return RasterSource(str(path))


def picture(path: Path) -> RasterSource:
    return RasterSource(str(path))


def given_for(
    metadata_format: str, labels: Union[FeatureSource, RasterSource], image: Path
) -> dict[str, Any]:
    """The format, and all that it needs to be given: labels, single objects, a second image."""
    chip_format = FORMATS[metadata_format]
    given: dict[str, Any] = {"metadata_format": metadata_format}
    if chip_format.needs_labels:
        given["input_class_data"] = labels
    if chip_format.needs_instances:
        given["input_instance_data"] = labels
    if chip_format.second_image is SecondImage.DOMAIN:
        given["additional_input_raster"] = picture(image)
    return given
