"""From a request to all that an export needs; all checks are here, before a byte is written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Optional

from .cancelling import stop_if_cancelled
from .chip_format import ChipFormat, Placement, SecondImage
from .choosing import ChipChoice
from .covering import Covering
from .descriptions import described, described_together
from .earlier_dataset import earlier_dataset
from .encodings import CHIP_ENDINGS
from .errors import InvalidRequest
from .extents import NoRoom
from .feature_query import FeatureQuery
from .fitting import check_fits
from .formats import FORMATS
from .image import (
    Image,
    ImageSource,
    checked_raster,
    image_of,
)
from .image_features import areas_on
from .image_readers import Partner, partner_on
from .label_preparation import LabelPreparation
from .limits import check_count
from .masking import Mask, Region, mask_of
from .plan import ChipPlan, Plan
from .prepared import Prepared
from .progress import OnceProgress, Progress, StopSignal
from .remote_sources import is_remote
from .request import ExportRequest
from .stretched_images import stretched
from .turned_plan import turning_plan
from .unfinished import check_usable, is_appended_to

DOMAIN = SecondImage.DOMAIN
DOMAINS = ("A/", "B/")
"""Folders of the two datasets that a format of two domains consists of."""


def prepare(request: ExportRequest, progress: Progress, stop: StopSignal) -> tuple[Prepared, ...]:
    """Open and check all that a request names, and that its folder can be written.

    Images of a dataset follow one another. Raises ChipExportError.
    """
    check_usable(request.output_location, request.existing_output)
    return opened(request, progress, stop)


def opened(request: ExportRequest, progress: Progress, stop: StopSignal) -> tuple[Prepared, ...]:
    """Open and check all sources of a request: one image, or several of one or two datasets."""
    chip_format = FORMATS[request.metadata_format]
    _warn_of_the_ignored(request, chip_format, progress)
    progress = OnceProgress(progress)
    datasets = {
        folder: _dataset_of(request, items, progress, stop)
        for folder, items in _domains(request).items()
    }
    _check_use(list(chain.from_iterable(datasets.values())), progress, stop)
    continued = {folder: continuing(folder, images) for folder, images in datasets.items()}
    return tuple(
        replace(image, folder=folder)
        for folder, images in continued.items()
        for image in stretched(images, progress)
    )


def _check_use(images: Sequence[Prepared], progress: Progress, stop: StopSignal) -> None:
    """Refuse labels, or a mask, that lie on none of several images. Raises InvalidRequest."""
    are_unlabeled = all(each.labels is not None and each.labels.is_empty for each in images)
    if len(images) > 1 and (are_unlabeled or all(map(_is_masked_out, images))):
        first = images[0]
        _prepared(first.request, first.image, False, progress, stop)  # which says what is wrong


def _is_masked_out(prepared: Prepared) -> bool:
    regions = prepared.choice.regions
    return any(isinstance(region, Mask) and not len(region.shapes) for region in regions)


def _domains(request: ExportRequest) -> dict[str, Sequence[ImageSource]]:
    """The images of the datasets of a request, by their folders."""
    items = image_sources(request)
    if FORMATS[request.metadata_format].second_image is not DOMAIN:
        return {"": items}
    if request.additional_input_raster is None:
        raise ValueError("a request for two domains has two images")
    second = ImageSource(request.additional_input_raster, "additionalInputRaster")
    return dict(zip(DOMAINS, (items, [second])))


def continuing(folder: str, images: Sequence[Prepared]) -> Sequence[Prepared]:
    """The images of a dataset, continuing what is there already if that is asked for."""
    request, dataset = images[0].request, images[0].dataset
    location = os.path.join(request.output_location, folder)
    if not is_appended_to(request, folder):
        return [replace(image, first_number=request.start_index) for image in images]
    earlier = earlier_dataset(location)
    partner = None if images[0].partner is None else images[0].partner.raster
    ending = CHIP_ENDINGS[request.chip_format]
    check_fits(earlier, dataset, images[0].image.raster, partner, ending)
    first = request.start_index or earlier.next_number
    if first < earlier.next_number:
        raise InvalidRequest(
            "startIndex",
            f"is {first}, but the dataset in '{location}' goes on to {earlier.next_number - 1}; "
            "chips would be overwritten. Leave it at 0 to continue after the last.",
        )
    both = earlier.described_with(dataset)
    return [replace(image, dataset=both, earlier=earlier, first_number=first) for image in images]


def image_sources(request: ExportRequest) -> list[ImageSource]:
    """The images of a request: a mosaic of its items, or each of them. Raises InvalidRequest."""
    if not request.raster_items and not request.process_all_raster_items:
        return [ImageSource(request.input_raster, bands=request.bands)]
    from .mosaic import mosaic
    from .raster_items import items_of, listed_rasters

    if request.process_all_raster_items:
        items = items_of(request.input_raster, request.raster_items)
    else:
        items = (mosaic(listed_rasters(request.input_raster, request.raster_items)),)
    return [
        ImageSource(item, "rasterItems" if rank else "inputRaster", request.bands)
        for rank, item in enumerate(items)
    ]


def _dataset_of(
    request: ExportRequest, items: Sequence[ImageSource], progress: Progress, stop: StopSignal
) -> tuple[Prepared, ...]:
    """The images of one dataset, which share their classes and are described together."""
    images: list[Image] = []
    too_small: list[InvalidRequest] = []
    for item in items:
        stop_if_cancelled(progress)
        try:
            images.append(image_of(request, item, stop))
        except NoRoom as error:
            too_small.append(error)
            continue
        check_alike(images[0], images[-1], item)
    if not images:
        raise too_small[0]
    if too_small:
        progress.warning(
            f"rasterItems: {len(too_small)} of {len(items)} images are smaller than a chip, "
            f"or lie outside of the extent, and are left out; the first of them: {too_small[0]}"
        )
    is_one_of_many = len(images) > 1 or FORMATS[request.metadata_format].second_image is DOMAIN
    prepared = [_prepared(request, image, is_one_of_many, progress, stop) for image in images]
    return described_together(prepared) if len(prepared) > 1 else tuple(prepared)


def check_alike(first: Image, image: Image, item: ImageSource) -> None:
    """Refuse an item whose chips would differ from those of the first. Raises InvalidRequest."""
    traits = [(len(each.raster.bands), each.raster.data_type) for each in (first, image)]
    if traits[0] != traits[1]:
        (bands, data_type), (other_bands, other_type) = traits
        raise InvalidRequest(
            "rasterItems",
            f"'{item.raster}' has {other_type} pixels in {other_bands} bands, inputRaster "
            f"{data_type} in {bands}; chips of one dataset are alike. Choose bands (bands=1,2,3), "
            "scale the pixels (pixelScaling), or leave the item out.",
        )


def _warn_of_the_ignored(
    request: ExportRequest, chip_format: ChipFormat, progress: Progress
) -> None:
    """Settings that have a meaning for chips around features only."""
    if request.is_per_feature:
        return
    why = (
        f"{chip_format.name} cuts a grid of chips out of a classified raster"
        if chip_format.placement is Placement.PER_FEATURE
        else f"it has a meaning for Labeled_Tiles and Imagenet only, not for {chip_format.name}"
    )
    if request.blacken_around_feature:
        progress.warning(f"blackenAroundFeature: {why}; it is ignored.")
    if not request.fix_chip_size:
        progress.warning(f"fixChipSize: {why}; all chips have the tile size.")


def _prepared(
    request: ExportRequest,
    image: Image,
    is_one_of_many: bool,
    progress: Progress,
    stop: StopSignal,
) -> Prepared:
    """One image."""
    chip_format = FORMATS[request.metadata_format]
    for note in image.notes:
        progress.info(note)
    partner = _partner(request, chip_format, image, stop)
    preparation = LabelPreparation(request, chip_format, image, progress, stop, is_one_of_many)
    places = preparation.places() if request.is_per_feature else None
    labels = preparation.labels() if places is None else places.labels
    return Prepared(
        request,
        image,
        _grid_plan(request, image) if places is None else places.plan,
        chip_format,
        labels,
        ChipChoice(
            _regions(request, image, partner, is_one_of_many, progress),
            request.only_labeled or chip_format.only_labeled,
            request.max_nodata_ratio,
            request.min_label_ratio,
        ),
        described(request, image, labels, partner),
        partner,
        places.blackening if places and request.blacken_around_feature else None,
    )


def _grid_plan(request: ExportRequest, image: Image) -> ChipPlan:
    upright = Plan(
        image.grid,
        request.tile_size,
        request.stride,
        image.raster.pixel_bytes,
        request.edge_policy,
        image.raster.has_whole_rows,
        is_remote(image.raster.source.path),
    )
    plan = turning_plan(upright, request.rotation_angle)
    check_count(request, image.grid, plan.place_count)
    return plan


def _partner(
    request: ExportRequest, chip_format: ChipFormat, image: Image, stop: StopSignal
) -> Optional[Partner]:
    """The second image of the chips."""
    given = request.additional_input_raster
    if given is None or chip_format.second_image is not SecondImage.PARTNER:
        return None
    raster = checked_raster(request, ImageSource(given, "additionalInputRaster"))
    return partner_on(image, raster, request, stop)


def _regions(
    request: ExportRequest,
    image: Image,
    partner: Optional[Partner],
    is_one_of_many: bool,
    progress: Progress,
) -> list[Region]:
    regions: list[Region] = []
    if request.input_mask_polygons is not None:
        query = FeatureQuery(
            request.input_mask_polygons,
            "inputMaskPolygons",
            image.grid,
            may_find_nothing=is_one_of_many,
        )
        areas = areas_on(image, query, lambda: stop_if_cancelled(progress))
        regions.append(mask_of(areas))
    if partner is not None:
        regions.append(Covering(partner.raster.grid, partner.place))
    return regions
