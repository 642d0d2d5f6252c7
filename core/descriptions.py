"""What is told of a dataset: of one image, and of several together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Optional

from .classes import merged
from .esri_dataset import Dataset, PartnerBands
from .formats import FORMATS
from .image import (
    Image,
    band_names,
    sensor,
)
from .image_readers import Partner
from .labels import LabelSource
from .panoptic_labels import PanopticLabels
from .prepared import Prepared
from .raster import Raster
from .request import ExportRequest


def described(
    request: ExportRequest,
    image: Image,
    labels: Optional[LabelSource],
    partner: Optional[Partner],
) -> Dataset:
    """What is true of all chips of one image."""
    needs_labels = FORMATS[request.metadata_format].needs_labels
    return Dataset(
        request.metadata_format,
        request.tile_size,
        image.grid,
        image.band_names,
        image.sensor,
        labels.classes if labels and needs_labels else None,
        labels is not None and labels.from_features,
        partner=None if partner is None else _partner_bands(partner.raster),
        instance_classes=labels.instance_classes if isinstance(labels, PanopticLabels) else None,
        is_blackened=request.blacken_around_feature and request.is_per_feature,
        has_variable_size=request.has_variable_size,
        is_in_pixel_space=request.is_in_pixel_space,
    )


def described_together(prepared: Sequence[Prepared]) -> tuple[Prepared, ...]:
    """Images of one dataset, their classes under the same names, with the description of all."""
    sources = [each.labels for each in prepared]
    known = [source for source in sources if source is not None]
    labels = _with_same_classes(known, prepared[0].chip_format.has_class_folders)
    grids = sorted((each.image.grid for each in prepared), key=lambda grid: grid.cell_area)
    first = labels[0] if labels else None
    dataset = replace(
        prepared[0].dataset,
        grid=grids[0],
        coarsest=grids[-1],
        raster_count=len(prepared),
        classes=first.classes if first and prepared[0].dataset.has_labels else None,
        instance_classes=first.instance_classes if isinstance(first, PanopticLabels) else None,
    )
    return tuple(
        replace(each, labels=source, dataset=dataset)
        for each, source in zip(prepared, labels or sources)
    )


def _with_same_classes(
    sources: Sequence[LabelSource], has_class_folders: bool
) -> list[LabelSource]:
    if not sources:
        return []
    classes = merged([source.classes for source in sources])
    if has_class_folders:
        classes = classes.with_folder_names()
    panoptic = [source for source in sources if isinstance(source, PanopticLabels)]
    if not panoptic:
        return [source.with_classes(classes) for source in sources]
    single = merged([source.instance_classes for source in panoptic]).named_like(classes)
    return [source.with_classes(classes).with_instance_classes(single) for source in panoptic]


def _partner_bands(raster: Raster) -> PartnerBands:
    return PartnerBands(band_names(raster), sensor(raster))
