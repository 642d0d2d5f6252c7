"""Which values of a request do not go together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .chip_format import ChipFormat, SecondImage
from .errors import InvalidRequest
from .formats import FORMATS
from .request_choices import COMPRESSIONS

if TYPE_CHECKING:
    from .request import ExportRequest


def wrong_combinations(request: ExportRequest) -> Iterator[InvalidRequest]:
    """What is wrong with values that are right each for itself."""
    chip_format = FORMATS[request.metadata_format]
    if not request.output_location.strip():
        yield InvalidRequest("outputLocation", "is empty; choose the folder for the dataset.")
    if chip_format.needs_labels and request.input_class_data is None:
        yield InvalidRequest(
            "inputClassData",
            f"{chip_format.name} needs labels, but none are given; choose a label layer, or export "
            "with metadataFormat Export_Tiles.",
        )
    if request.only_labeled and request.input_class_data is None:
        yield InvalidRequest(
            "inputClassData",
            "is not given, but exportAllTiles=false asks for chips with labels only; choose a "
            "label layer, or export all tiles.",
        )
    if request.chip_format == "MRF" and request.rotation_angle and not request.is_in_pixel_space:
        yield InvalidRequest(
            "chipFormat",
            "MRF chips are always north up, so they cannot be turned; choose chipFormat TIFF, or "
            "rotationAngle 0.",
        )
    if request.compression != "NONE":
        yield from _wrong_compression(request)
    if request.is_in_pixel_space and request.cell_size is not None:
        yield InvalidRequest(
            "cellSize",
            "PIXEL_SPACE keeps the pixels as they are stored; leave it empty, or choose "
            "referenceSystem MAP_SPACE.",
        )
    choosers = {
        "negativeRatio": request.negative_ratio,
        "minLabelRatio": request.min_label_ratio or None,
    }
    for name, value in choosers.items():
        if value is not None and request.input_class_data is None:
            yield InvalidRequest(
                name,
                f"is {value:g}, but no labels are given to go by; choose inputClassData, or leave "
                "it as it is by default.",
            )
    if request.split:
        yield from _wrong_split(request)
    if request.existing_output == "append":
        yield from _wrong_append(request, chip_format)
    yield from _wrong_second_sources(request, chip_format)


def _wrong_append(request: ExportRequest, chip_format: ChipFormat) -> Iterator[InvalidRequest]:
    if not chip_format.is_service_format:
        yield InvalidRequest(
            "existingOutput",
            f"append is not available for {chip_format.name}, whose files do not say how to "
            "continue them; export both areas at once (rasterItems), or into two folders.",
        )
    if request.pixel_scaling != "none":
        yield InvalidRequest(
            "pixelScaling",
            "would stretch the new chips otherwise than those that are there; export both areas at "
            "once (rasterItems), or into two folders.",
        )
    if request.split:
        yield InvalidRequest(
            "split",
            "cannot divide the chips that are there already; with existingOutput=append, leave it "
            "empty.",
        )


def _wrong_split(request: ExportRequest) -> Iterator[InvalidRequest]:
    from .split_shares import split_shares

    try:
        split_shares(request.split)
    except ValueError as error:
        yield InvalidRequest("split", str(error))


def _wrong_compression(request: ExportRequest) -> Iterator[InvalidRequest]:
    from .encodings import is_offered

    offered = [name for name in COMPRESSIONS if is_offered(request.chip_format, name)]
    if request.compression not in offered:
        yield InvalidRequest(
            "compression",
            f"{request.compression} is not available for {request.chip_format} chips here; choose "
            f"{', '.join(offered[:-1])} or {offered[-1]}.",
        )


def _wrong_second_sources(
    request: ExportRequest, chip_format: ChipFormat
) -> Iterator[InvalidRequest]:
    """Sources that only some formats take, and that some of them need."""
    image, instances = request.additional_input_raster, request.input_instance_data
    if image is not None and chip_format.second_image is SecondImage.NONE:
        takers = [
            each.name for each in FORMATS.values() if each.second_image is not SecondImage.NONE
        ]
        yield InvalidRequest(
            "additionalInputRaster",
            f"{chip_format.name} has no place for a second image; leave it empty, or choose one of "
            f"{', '.join(takers)}.",
        )
    if image is None and chip_format.second_image is SecondImage.DOMAIN:
        yield InvalidRequest(
            "additionalInputRaster",
            f"{chip_format.name} needs a second image, but none is given; choose the raster that "
            "inputRaster is to be translated into.",
        )
    if instances is not None and not chip_format.needs_instances:
        takers = [each.name for each in FORMATS.values() if each.needs_instances]
        yield InvalidRequest(
            "inputInstanceData",
            f"{chip_format.name} has no place for single objects; leave it empty, or choose "
            f"{', '.join(takers)}.",
        )
    if instances is None and chip_format.needs_instances:
        yield InvalidRequest(
            "inputInstanceData",
            f"{chip_format.name} needs single objects, but none are given; choose a layer of "
            "features, or a raster in which each object has a number.",
        )
    if request.instance_class_value_field and not chip_format.needs_instances:
        yield InvalidRequest(
            "instanceClassValueField",
            f"{chip_format.name} has no place for single objects; leave it empty.",
        )
