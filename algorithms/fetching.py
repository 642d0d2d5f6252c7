"""Which part of a remote raster is fetched, at which cell size, and where it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from ..core.errors import InvalidRequest, UnwritableOutput
from ..core.request import Extent, RasterSource

if TYPE_CHECKING:
    from ..core.map_boxes import Box

CACHE = ".cache"
"""Added to the name of the dataset's folder."""


@dataclass(frozen=True)
class Fetching:
    """What the request says about it."""

    folder: str
    """Of everything that is fetched."""
    cell_size: Optional[float] = None
    extent: Optional[Extent] = None
    images: Sequence[RasterSource] = ()
    """Of labels and second images, the images that they are for: nothing beyond is fetched."""
    of_classes: bool = False
    """Whether pixels are classes, which are never resampled and never colours."""

    def around(self, images: Sequence[RasterSource], of_classes: bool = False) -> Fetching:
        """The same for something that is used with some images."""
        cell_size = None if of_classes else self.cell_size
        return replace(self, images=tuple(images), of_classes=of_classes, cell_size=cell_size)

    def folder_of(self, parameter: str, *identity: Any) -> str:
        """A folder for what tells itself by its identity: the same in every run."""
        text = repr((identity, self.cell_size, self.extent, self.images, self.of_classes))
        name = hashlib.sha256(text.encode()).hexdigest()[:12]
        return str(Path(self.folder, f"{parameter}-{name}"))

    def box(self, crs_wkt: str) -> Optional[Box]:
        """What is needed, in a coordinate system; None for all. In a worker thread: opens images.

        Raises InvalidRequest.
        """
        if self.images:
            return _around_images(self.images, self.extent, crs_wkt)
        return None if self.extent is None else _box_of(self.extent, self.extent.crs_wkt, crs_wkt)


def cache_folder(output_location: str) -> str:
    """Beside the folder of the dataset, so that it needs no disk of its own.

    >>> cache_folder("/data/chips/")
    '/data/chips.cache'
    """
    return output_location.rstrip("/\\") + CACHE


def keep(content: bytes, path: Path) -> None:
    """Write a file, under another name until it is whole. Raises UnwritableOutput."""
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise UnwritableOutput(f"'{path}' cannot be written: {error.strerror}.") from error


def remove_cache(folders: Sequence[str]) -> None:
    """Remove folders of fetched files, and the folder they are in when nothing else is there."""
    import shutil

    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    for parent in {Path(folder).parent for folder in folders}:
        if parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()


def _box_of(extent: Extent, source: str, target: str) -> Box:
    from ..core.map_boxes import box_in

    box = box_in((extent.left, extent.bottom, extent.right, extent.top), source, target)
    if box is None:
        raise InvalidRequest(
            "extent", "cannot be brought to the coordinate system of what is to be fetched."
        )
    return box


def _around_images(
    images: Sequence[RasterSource], extent: Optional[Extent], crs_wkt: str
) -> Optional[Box]:
    """The box around the images, as far as they lie in the extent; None if one has no place."""
    from ..core.fetched_grids import common_box
    from ..core.map_boxes import box_in
    from ..core.raster import describe_raster
    from ..core.raster_items import listed_rasters

    boxes = []
    for image in listed_rasters(images[0], images[1:]):
        grid = describe_raster(image).grid
        if not grid.is_on_map or not grid.crs_wkt:
            return None
        bounds = grid.bounds
        if extent is not None:
            own = extent.crs_wkt or grid.crs_wkt
            bounds = common_box(bounds, _box_of(extent, own, grid.crs_wkt))
        if bounds[0] < bounds[2] and bounds[1] < bounds[3]:
            boxes.append(box_in(bounds, grid.crs_wkt, crs_wkt))
    found = [box for box in boxes if box is not None]
    if len(found) < len(boxes) or not found:
        return None
    lefts, bottoms, rights, tops = zip(*found)
    return min(lefts), min(bottoms), max(rights), max(tops)
