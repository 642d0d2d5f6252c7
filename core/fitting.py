"""Whether new chips make one dataset with those that are there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Optional

from .classes import ClassTable
from .earlier_dataset import EarlierDataset, damaged
from .earlier_values import kind_of_labels
from .errors import InvalidRequest, UnreadableSource
from .esri_dataset import Dataset
from .gdal_errors import GdalFailure
from .raster import Raster, describe_raster
from .request import RasterSource


def check_fits(
    earlier: EarlierDataset,
    dataset: Dataset,
    raster: Raster,
    partner: Optional[Raster],
    ending: str,
) -> None:
    """Refuse what cannot be one dataset with what is there. Raises InvalidRequest.

    `raster` and `partner` are the image and the second image as they are read, `ending` is that of
    the names of chips.
    """
    _check_traits(earlier, dataset)
    _check_images(earlier, raster, partner, ending)
    for parameter, known, table in (
        ("inputClassData", earlier.classes, dataset.classes),
        ("inputInstanceData", earlier.instance_classes, dataset.instance_classes),
    ):
        if table is not None:
            _check_classes(known, table, parameter)


def _check_traits(earlier: EarlierDataset, dataset: Dataset) -> None:
    asked: Mapping[str, object] = {
        "metadataFormat": dataset.metadata_format,
        "tileSizeX": dataset.tile.columns,
        "tileSizeY": dataset.tile.rows,
        "bands": len(dataset.band_names),
        "fixChipSize": "Variable_Size" if dataset.has_variable_size else "Fixed_Size",
        "blackenAroundFeature": dataset.is_blackened,
        "referenceSystem": "PIXEL_SPACE" if dataset.is_in_pixel_space else "MAP_SPACE",
        "inputClassData": kind_of_labels(dataset.from_features),
    }
    for parameter, there in earlier.traits.items():
        if there != asked[parameter]:
            raise _conflict(parameter, there, asked[parameter])
    if dataset.has_labels != (earlier.labels is not None):
        raise damaged(earlier.folder, "what it says of its labels is not there")


def _check_images(
    earlier: EarlierDataset, raster: Raster, partner: Optional[Raster], ending: str
) -> None:
    counts = earlier.partner_count, 0 if partner is None else len(partner.bands)
    if counts[0] != counts[1]:
        raise _conflict("additionalInputRaster", *map(_second_image, counts))
    parameters = ("inputRaster", "additionalInputRaster")
    for parameter, path, read in zip(parameters, earlier.first_images, (raster, partner)):
        there = os.path.splitext(path)[1]
        if there != ending:
            raise _conflict("chipFormat", there, ending)
        if read is not None:
            _check_pixels(os.path.join(earlier.folder, path), read, parameter)


def _check_pixels(path: str, raster: Raster, parameter: str) -> None:
    """Whether the chip of a path has pixels like those of a raster."""
    try:
        there = describe_raster(RasterSource(path)).data_type
    except (GdalFailure, UnreadableSource) as error:
        raise InvalidRequest(
            "existingOutput",
            f"its first chip '{path}' cannot be read ({error}), so nobody knows what fits to it; "
            "nothing was changed. Choose another folder.",
        ) from error
    if there != raster.data_type:
        raise _conflict(parameter, f"{there} pixels", f"{raster.data_type} pixels")


def _second_image(bands: int) -> str:
    return f"a second image of {bands} bands" if bands else "no second image"


def _conflict(parameter: str, there: object, asked: object) -> InvalidRequest:
    return InvalidRequest(
        parameter,
        f"is {asked} here, but {there} in the dataset that chips are to be appended to; nothing "
        "was changed. Choose the same, or another folder.",
    )


def _check_classes(known: ClassTable, table: ClassTable, parameter: str) -> None:
    """A class has one name, and a name is that of one class."""
    owners = {entry.name.casefold(): entry for entry in known.classes}
    for entry in table.classes:
        there = known.entry(entry.value) or owners.get(entry.name.casefold())
        if there is not None and (there.value, there.name) != (entry.value, entry.name):
            raise InvalidRequest(
                parameter,
                f"class {entry.value} is called '{entry.name}' here, but class {there.value} is "
                f"called '{there.name}' in the dataset that chips are to be appended to; nothing "
                "was changed. Give them the same names and values, or choose another folder.",
            )
