"""Checks of esri_model_definition.emd, esri_accumulated_stats.json and stats.txt by themselves."""

from __future__ import annotations

import os
from collections.abc import Iterator

from .class_lists import check_classes
from .dataset_kind import DEFINITION, KNOWN_FORMATS, STATE, SUMMARY
from .description import Description
from .documents import byte_order_mark, is_finite, objects, whole
from .findings import Finding, error, warning

WELL_KNOWN = "WellKnownBandNames (FYI, these band names can be used in ExtractBands)"
NEEDED_KEYS = ("ImageHeight", "ImageWidth")
"""Without them readers stop; Classes and AllTilesStats have checks of their own."""
USEFUL_KEYS = ("MetaDataMode", "ImageSpaceUsed", "MinCellSize", "InputRastersProps", WELL_KNOWN)
"""Exports of years ago lack them, and were readable then."""
PICTURE_BANDS = 3
UNFINISHED, JOURNAL, LEFT_OVER = ".chipwright", "journal", "rubbish"
STATISTICS = ("Min", "Max", "Mean", "StdDev")


def check_root_files(description: Description) -> Iterator[Finding]:
    """All of them; sizes and counts are compared with the chips elsewhere."""
    yield from description.definition.findings
    yield from description.state.findings
    yield from byte_order_mark(description.definition)
    yield from byte_order_mark(description.state)
    yield from _ascii(description)
    yield from _modes(description)
    yield from _keys(description)
    yield from check_classes(description)
    yield from _tile_statistics(description)
    yield from _others(description.folder)


def _ascii(description: Description) -> Iterator[Finding]:
    raw = description.definition.raw
    if description.definition.is_readable and not raw.decode("utf-8-sig").isascii():
        yield error(
            "definition-not-ascii",
            DEFINITION,
            "The file holds letters beyond ASCII; readers open it in the encoding of their system, "
            "so names of classes come out garbled or loading fails. Write them as \\uXXXX.",
        )


def _modes(description: Description) -> Iterator[Finding]:
    definition, state = description.definition, description.state
    modes = [each.content.get("MetaDataMode") for each in (definition, state)]
    if state.is_readable and not modes[1]:
        yield error(
            "metadata-mode-missing",
            STATE,
            "MetaDataMode is missing; it decides how a trainer reads the dataset. Enter the format "
            "that was exported, for instance PASCAL_VOC_rectangles.",
        )
    elif modes[1] and modes[1] not in KNOWN_FORMATS:
        yield error(
            "metadata-mode-unknown",
            STATE,
            f"MetaDataMode is '{modes[1]}', which no reader knows. It must be one of "
            f"{', '.join(KNOWN_FORMATS)}.",
        )
    if modes[0] and modes[1] and modes[0] != modes[1]:
        yield error(
            "metadata-modes-differ",
            DEFINITION,
            f"MetaDataMode is '{modes[0]}' here and '{modes[1]}' in {STATE}: different trainers "
            "will read different things. Enter the format that was exported in both.",
        )


def _keys(description: Description) -> Iterator[Finding]:
    if not description.definition.is_readable:
        return
    content = description.definition.content
    for key in NEEDED_KEYS:
        if key not in content:
            yield error(
                "definition-key-missing",
                DEFINITION,
                f"'{key}' is missing; a trainer asks for it and stops. Export again.",
            )
    for key in USEFUL_KEYS:
        if key not in content:
            yield warning(
                "definition-key-absent",
                DEFINITION,
                f"'{key}' is missing; some readers stop without it. If yours does, export again.",
            )


def _tile_statistics(description: Description) -> Iterator[Finding]:
    content = description.definition.content
    if not description.definition.is_readable:
        return
    bands = objects(content.get("AllTilesStats"))
    if not bands:
        is_picture = description.band_count in (None, PICTURE_BANDS)
        is_needed = description.metadata_format == "CycleGAN" or not is_picture
        yield (error if is_needed else warning)(
            "tile-statistics-missing",
            DEFINITION,
            "AllTilesStats is missing; trainers that scale pixels by the statistics of the bands "
            "cannot do so. Export again.",
        )
        return
    if not all(is_finite(band.get(name)) for band in bands for name in STATISTICS):
        yield error(
            "tile-statistics-not-finite",
            DEFINITION,
            "AllTilesStats holds something that is no number; pixels that are scaled by it become "
            "no numbers either, and the model learns nothing. Look for broken no-data in the "
            "image, and export again.",
        )
    if description.band_count is not None and len(bands) != description.band_count:
        yield error(
            "tile-statistics-count",
            DEFINITION,
            f"AllTilesStats describes {len(bands)} bands, but the chips have "
            f"{description.band_count}; scaling the pixels fails. There must be one entry a band.",
        )


def _others(folder: str) -> Iterator[Finding]:
    if not os.path.isfile(os.path.join(folder, SUMMARY)):
        yield warning(
            "summary-missing",
            SUMMARY,
            "There is no such file. Trainers do without it, but people look up counts there.",
        )
    if not os.path.exists(os.path.join(folder, UNFINISHED)):
        return
    inside = os.listdir(os.path.join(folder, UNFINISHED))
    if LEFT_OVER in inside and JOURNAL not in inside:
        yield warning(
            "left-over",
            UNFINISHED,
            "In it is what is left of a dataset that was replaced. It may be removed.",
        )
    else:
        yield error(
            "export-unfinished",
            UNFINISHED,
            "The export into this folder is still running or was broken off: chips are missing. "
            "Let it finish, or go on with existingOutput=resume.",
        )


def stated_size(description: Description) -> list[tuple[str, str, int]]:
    """File, key and number of everything that tells the width or height of chips."""
    places = (
        (description.definition, "ImageWidth"),
        (description.definition, "ImageHeight"),
        (description.state, "TileSizeX"),
        (description.state, "TileSizeY"),
    )
    found = [(document.path, key, whole(document.content.get(key))) for document, key in places]
    return [(path, key, number) for path, key, number in found if number is not None]
