"""Running an export in a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chipwright.core.export import export
from chipwright.core.manifest import Manifest
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


def features(path: Path) -> FeatureSource:
    return FeatureSource(str(path))


def classes(path: Path) -> RasterSource:
    return RasterSource(str(path))
