"""Files that may not be read, but by root."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar, Union

from chipwright.core.request import FeatureSource, RasterSource

from .row import BadInput
from .scene import ROOF, boxes, image, labelled, layer

Source = TypeVar("Source", bound=Union[FeatureSource, RasterSource])
NOT_READ = "cannot be opened: you may not read it; ask whoever owns it, or choose another one."


def locked(source: Source) -> Source:
    Path(source.path).chmod(0)
    return source


LOCKED = (
    BadInput(
        "a locked image",
        lambda f: {"inputRaster": locked(image(f, "locked.tif"))},
        f"inputRaster: '{{sources}}/locked.tif' {NOT_READ}",
    ),
    BadInput(
        "a locked further image",
        lambda f: {"rasterItems": [locked(image(f, "locked.tif"))]},
        f"rasterItems: '{{sources}}/locked.tif' {NOT_READ}",
    ),
    BadInput(
        "a locked second image",
        lambda f: {"additionalInputRaster": locked(image(f, "locked.tif"))},
        f"additionalInputRaster: '{{sources}}/locked.tif' {NOT_READ}",
    ),
    BadInput(
        "locked labels",
        lambda f: labelled(locked(layer(f, ROOF))),
        f"inputClassData: '{{sources}}/labels.gpkg' {NOT_READ}",
    ),
    BadInput(
        "a locked mask",
        lambda f: {**boxes(f, ROOF), "inputMaskPolygons": locked(layer(f, ROOF, name="mask.gpkg"))},
        f"inputMaskPolygons: '{{sources}}/mask.gpkg' {NOT_READ}",
    ),
)
