"""How chips look and how they are laid over the image."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import QgsProcessingParameterDefinition
from qgis.PyQt.QtCore import QCoreApplication

from ..core.request_choices import CHIP_FORMATS, METADATA_FORMATS
from .declaring import choice, whole_number, with_own_widget

translate = QCoreApplication.translate


def tile_parameters() -> Iterator[QgsProcessingParameterDefinition]:
    """Chip format, size, step and metadata format."""
    yield choice(
        "chipFormat",
        translate("Chipwright", "Image format of the chips"),
        translate(
            "Chipwright",
            "TIFF and MRF take any pixels. PNG and JPEG take 1 or 3 bands; PNG 8 or 16 bit, "
            "JPEG 8 bit. Label images are always stored without loss.",
        ),
        CHIP_FORMATS,
    )
    yield whole_number(
        "tileSizeX",
        translate("Chipwright", "Chip width in pixels"),
        translate("Chipwright", "Counted at the resolution of the chips."),
        least=1,
    )
    yield whole_number(
        "tileSizeY",
        translate("Chipwright", "Chip height in pixels"),
        translate("Chipwright", "Counted at the resolution of the chips."),
        least=1,
    )
    yield whole_number(
        "strideSizeX",
        translate("Chipwright", "Step to the right in pixels"),
        translate(
            "Chipwright",
            "From one chip to the next. Less than the chip width: chips overlap. More: gaps are "
            "left. 0: the same as the chip width.",
        ),
    )
    yield whole_number(
        "strideSizeY",
        translate("Chipwright", "Step downwards in pixels"),
        translate(
            "Chipwright",
            "From one row of chips to the next. Less than the chip height: chips overlap. More: "
            "gaps are left. 0: the same as the chip height.",
        ),
    )
    yield _metadata_format()


def _metadata_format() -> QgsProcessingParameterDefinition:
    definition = choice(
        "metadataFormat",
        translate("Chipwright", "Metadata format of the labels"),
        translate(
            "Chipwright",
            "What the training reads. Boxes: PASCAL_VOC_rectangles, KITTI_rectangles, COCO, YOLO, "
            "YOLO_OBB. Pixels: Classified_Tiles, RCNN_Masks, Panoptic_Segmentation, "
            "YOLO_Segmentation. Whole chips: Labeled_Tiles, MultiLabeled_Tiles, Imagenet. Images "
            "only: Export_Tiles, CycleGAN.",
        ),
        METADATA_FORMATS,
    )
    return with_own_widget(definition, "format_choice.FormatChoice")
