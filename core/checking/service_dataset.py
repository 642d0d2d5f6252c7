"""The way through a dataset of one of the service's formats: each file once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

from ..gdal_errors import GdalFailure
from ..progress import Progress
from .chips import check_alike, check_stated, no_images
from .class_maps import unreadable_raster
from .counts import check_counts
from .description import Description, described
from .findings import Finding, error, warning
from .instance_masks import check_folders, check_mask, class_folder
from .label_checks import LABEL_CHECKS, LABEL_FOR_EVERY_CHIP
from .label_content import LabelContent, LabelFile, content_of
from .listing import Listing, listing, stem
from .map_file import check_map
from .partners import check_pairing, check_partner
from .rasters import RasterFacts, chip_facts
from .root_files import check_root_files
from .tally import Tally
from .watching import watched

LEAST_LABELED = 0.05
"""Share of class maps with a class in them."""


def check_service_dataset(
    folder: str, metadata_format: str, progress: Progress
) -> Iterator[Finding]:
    """Everything about a dataset; the root files first, then chip by chip."""
    description = described(folder, metadata_format)
    found = listing(folder, metadata_format)
    tally = Tally()
    yield from check_root_files(description)
    yield from check_map(folder, metadata_format, found)
    yield from check_pairing(found)
    yield from _class_folders(description, found)
    yield from _orphans(found)
    yield from _chips(description, found, tally, progress)
    yield from _nothing_to_learn(description, tally)
    yield from check_counts(description, tally)


def _chips(
    description: Description, found: Listing, tally: Tally, progress: Progress
) -> Iterator[Finding]:
    first: Optional[RasterFacts] = None
    if not found.images:
        yield no_images()
    for image in watched(found.images, progress):
        chip: Optional[RasterFacts] = None
        try:
            chip = chip_facts(description.folder, image)
        except GdalFailure as problem:
            yield unreadable_raster(image, problem)
        if chip is not None and first is None:
            first = chip
            yield from check_stated(description, chip)
        if chip is not None and first is not None:
            yield from check_alike(image, chip, first, description.has_variable_size)
        for partner in found.partners.get(stem(image), ()):
            yield from check_partner(description, image, chip, partner)
        labels = list(_labels(description, found, image, chip or first))
        for label in labels:
            yield from label.findings
        tally.add(labels)


def _labels(
    description: Description, found: Listing, image: str, chip: Optional[RasterFacts]
) -> Iterator[LabelContent]:
    """The labels of a chip, checked against its size; the first chip's where it is unreadable."""
    kind, name = description.metadata_format, stem(image)
    paths = found.labels.get(name, ())
    if kind == "Imagenet":
        value = description.values.get(class_folder(image))
        yield content_of([] if value is None else [value], ())
    if not paths and kind in LABEL_FOR_EVERY_CHIP:
        yield LabelContent(findings=(_label_missing(image),), is_readable=False)
    if chip is None or kind not in LABEL_CHECKS:
        return
    for path in paths:
        yield LABEL_CHECKS[kind](LabelFile(path, image, chip, description))
    for path in found.masks.get(name, ()):
        mask = check_mask(LabelFile(path, image, chip, description))
        yield LabelContent(findings=mask.findings, is_readable=mask.is_readable)


def _label_missing(image: str) -> Finding:
    return error(
        "label-missing",
        image,
        "The chip has no label. In this format files are paired by their position in the folders, "
        "so all chips after it silently get the labels of others. Restore the label, or remove "
        "the chip and its line in map.txt.",
    )


def _class_folders(description: Description, found: Listing) -> Iterator[Finding]:
    kind, names = description.metadata_format, list(description.values)
    if kind == "RCNN_Masks":
        folders = {class_folder(path) for path in found.label_paths}
        yield from check_folders(sorted(folders), names, "labels")
    if kind == "Imagenet":
        yield from check_folders(sorted(set(map(class_folder, found.images))), names, "images")
    if kind == "Panoptic_Segmentation":
        folders = {class_folder(path) for paths in found.masks.values() for path in paths}
        instances = sorted(description.instance_class_names)
        yield from check_folders(sorted(folders), instances, "labels2")


def _orphans(found: Listing) -> Iterator[Finding]:
    stems = set(map(stem, found.images))
    for labels in (found.labels, found.masks):
        for name in sorted(labels.keys() - stems):
            for path in labels[name]:
                yield error(
                    "label-without-chip",
                    path,
                    "There is no chip for this label. Trainers that pair files by position give "
                    "every later chip the labels of another. Restore the chip, or remove the label "
                    "and its mention in map.txt.",
                )


def _nothing_to_learn(description: Description, tally: Tally) -> Iterator[Finding]:
    kind = description.metadata_format
    if kind not in LABEL_CHECKS or not tally.chips or not tally.is_complete:
        return
    if not tally.labeled_chips:
        yield error(
            "nothing-labelled",
            "labels",
            "No chip has a label in it: all is background, and a model would learn to find "
            "nothing. Check that the labels lie on the image, and export again.",
        )
    elif kind == "Classified_Tiles" and tally.labeled_chips < LEAST_LABELED * tally.chips:
        yield warning(
            "mostly-background",
            "labels",
            f"Only {tally.labeled_chips} of {tally.chips} labels hold a class, the others are all "
            "background; a model may learn to find nothing. Export without exportAllTiles, or with "
            "a negativeRatio.",
        )
