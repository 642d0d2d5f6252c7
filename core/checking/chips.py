"""Checks of chips: each can be read, and all are alike."""

from __future__ import annotations

from collections.abc import Iterator

from .dataset_kind import DEFINITION, STATE
from .description import Description
from .findings import Finding, error, warning
from .rasters import RasterFacts
from .root_files import stated_size

COLORS = {"Red", "Green", "Blue"}


def no_images() -> Finding:
    """A dataset without chips."""
    return error(
        "no-images",
        "images",
        "There is no chip, so there is nothing to learn from. Export again, or restore the folder "
        "images.",
    )


def check_alike(
    path: str, chip: RasterFacts, first: RasterFacts, variable_size: bool
) -> Iterator[Finding]:
    """A chip against the first one."""
    if chip.size != first.size and not variable_size:
        yield error(
            "chip-size-differs",
            path,
            f"The chip has {chip.columns} × {chip.rows} pixels, the first one {first.columns} × "
            f"{first.rows}; a trainer cannot put them into one batch. Remove it and its labels, "
            "or export again.",
        )
    if chip.bands != first.bands:
        yield error(
            "chip-bands-differ",
            path,
            f"The chip has {chip.bands} bands, the first one {first.bands}; a trainer cannot put "
            "them into one batch. Remove it and its labels, or export again.",
        )
    if chip.data_type != first.data_type:
        yield error(
            "chip-type-differs",
            path,
            f"The pixels are of type {chip.data_type}, those of the first chip of type "
            f"{first.data_type}; their values mean different things. Remove the chip and its "
            "labels, or export again.",
        )


def check_stated(description: Description, chip: RasterFacts) -> Iterator[Finding]:
    """What the root files say of all chips, against the first chip."""
    if not description.has_variable_size:
        for path, key, number in stated_size(description):
            real = chip.columns if key in ("ImageWidth", "TileSizeX") else chip.rows
            if number != real:
                yield error(
                    "stated-size-differs",
                    path,
                    f"{key} is {number}, but chips have {chip.columns} × {chip.rows} pixels; a "
                    f"model would be built for another size. Set it to {real}.",
                )
    if description.band_count is not None and description.band_count != chip.bands:
        yield error(
            "stated-bands-differ",
            STATE,
            f"NumBands is {description.band_count}, but chips have {chip.bands} bands; a model "
            f"would be built for another number. Set it to {chip.bands}.",
        )
    yield from _band_names(description, chip)


def _band_names(description: Description, chip: RasterFacts) -> Iterator[Finding]:
    properties = description.definition.content.get("InputRastersProps")
    names = properties.get("BandNames") if isinstance(properties, dict) else None
    if not isinstance(names, list):
        return
    if len(names) != chip.bands:
        yield warning(
            "band-names-count",
            DEFINITION,
            f"InputRastersProps names {len(names)} bands, but chips have {chip.bands}; bands would "
            "be chosen by the wrong name. Name each, or leave names empty.",
        )
    if chip.data_type == "Byte" and chip.bands == 3 and COLORS & set(map(str, names)):
        yield warning(
            "band-names-of-picture",
            DEFINITION,
            "The bands of an ordinary picture are called Red, Green, Blue: readers take chips with "
            "such names for multispectral ones, and do not use models that were trained on "
            "pictures. Leave the names empty if that is not meant.",
        )
