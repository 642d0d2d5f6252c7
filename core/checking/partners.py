"""Checks of images2: the second image of each chip."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

from ..gdal_errors import GdalFailure
from .class_maps import unreadable_raster
from .description import Description
from .findings import Finding, error
from .listing import Listing, stem
from .rasters import RasterFacts, chip_facts


def check_pairing(found: Listing) -> Iterator[Finding]:
    """Every chip has its partner and every partner its chip, if there are partners at all."""
    if not found.partners:
        return
    for path in found.images:
        if stem(path) not in found.partners:
            yield _missing(path, "images2")
    stems = set(map(stem, found.images))
    for name in sorted(found.partners.keys() - stems):
        for path in found.partners[name]:
            yield _missing(path, "images")


def check_partner(
    description: Description, image: str, chip: Optional[RasterFacts], partner: str
) -> Iterator[Finding]:
    """The partner can be read; where both are compared, it has the size of the chip."""
    try:
        second = chip_facts(description.folder, partner)
    except GdalFailure as problem:
        yield unreadable_raster(partner, problem)
        return
    if description.metadata_format == "Classified_Tiles" and chip and chip.size != second.size:
        yield error(
            "partner-size-differs",
            partner,
            f"The chip has {second.columns} × {second.rows} pixels, its partner {image} has "
            f"{chip.columns} × {chip.rows}; they cannot be compared pixel by pixel. Export again.",
        )


def _missing(path: str, folder: str) -> Finding:
    return error(
        "partner-missing",
        path,
        f"There is no chip of the same name in {folder}. Files are paired by their position in the "
        "folders, so all chips after it silently get the partner of another. Restore the file, or "
        "remove what is left of the pair.",
    )
